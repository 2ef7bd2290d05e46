"""Which closed complaints of the records the rule is about, and what happened in one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.engine.facts import store
from bihuan.engine.facts.schema import NOT_DONE
from bihuan.loop.evaluate.indicators.queries import engine

from ..models import ReviewRule

MOST = 200          # a run; the next one takes the rest
MOST_EVENTS = 60
CLOSED = """
    SELECT "case", unit, topic, product, channel, opened, coalesce(closed_at, resolved_at) AS ended,
           coalesce(escalated, false) AS is_escalated, list_contains(?::VARCHAR[], priority) AS is_urgent,
           coalesce(reopens >= ?, false) AS is_reopened
    FROM fact_case
    WHERE kind = 'complaint' AND NOT coalesce(is_open, true) AND NOT coalesce(merged, false)
      AND coalesce(closed_at, resolved_at) BETWEEN ? AND ?
      AND ((? AND coalesce(escalated, false)) OR coalesce(list_contains(?::VARCHAR[], priority), false)
           OR coalesce(reopens >= ?, false))
      AND NOT list_contains(?::VARCHAR[], "case")
    ORDER BY ended DESC, "case" LIMIT ?"""
EVENTS = f"""
    SELECT "at", activity, actor_kind FROM events WHERE "case" = ? AND activity NOT IN {NOT_DONE}
    ORDER BY "at", seq LIMIT ?"""
PRIORITIES = "SELECT DISTINCT priority FROM fact_case WHERE kind = 'complaint' AND priority IS NOT NULL ORDER BY 1"


@dataclass(frozen=True)
class ClosedComplaint:
    case: str
    unit: str
    topic: str
    product: str
    channel: str
    opened: datetime
    ended: datetime
    reasons: tuple[str, ...]


def closed_complaints(rule: ReviewRule, known: list[str]) -> list[ClosedComplaint]:
    """Return the complaints that closed lately and fit the rule, those in ``known`` left out, the latest first."""
    until = engine.as_of()
    if until is None:
        return []
    since, priorities, reopens = until - timedelta(days=rule.days_back), list(rule.priorities), rule.reopens
    params = [priorities, reopens, since, until, rule.escalated, priorities, reopens, known, MOST]
    return [ClosedComplaint(
        row["case"], row["unit"] or "", row["topic"] or "", row["product"] or "", row["channel"] or "", row["opened"],
        row["ended"], tuple(name for name, holds in (
            ("escalated", rule.escalated and row["is_escalated"]), ("priority", row["is_urgent"]),
            ("reopened", row["is_reopened"])) if holds)) for row in _rows(CLOSED, params)]


def course_of(case: str) -> str:
    """Return what happened in a case, a line an event: when, what, by whom; no words of customers, no names."""
    who = {"agent": _("坐席"), "bot": _("机器人"), "system": _("系统"), "customer": _("客户")}
    zone = workspace.zone()
    return "\n".join(" ".join(part for part in (
        row["at"].astimezone(zone).strftime("%Y-%m-%d %H:%M"), row["activity"] or "",
        f"（{who[row['actor_kind']]}）" if row["actor_kind"] in who else "") if part)
        for row in _rows(EVENTS, [case, MOST_EVENTS]) if row["at"])


def known_priorities() -> list[str]:
    """Return the priorities that complaints of the records have."""
    return [row["priority"] for row in _rows(PRIORITIES, [])]


def _rows(sql: str, params: list[Any]) -> list[dict[str, Any]]:
    with store.connect(workspace.home()) as con:
        # By Arrow: DuckDB's own rows would want another time zone library for their moments.
        return con.sql(sql, params=params).to_arrow_table().to_pylist()
