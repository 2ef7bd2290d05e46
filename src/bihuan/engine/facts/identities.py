"""Whose a case is: merges of customers and cases given to another customer, as links that can be taken back.

The rows of the sources stay as they came. A link says who a number belongs to from now on, and every reader of
``store.connect`` sees the customer it leads to; a link that was undone leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
import pyarrow as pa

from bihuan.engine.home import Home

from . import lake
from .schema import TABLES
from .views import fact_query, source_query

MERGED = "customer_merged"  # links.case: a customer's number, links.other: the customer who has it now
GIVEN = "customer_given"  # links.case: a case, links.other: the customer whose case it is
# Tables in which a customer is named by whoever wrote the row, and so may be named by an older number.
NAMING = ("cases", "answers", "invitations")
# What ``register`` puts onto a connection.
REGISTERED = ("customer_numbers", "case_customers")


@dataclass(frozen=True)
class Identities:
    """``numbers``: an older number -> the customer it leads to in the end; ``cases``: a case -> its customer."""

    numbers: Mapping[str, str] = field(default_factory=dict)
    cases: Mapping[str, str] = field(default_factory=dict)

    def customer(self, number: str) -> str:
        """Return the customer a number leads to: itself when it was never merged."""
        return self.numbers.get(number, number)

    def all_numbers(self, customer: str) -> tuple[str, ...]:
        """Return every number that leads to a customer, its own first."""
        return (customer, *sorted(number for number, root in self.numbers.items() if root == customer))


def load_identities(
    home: Home, *, known_at: datetime | None = None, con: duckdb.DuckDBPyConnection | None = None
) -> Identities:
    """Return the links in force now, or as they were known at a moment."""
    if not lake.files(home.lake / "links"):
        return Identities()
    query = source_query(home, TABLES["links"], known_at=known_at)
    sql = (
        f'SELECT kind, "case", other FROM ({query}) WHERE undone_at IS NULL AND kind IN '
        f'({lake.literal(MERGED)}, {lake.literal(GIVEN)}) ORDER BY "at" NULLS FIRST, id'
    )
    # Its own connection: the caller's may be in the middle of making its views.
    found = (con or duckdb.connect()).sql(sql).to_arrow_table().to_pylist()
    numbers = roots((row["case"], row["other"]) for row in found if row["kind"] == MERGED)
    cases = {row["case"]: numbers.get(row["other"], row["other"]) for row in found if row["kind"] == GIVEN}
    return Identities(numbers, cases)


def roots(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Follow merges to their end; a later merge of the same number wins, a circle ends where it closes.

    >>> roots([("a", "b"), ("b", "c")])
    {'a': 'c', 'b': 'c'}
    """
    step = dict(pairs)
    found = {}
    for number in step:
        seen, here = {number}, step[number]
        while here in step and here not in seen:
            seen.add(here)
            here = step[here]
        found[number] = here
    return found


def register(con: duckdb.DuckDBPyConnection, identities: Identities) -> None:
    """Put the links onto a connection, for the queries of ``resolved``."""
    for name, pairs, key in zip(REGISTERED, (identities.numbers, identities.cases), ("number", "case")):
        con.register(name, _table(pairs, key))


def resolved(table: str, query: str, identities: Identities) -> str:
    """Return the SQL of a source table in which every row names the customer it belongs to now."""
    if table not in NAMING or not (identities.numbers or identities.cases):
        return query
    if table == "cases":
        return (
            "SELECT t.* REPLACE (coalesce(g.customer, m.customer, t.customer) AS customer) "
            f"FROM ({query}) t LEFT JOIN customer_numbers m ON m.number = t.customer "
            'LEFT JOIN case_customers g ON g."case" = t.id'
        )
    return (
        "SELECT t.* REPLACE (coalesce(g.customer, m.customer, t.customer) AS customer) "
        f"FROM ({query}) t LEFT JOIN customer_numbers m ON m.number = t.customer "
        'LEFT JOIN case_customers g ON g."case" = t."case"'
    )


def touched_query(home: Home, links: str) -> str:
    """Return SQL of the cases that customer links in ``links`` (a query of the links table) concern.

    Cases are found by the number they came with and by the customer their facts were computed for: after two merges
    in a row the number alone no longer tells.
    """
    kinds = f"{lake.literal(MERGED)}, {lake.literal(GIVEN)}"
    return cases_of(home, f'SELECT unnest(["case", other]) AS number FROM ({links}) WHERE kind IN ({kinds})')


def cases_of(home: Home, numbers: str) -> str:
    """Return SQL of the cases of customers (a query with ``number``), by what they came with and by the facts."""
    came = f'SELECT id AS "case", customer FROM ({source_query(home, TABLES["cases"])})'
    computed = f'SELECT "case", customer FROM ({fact_query(home, "case")})'
    return f'SELECT c."case" FROM ({came} UNION ALL {computed}) c SEMI JOIN ({numbers}) l ON l.number = c.customer'


def _table(pairs: Mapping[str, str], name: str) -> pa.Table:
    return pa.table({name: pa.array(list(pairs), pa.string()), "customer": pa.array(list(pairs.values()), pa.string())})
