"""Whose names a deletion on request will empty though nothing says that they are the customer's: colleagues in no register.

Somebody who wrote in cases of several other customers, too, is likely of the company; nothing but a person can say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from bihuan.engine.facts.connection import open_engine
from bihuan.engine.facts.lake import literal
from bihuan.engine.facts.people import NAMING, folded
from bihuan.engine.home import Home

from .writers import COMPANY, WRITING, all_rows, collect_cases, find_writers

# One other customer may be the same person under a second number that nobody has merged yet.
FEWEST_OTHERS = 2


@dataclass(frozen=True)
class Stranger:
    """A name of the customer's ``cases`` that stands in cases of ``others`` (other customers), too."""

    name: str
    cases: int
    others: int


def strangers_of(home: Home, customers: Sequence[str], *, own: Iterable[str]) -> tuple[list[Stranger], int]:
    """Return who may be of the company among the names that go with a customer, most others first, and how many more go.

    ``customers`` are all numbers of one person, ``own`` what the person is called elsewhere. No name of a customer of
    the records is among those returned, and none that fewer than two other customers' cases hold.
    """
    numbers = ", ".join(literal(customer) for customer in customers)
    rows = all_rows(home, "cases", "customers", *WRITING)
    if "cases" not in rows:
        return [], 0
    with open_engine(home) as con:
        collect_cases(home, con, numbers)
        find_writers(home, con, rows)
        found = con.execute(f'SELECT name, count(DISTINCT "case") FROM nameless '
                            f"WHERE name NOT IN (SELECT name FROM {COMPANY}) GROUP BY name").fetchall()
        told = " UNION ".join(f'SELECT "case", {NAMING[table][0]} AS name FROM {rows[table]}'
                              for table in WRITING if table in rows)
        others = dict(con.execute(
            f'SELECT t.name, count(DISTINCT c.customer) FROM ({told}) t JOIN {rows["cases"]} c ON c.id = t."case" '
            f"WHERE t.name IN (SELECT name FROM nameless) AND c.customer NOT IN ({numbers}) GROUP BY t.name"
        ).fetchall() if found else [])
        known = {folded(name) for name in [*own, *customers, *_customers(con, rows)]} if found else set()
    offered = [Stranger(name, cases, others[name]) for name, cases in found
               if others.get(name, 0) >= FEWEST_OTHERS and folded(name) not in known]
    return sorted(offered, key=lambda one: (-one.others, one.name)), len(found) - len(offered)


def _customers(con: duckdb.DuckDBPyConnection, rows: dict[str, str]) -> list[str]:
    """The numbers and names of all customers of the records."""
    told = [f"SELECT customer AS name FROM {rows['cases']}"]
    if "customers" in rows:
        told += [f"SELECT {column} AS name FROM {rows['customers']}" for column in ("id", "name")]
    return [name for (name,) in con.execute(" UNION ".join(told)).fetchall() if name is not None]
