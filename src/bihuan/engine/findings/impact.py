"""What a problem does beside its own number: how many of its customers left, and what its cases cost.

Both rest on what the data say: no record of who left, no worked hours and no compensations, no value.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyarrow as pa

from .. import stats

# Compensations in another currency are left out: nothing here converts.
OWN_CURRENCY = ("CNY", "RMB", "人民币", "元", "¥")
# How long after a case somebody who leaves counts: the same for every case, and over before it is looked at.
DAYS = 90
LEFT = f"""
    WITH gone AS (SELECT customer, valid_from, value IN (SELECT unnest($values::VARCHAR[])) AS away
                  FROM customer_history WHERE attribute = $attribute),
    theirs AS (
        SELECT c.customer, c.opened, c.opened + INTERVAL {DAYS} DAY <= $reached AS mature
        FROM cases c JOIN asked a ON a."case" = c.id WHERE c.customer IS NOT NULL),
    there AS (
        SELECT * FROM theirs t WHERE NOT coalesce((
            SELECT max_by(g.away, coalesce(g.valid_from, TIMESTAMPTZ '1900-01-01')) FROM gone g
            WHERE g.customer = t.customer AND coalesce(g.valid_from <= t.opened, true)), false)),
    firsts AS (SELECT customer, min(opened) AS opened FROM there WHERE mature GROUP BY customer)
    SELECT (SELECT count(*) FROM firsts),
           (SELECT count(*) FROM firsts f WHERE EXISTS (
               SELECT 1 FROM gone g WHERE g.customer = f.customer AND g.away AND g.valid_from > f.opened
               AND g.valid_from <= f.opened + INTERVAL {DAYS} DAY)),
           (SELECT count(DISTINCT customer) FROM there WHERE customer NOT IN (SELECT customer FROM firsts))"""
KNOWN = "SELECT count(*) FROM customer_history WHERE attribute = $attribute"
PAID = """
    SELECT sum(p.amount)::DOUBLE FROM concessions p JOIN asked a ON a."case" = p."case"
    WHERE (p.currency IS NULL OR p.currency IN (SELECT unnest($own::VARCHAR[]))) AND ({which})"""
WORKED = 'SELECT count(f.handle_s), avg(f.handle_s) FROM fact_case f JOIN asked a ON a."case" = f."case"'
RECORDED = 'a."case" IN (SELECT "case" FROM fact_case WHERE handle_s IS NOT NULL)'


@dataclass(frozen=True)
class Told:
    """A value with the rows it rests on; ``value`` None: the data do not say. Shares have Wilson's interval.

    ``immature``: customers whose time of watching is not over, left out of n.
    """

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    immature: int = 0


def left_after(con: duckdb.DuckDBPyConnection, cases: pa.Array, reached: datetime, attribute: str,
               values: tuple[str, ...]) -> Told:
    """Return the share of the cases' customers whose ``attribute`` took one of ``values`` within 90 days of a case.

    Each customer is watched for the 90 days after the first of the cases at which they were still there; where the
    data (up to ``reached``) do not hold those days, they are not counted yet.
    """
    if not con.execute(KNOWN, {"attribute": attribute}).fetchall()[0][0]:
        return Told(None, 0)
    with_cases(con, cases)
    ((n, gone, young),) = con.execute(
        LEFT, {"attribute": attribute, "values": list(values), "reached": reached}).fetchall()
    if not n:
        return Told(None, 0, immature=young)
    low, high = stats.wilson(gone, n)
    return Told(gone / n, n, float(low), float(high), young)


def cost_of(con: duckdb.DuckDBPyConnection, cases: pa.Array, hour_cost: float | None) -> Told:
    """Return what a case costs: its worked time (talk, hold, wrap-up) at ``hour_cost``, and what was paid for it.

    Both of the cases that record their work, which n counts; None where none does. Without ``hour_cost`` it is what
    was paid alone, of all cases.
    """
    with_cases(con, cases)
    own = {"own": list(OWN_CURRENCY)}
    if hour_cost is None:
        ((paid,),) = con.execute(PAID.format(which="true"), own).fetchall()
        return Told(None, 0) if paid is None else Told(paid / len(cases), len(cases))
    ((n, worked),) = con.execute(WORKED).fetchall()
    if not n:
        return Told(None, 0)
    ((paid,),) = con.execute(PAID.format(which=RECORDED), own).fetchall()
    return Told(worked / 3600 * hour_cost + (paid or 0.0) / n, n)


def with_cases(con: duckdb.DuckDBPyConnection, cases: pa.Array) -> None:
    con.register("asked", pa.table({"case": cases}))
