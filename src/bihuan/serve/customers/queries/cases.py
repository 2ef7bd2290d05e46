"""Which cases an act would move, asked of the facts."""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.engine.facts.lake import literal

from .session import ask


def cases_of(customer: str) -> int:
    """Return how many cases a customer has, seen or not."""
    return int(ask("SELECT count(*) AS n FROM fact_case WHERE customer = $1", [customer])[0]["n"])


def owners(cases: Iterable[str]) -> dict[str, str | None]:
    """Return {case: its customer} for those of some cases that exist."""
    listed = ", ".join(map(literal, cases))
    found = ask(f'SELECT "case", customer FROM fact_case WHERE "case" IN ({listed})') if listed else []
    return {row["case"]: row["customer"] for row in found}


def exists(customer: str) -> bool:
    """Return whether a customer stands in the master data or on a case, by any number."""
    found = ask("SELECT (SELECT count(*) FROM customers WHERE id = $1) + (SELECT count(*) FROM fact_case "
                "WHERE customer = $1) AS n", [customer])
    return bool(found[0]["n"])
