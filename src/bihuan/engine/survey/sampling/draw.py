"""The draw: of each stratum those whose number, made of the seed and the customer, is smallest.

A customer's number is a hash. So the same seed and frame always give the same people, in whatever order the frame's
rows lie, and anybody can repeat a draw with a SHA-256 at hand; over seeds everybody of a stratum is as likely as
everybody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa

from .contracts import Strata
from .frame import relation
from .strata import stratum_sql

# More people than this are a mailing to everybody, no sample: the list of a draw is kept in the product's database.
LARGEST = 200_000


def number_of(seed: str, customer: str) -> str:
    """Return the number that decides over a customer; smaller ones are drawn first.

    >>> number_of("2026", "K1")[:12]
    'b01f8615f153'
    """
    return hashlib.sha256(f"{seed}:{customer}".encode()).hexdigest()


def draw(con: duckdb.DuckDBPyConnection, path: Path, strata: Strata, drawn: Mapping[str, int], *,
         seed: str, pinned: Mapping[str, bool] = MappingProxyType({})) -> pa.Table:
    """Return the people drawn: customer, stratum, probability, weight, reach, sorted by stratum and customer.

    ``drawn`` says how many of each stratum; only those who may be asked are drawn. ``pinned``: whose number was
    deleted since, and whether this draw had drawn them.
    """
    wanted = pa.table({"stratum": pa.array(list(drawn), pa.string()), "wanted": pa.array(drawn.values(), pa.int64())})
    con.register("wanted_now", wanted)
    con.register("pinned_now", pa.table({"known": pa.array(list(pinned), pa.string()),
                                         "was_drawn": pa.array(pinned.values(), pa.bool_())}))
    con.register("seed_now", pa.table({"seed": pa.array([seed], pa.string())}))
    try:
        return con.sql(f"""
            WITH eligible AS (
                SELECT customer, reach, {stratum_sql(strata)} AS stratum,
                       CASE WHEN was_drawn THEN '' WHEN NOT was_drawn THEN 'z'
                            ELSE sha256((SELECT seed FROM seed_now) || ':' || customer) END AS number
                FROM {relation(path)} LEFT JOIN pinned_now ON known = customer
                WHERE inside AND (state = '' OR known IS NOT NULL)
            ), ranked AS (
                SELECT customer, reach, e.stratum, w.wanted, count(*) OVER (PARTITION BY e.stratum) AS eligible,
                       row_number() OVER (PARTITION BY e.stratum ORDER BY number, customer) AS place
                FROM eligible e JOIN wanted_now w ON w.stratum = e.stratum WHERE w.wanted > 0
            )
            SELECT customer, stratum, least(wanted, eligible) / eligible AS probability,
                   eligible / least(wanted, eligible) AS weight, reach
            FROM ranked WHERE place <= wanted ORDER BY stratum, customer""").to_arrow_table()
    finally:
        con.unregister("wanted_now")
        con.unregister("seed_now")
        con.unregister("pinned_now")


def digest_of_draw(people: Mapping[str, str]) -> str:
    """Return the hash of a draw's result: {customer: stratum}."""
    lines = sorted(f"{stratum}\x1f{customer}" for customer, stratum in people.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
