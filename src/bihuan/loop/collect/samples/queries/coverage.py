"""Who was not asked and why: everybody known, and every closed case, under exactly one reason (R9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from bihuan.core import workspace
from bihuan.engine.facts import store
from bihuan.engine.facts.lake import literal
from bihuan.engine.indicators.contracts import EVERYTHING, Scope
from bihuan.engine.survey.sampling.contracts import rule_of
from bihuan.engine.survey.sampling.frame import relation
from bihuan.serve.customers.rights import inside

from ..contracts import LISTED, REASONS
from ..models import Ask, Draw
from .files import opened, path_of
from .words import reason_words

NO_CUSTOMER, NEW = "no_customer", "unknown"
# What a customer's line says: the list first, then changes by hand, then what the frame found on its day.
STATE = """CASE WHEN m.customer IS NOT NULL AND m.asked THEN 'sent'
    WHEN m.customer IS NOT NULL AND m.removed THEN 'removed'
    WHEN m.customer IS NOT NULL AND m.held != '' THEN m.held
    WHEN m.customer IS NOT NULL THEN 'waiting'
    WHEN f.state = '' THEN 'not_drawn' WHEN f.state = 'outside' THEN 'outside_' || f.outside ELSE f.state END"""


@dataclass(frozen=True)
class Reason:
    """One reason and how many it holds for; ``is_asked`` for those who are on the list."""

    code: str
    label: str
    count: int
    share: float
    is_asked: bool


@dataclass(frozen=True)
class Summary:
    """All reasons; the counts add up to ``total``."""

    reasons: tuple[Reason, ...]
    total: int


def summary(drawing: Draw) -> Summary:
    """Return the reasons of everybody known on the day of the frame, blocked customers as a number alone."""
    with opened(members_now=members_table(drawing)) as con:
        counts = _counted(con, f"SELECT state, count(*) FROM ({_states(drawing)}) GROUP BY state")
    if drawing.frame.blocked:
        counts["blocked"] = counts.get("blocked", 0) + drawing.frame.blocked
    return _summary(counts)


def case_summary(drawing: Draw) -> Summary:
    """Return the reasons of every case that was opened in the frame's period and is closed: R9's 100 %."""
    frame, rule = drawing.frame, rule_of(drawing.frame.rule)
    scope = EVERYTHING if frame.units is None else Scope(units=tuple(frame.units))
    start, end = (datetime.combine(day, time.min, tzinfo=workspace.zone()).isoformat()
                  for day in (rule.start, rule.end + timedelta(days=1)))
    with store.connect(workspace.home()) as con:
        con.register("members_now", members_table(drawing))
        con.register("blocked_now", pa.table({"customer": pa.array([], pa.string())}))
        counts = _counted(con, f"""
            SELECT CASE WHEN c.customer IS NULL THEN '{NO_CUSTOMER}' ELSE coalesce(s.state, '{NEW}') END, count(*)
            FROM fact_case c LEFT JOIN ({_states(drawing)}) s ON s.customer = c.customer
            WHERE c.opened >= TIMESTAMPTZ {literal(start)} AND c.opened < TIMESTAMPTZ {literal(end)}
                AND c.ended_at IS NOT NULL AND NOT coalesce(c.merged, false) AND {inside(scope, "c")} GROUP BY 1""")
    return _summary(counts)


def people(drawing: Draw, *, reason: str = "", size: int, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
    """Return one page of (customer, reason code, what they are) and how many there are; no blocked customers."""
    with opened(members_now=members_table(drawing)) as con:
        where = f"WHERE state = {literal(reason)}" if reason else f"WHERE state NOT IN ({_asked()})"
        rows = con.sql(f"SELECT *, count(*) OVER () AS total FROM ({_states(drawing)}) {where} "
                       f"ORDER BY customer LIMIT {int(size)} OFFSET {int(offset)}").to_arrow_table().to_pylist()
    return rows, int(rows[0]["total"]) if rows else 0


def everybody(drawing: Draw) -> Iterator[list[dict[str, Any]]]:
    """Yield everybody with their reason, in parts: a million rows never lie in memory together."""
    with opened(members_now=members_table(drawing)) as con:
        for part in con.sql(f"{_states(drawing)} ORDER BY customer").to_arrow_reader(20_000):
            yield part.to_pylist()


def members_table(drawing: Draw) -> pa.Table:
    """Return the sample's people as the questions above need them: customer, removed, asked, held."""
    asked = set(Ask.objects.filter(wave_id=drawing.wave_id).values_list("customer", flat=True))
    rows = list(drawing.members.values_list("customer", "is_removed", "held"))
    return pa.table({"customer": pa.array([row[0] for row in rows], pa.string()),
                     "removed": pa.array([row[1] for row in rows], pa.bool_()),
                     "asked": pa.array([row[0] in asked for row in rows], pa.bool_()),
                     "held": pa.array([row[2] for row in rows], pa.string())})


def _states(drawing: Draw) -> str:
    """SQL with a row a customer: who they are and the one reason; people added from outside the frame too."""
    return f"""SELECT coalesce(f.customer, m.customer) AS customer, {STATE} AS state, f.type, f.tier, f.region,
            f.channel, f.last_at, f.cases
        FROM {relation(path_of(drawing.frame))} f FULL JOIN members_now m ON m.customer = f.customer
        WHERE coalesce(f.customer, m.customer) NOT IN (SELECT customer FROM blocked_now)"""


def _counted(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, int]:
    return {state: int(count) for state, count in con.sql(sql).fetchall()}


def _summary(counts: dict[str, int]) -> Summary:
    order = [*LISTED, *REASONS, NO_CUSTOMER, NEW]
    total = sum(counts.values())
    listed = sorted(counts, key=lambda code: order.index(code) if code in order else len(order))
    return Summary(tuple(Reason(code, reason_words(code), counts[code], counts[code] / total, code in LISTED)
                         for code in listed), total)


def _asked() -> str:
    return ", ".join(map(literal, LISTED))
