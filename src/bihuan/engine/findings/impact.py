"""What a problem does beside its own number: how many of its customers left, and what its cases cost.

Both rest on what the data say: no record of who left, no worked hours and no compensations, no value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

# Compensations in another currency are left out: nothing here converts.
OWN_CURRENCY = ("CNY", "RMB", "人民币", "元", "¥")
LEFT = """
    WITH theirs AS (
        SELECT DISTINCT c.customer FROM cases c JOIN asked a ON a."case" = c.id WHERE c.customer IS NOT NULL),
    gone AS (SELECT DISTINCT customer FROM customer_history
             WHERE attribute = $attribute AND value IN (SELECT unnest($values::VARCHAR[])) AND valid_from >= $start)
    SELECT count(*), count(gone.customer) FROM theirs LEFT JOIN gone ON gone.customer = theirs.customer"""
KNOWN = "SELECT count(*) FROM customer_history WHERE attribute = $attribute"
WORKED = 'SELECT count(f.handle_s), avg(f.handle_s) FROM fact_case f JOIN asked a ON a."case" = f."case"'
PAID = """
    SELECT sum(p.amount)::DOUBLE FROM concessions p JOIN asked a ON a."case" = p."case"
    WHERE p.currency IS NULL OR p.currency IN (SELECT unnest(?::VARCHAR[]))"""


@dataclass(frozen=True)
class Told:
    """A value with the rows it rests on; ``value`` None: the data do not say."""

    value: float | None
    n: int


def left_since(con: duckdb.DuckDBPyConnection, cases: pa.Array, start: datetime, attribute: str, values: tuple[str, ...]
               ) -> Told:
    """Return the share of the cases' customers whose ``attribute`` took one of ``values`` on or after ``start``."""
    if not con.execute(KNOWN, {"attribute": attribute}).fetchall()[0][0]:
        return Told(None, 0)
    with_cases(con, cases)
    ((n, gone),) = con.execute(LEFT, {"attribute": attribute, "values": list(values), "start": start}).fetchall()
    return Told(gone / n if n else None, n)


def cost_of(con: duckdb.DuckDBPyConnection, cases: pa.Array, hour_cost: float | None) -> Told:
    """Return what a case costs: its worked time (talk, hold, wrap-up) at ``hour_cost``, and what was paid for it.

    Worked time is the mean of the cases that record it; n counts those, or all cases where only payments are known.
    """
    with_cases(con, cases)
    ((n, worked),) = con.execute(WORKED).fetchall()
    ((paid,),) = con.execute(PAID, [list(OWN_CURRENCY)]).fetchall()
    hours = worked / 3600 * hour_cost if worked is not None and hour_cost is not None else None
    if hours is None and paid is None:
        return Told(None, 0)
    return Told((hours or 0.0) + (paid or 0.0) / len(cases), n if hours is not None else len(cases))


def with_cases(con: duckdb.DuckDBPyConnection, cases: pa.Array) -> None:
    con.register("asked", pa.table({"case": cases}))
