"""Customers whose processing is blocked (art. 47 PIPL): their rows stay stored, and no read of numbers or pages sees them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bihuan.engine.home import Home, publish, read_definition

PART = "blocked"
# The columns of a table or grain that name a customer; other tables are reached through their case.
BY_CUSTOMER: dict[str, tuple[str, ...]] = {
    "cases": ("customer",), "answers": ("customer",), "invitations": ("customer",), "customers": ("id",),
    "customer_history": ("customer",),
}
BY_CASE: dict[str, tuple[str, ...]] = {
    "events": ("case",), "messages": ("case",), "answers": ("case",), "invitations": ("case",),
    "inspection_scores": ("case",), "concessions": ("case",), "attributions": ("case",), "links": ("case", "other"),
}


def publish_blocked(home: Home, customers: Iterable[str]) -> None:
    """Put the list of blocked customers in force for every reader, in one step.

    The list is a file of its own beside the definitions, which never change: a definition only names its content.
    """
    listed = sorted(set(customers))
    digest = hashlib.sha256("\n".join(listed).encode()).hexdigest()[:16] if listed else ""
    before = _published(home)
    if listed:
        _folder(home).mkdir(exist_ok=True)
        pq.write_table(pa.table({"customer": pa.array(listed, pa.string())}), _file(home, digest))
    publish(home, **{PART: {"digest": digest, "count": len(listed)}})
    # Readers that opened the list before may still be reading it.
    for file in _folder(home).glob("blocked-*.parquet"):
        if file.name not in (_file(home, digest).name, _file(home, before).name):
            file.unlink(missing_ok=True)


def blocked_customers(home: Home) -> frozenset[str]:
    """Return the customers whose processing is blocked."""
    digest = _published(home)
    return frozenset(pq.read_table(_file(home, digest))["customer"].to_pylist()) if digest else frozenset()


def is_blocked(home: Home, customer: str) -> bool:
    """Return whether a customer's processing is blocked."""
    return customer in blocked_customers(home)


def without_blocked(home: Home, name: str, query: str, *, listed: str = "", cases: str = "") -> str:
    """Return the SQL of a source table or of ``fact_<grain>`` without the rows of blocked customers.

    The query itself while nobody is blocked. ``listed``: SQL of the blocked numbers, where merged customers have
    several; ``cases``: SQL of all cases with the customer each belongs to now.
    """
    condition = blocked_condition(home, name, listed=listed, cases=cases)
    return f"SELECT * FROM ({query}) WHERE {condition}" if condition else query


def blocked_condition(home: Home, name: str, *, listed: str = "", cases: str = "") -> str:
    """Return a condition that rows of blocked customers do not meet; empty while nobody is blocked."""
    digest = _published(home)
    if not digest:
        return ""
    path = str(_file(home, digest)).replace("'", "''")
    listed = listed or f"SELECT customer FROM read_parquet('{path}')"
    parts = [_not_in(column, listed) for column in _by_customer(name)]
    if name in BY_CASE:
        theirs = f"SELECT id FROM ({cases or _all_cases(home)}) WHERE customer IN ({listed})"
        parts += [_not_in(column, theirs) for column in BY_CASE[name]]
    return " AND ".join(parts)


def _by_customer(name: str) -> tuple[str, ...]:
    if name.startswith("fact_"):
        from bihuan.engine.facts.grains import GRAINS

        schema = GRAINS.get(name.removeprefix("fact_"))
        return ("customer",) if schema is not None and "customer" in schema.names else ()
    return BY_CUSTOMER.get(name, ())


def _not_in(column: str, listed: str) -> str:
    # A row without a customer belongs to nobody who is blocked; NOT IN alone would drop it.
    return f'("{column}" IS NULL OR "{column}" NOT IN ({listed}))'


def _all_cases(home: Home) -> str:
    from bihuan.engine.facts.schema import TABLES
    from bihuan.engine.facts.views import source_query

    return source_query(home, TABLES["cases"])


def _published(home: Home) -> str:
    """The list in force now, whatever moment the home speaks of: a block holds for what was known earlier too."""
    return str((read_definition(home.then(None), PART) or {}).get("digest", ""))


def _folder(home: Home) -> Path:
    return home.path / "privacy"


def _file(home: Home, digest: str) -> Path:
    return _folder(home) / f"blocked-{digest}.parquet"
