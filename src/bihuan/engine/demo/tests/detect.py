"""What a careful analyst would look for in the facts of any company, without knowing what was planted.

Reads the views of ``facts.store.connect`` and nothing of the generator. A scan compares each cell (an hour, a
region, an agent ...) with the rest of its kind, within strata, and keeps what is both too large for chance
(Benjamini-Hochberg over the whole scan) and large enough to matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import numpy as np
from scipy import stats

Q = 0.01                               # accepted share of false discoveries in one scan
WEEK = 7 * 86_400
LOCAL = "timezone('Asia/Shanghai', {})"


@dataclass(frozen=True)
class Scan:
    """One question: ``value`` per row of ``rows`` averaged ``by`` cell; ``matters``: smallest difference told."""

    name: str
    by: str
    cell: str
    value: str
    rows: str
    matters: float
    strata: str = "'all'"
    least: int = 50


@dataclass(frozen=True)
class Finding:
    """A cell that differs from the rest: ``scan`` and ``by`` name the question, ``effect`` has the scan's unit."""

    scan: str
    by: str
    cell: str
    effect: float
    n: int
    p: float


SERVED = "fact_case WHERE kind <> 'complaint' AND (answered OR (offered IS NULL AND resolved_at IS NOT NULL)) " \
         "AND ended_at <= as_of - INTERVAL 7 DAY"
REPEAT = f"(coalesce(next_contact_s, {10 * WEEK}) <= {WEEK})::INT"
OFFERED = "fact_case WHERE channel = 'phone' AND offered"
HOUR = f"extract(hour FROM {LOCAL.format('opened')})"
TICKETS = "fact_case WHERE kind = 'request' AND resolution_s IS NOT NULL"

SCANS = (
    Scan("wait", "hour", HOUR, "(coalesce(wait_s, 0) > 60)::INT", OFFERED, 0.15),
    Scan("abandonment", "hour", HOUR, "abandoned::INT", OFFERED, 0.08),
    Scan("resolution", "region", "region", "ln(greatest(resolution_s, 60))", TICKETS + " AND topic = '物流配送'", 0.30),
    Scan("repeat", "region", "region", REPEAT, SERVED, 0.025),
    Scan("repeat", "product", "product", REPEAT, SERVED, 0.04, "topic"),
    Scan("repeat", "unit", "unit", REPEAT, SERVED + " AND channel = 'phone'", 0.05, "topic"),
    Scan("repeat", "agent", "agent", REPEAT, SERVED + " AND channel = 'phone' AND unit = 'T11'", 0.035),
    Scan("repeat_within_topic", "agent", "agent", REPEAT, SERVED + " AND channel = 'phone' AND unit = 'T11'", 0.035,
         "topic"),
    Scan("handle", "unit", "unit", "ln(greatest(handle_s, 1))", SERVED + " AND channel = 'phone'", 0.12, "topic"),
    Scan("reached_human", "channel", "channel", "reached_human::INT",
         "fact_case WHERE channel IN ('online', 'wechat') AND asked_human", 0.10),
    Scan("customer_pause", "agent", "agent", "(coalesce(pause_customer_s, 0) > 86400)::INT", TICKETS, 0.25, "topic"),
    Scan("complaints", "topic", "topic", "(kind = 'complaint')::INT", "fact_case WHERE true", 0.06),
    Scan("csat", "topic", "topic", "csat", "fact_case WHERE csat IS NOT NULL", 0.60),
)


def find_all(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Return the findings of all scans, with those of spikes and of repeated steps."""
    as_of = _rows(con, "SELECT max(opened) FROM fact_case")[0][0]
    found = [finding for scan in SCANS for finding in _scan(con, scan, as_of)]
    return [*found, *_spikes(con), *_idle_steps(con)]


def _rows(con: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = ()) -> list[tuple]:
    """Return the rows of a query; through Arrow, which needs no further package for zoned times."""
    table = con.sql(query, params=list(parameters)).to_arrow_table()
    return list(zip(*(column.to_pylist() for column in table.columns)))


def _scan(con: duckdb.DuckDBPyConnection, scan: Scan, as_of: datetime) -> Iterable[Finding]:
    rows = scan.rows.replace("as_of", f"TIMESTAMPTZ '{as_of.isoformat()}'")
    table = _rows(con, f"""
        SELECT ({scan.cell})::VARCHAR AS cell, ({scan.strata})::VARCHAR AS stratum, count(*) AS n,
               avg({scan.value})::DOUBLE AS mean, coalesce(var_samp({scan.value}), 0)::DOUBLE AS var
        FROM {rows} AND ({scan.cell}) IS NOT NULL GROUP BY ALL""")
    cells = sorted({row[0] for row in table})
    tested = [(cell, *_against_rest(table, cell)) for cell in cells]
    tested = [row for row in tested if row[2] >= scan.least]
    if len(tested) < 2:
        return
    p = stats.false_discovery_control([row[3] for row in tested])
    for (cell, effect, n, _), adjusted in zip(tested, p):
        if adjusted < Q and abs(effect) >= scan.matters:
            yield Finding(scan.name, scan.by, cell, effect, n, float(adjusted))


def _against_rest(table: list[tuple], cell: str) -> tuple[float, int, float]:
    """Return the stratified difference of a cell to the rest, its n and the two-sided p of a z test."""
    effect = weight = variance = 0.0
    count = 0
    for stratum in {row[1] for row in table}:
        mine = [row for row in table if row[1] == stratum and row[0] == cell]
        rest = [row for row in table if row[1] == stratum and row[0] != cell]
        if not mine or not rest:
            continue
        n1, m1, v1 = mine[0][2:]
        n0 = sum(row[2] for row in rest)
        m0 = sum(row[2] * row[3] for row in rest) / n0
        v0 = sum(row[2] * (row[4] + (row[3] - m0) ** 2) for row in rest) / n0
        w = n1 * n0 / (n1 + n0)
        effect, weight, count = effect + w * (m1 - m0), weight + w, count + n1
        variance += w * w * (max(v1, v0 / 4) / n1 + v0 / n0)
    if not weight or not variance:
        return 0.0, count, 1.0
    return effect / weight, count, float(2 * stats.norm.sf(abs(effect) / np.sqrt(variance)))


def _spikes(con: duckdb.DuckDBPyConnection) -> Iterable[Finding]:
    """Complaints by product and month, per order, against the other products of the month."""
    month = f"date_trunc('month', {LOCAL.format('opened')})"
    table = _rows(con, f"""
        WITH complained AS (SELECT {month} AS month, product, count(*) AS n FROM fact_case
                            WHERE kind = 'complaint' GROUP BY ALL),
        ordered AS (SELECT date_trunc('month', {LOCAL.format('start')}) AS month, product,
                           sum("count")::DOUBLE AS orders FROM fact_exposure WHERE kind = 'order' GROUP BY ALL)
        SELECT month, product, coalesce(n, 0), orders FROM ordered LEFT JOIN complained USING (month, product)
        ORDER BY ALL""")
    tests = []
    for month, product, n, orders in table:
        rest = [row for row in table if row[0] == month and row[1] != product]
        others, ordered = sum(row[2] for row in rest), sum(row[3] for row in rest)
        share = orders / (orders + ordered)
        ratio = (n / orders) / max(others / ordered, 1e-9)
        tests.append((product, ratio, n, float(stats.binomtest(n, n + others, share).pvalue) if n + others else 1.0))
    if not tests:
        return
    for (product, ratio, n, _), adjusted in zip(tests, stats.false_discovery_control([row[3] for row in tests])):
        if adjusted < Q and ratio >= 1.8:
            yield Finding("complaints", "product", product, ratio, n, float(adjusted))


def _idle_steps(con: duckdb.DuckDBPyConnection) -> Iterable[Finding]:
    """Steps that wait long for nobody outside: the clock runs, no pause is stated, the ticket is not yet solved."""
    table = _rows(con, """
        WITH told AS (
            SELECT e."case", e.activity, e.kind, lead(e.activity) OVER w AS next, lead(e.kind) OVER w AS next_kind,
                   epoch(lead(e.at) OVER w) - epoch(e.at) AS waited
            FROM events e WHERE e.origin IS DISTINCT FROM 'stamp'
            WINDOW w AS (PARTITION BY e."case" ORDER BY e.at, e.seq)
        )
        SELECT activity || ' → ' || next, count(*), median(waited) FROM told
        WHERE kind NOT IN ('pending', 'resolved', 'closed') AND next_kind NOT IN ('resumed', 'reopened')
        GROUP BY ALL HAVING count(*) >= 40 AND median(waited) > 10 * 3600 ORDER BY 2 DESC""")
    for edge, count, waited in table:
        yield Finding("idle", "step", edge, waited / 3600, count, 0.0)


def change_in_repeats(
    con: duckdb.DuckDBPyConnection, *, unit: str, against: tuple[str, ...], since: datetime, channels: tuple[str, ...],
) -> tuple[float, float]:
    """Return the change of a team's repeat rate at a date beyond that of the teams compared, and its z."""
    marks = ", ".join("?" for _ in channels)
    table = _rows(con, f"""
        SELECT unit, opened >= ?, count(*), avg({REPEAT}) FROM {SERVED.replace('ended_at <= as_of - INTERVAL 7 DAY',
        "ended_at <= (SELECT max(opened) FROM fact_case) - INTERVAL 7 DAY")}
        AND channel IN ({marks}) GROUP BY ALL""", [since, *channels])

    def change(units: tuple[str, ...]) -> tuple[float, float]:
        parts = []
        for late in (True, False):
            rows = [row for row in table if row[0] in units and row[1] is late]
            n = sum(row[2] for row in rows)
            mean = sum(row[2] * row[3] for row in rows) / n
            parts.append((mean, mean * (1 - mean) / n))
        return parts[0][0] - parts[1][0], parts[0][1] + parts[1][1]

    mine, other = change((unit,)), change(against)
    effect = mine[0] - other[0]
    return effect, effect / float(np.sqrt(mine[1] + other[1]))


def change_of_season(con: duckdb.DuckDBPyConnection) -> float | None:
    """Return how much more the sale weeks of June or November grew in a year than the other weeks (logarithm).

    None when no sale lies in the data twice. A season comes again and grows like the rest: near 0.
    """
    table = _rows(con, f"""
        WITH told AS (SELECT {LOCAL.format("opened")}::DATE AS day FROM fact_case WHERE channel = 'phone'),
        days AS (SELECT day, count(*) AS n FROM told GROUP BY day),
        pairs AS (SELECT strftime(a.day, '%m%d') AS day, a.n AS before, b.n AS after
                  FROM days a JOIN days b ON b.day = a.day + INTERVAL 364 DAY)
        SELECT day BETWEEN '0610' AND '0624' OR day BETWEEN '1106' AND '1120' AS sale, count(*),
               ln(sum(after) / sum(before))::DOUBLE FROM pairs GROUP BY sale""")
    growth = {sale: (days, value) for sale, days, value in table}
    if growth.get(True, (0, 0.0))[0] < 10 or growth.get(False, (0, 0.0))[0] < 10:
        return None
    return float(growth[True][1] - growth[False][1])
