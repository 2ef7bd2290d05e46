"""Which cases a rule reminds of: now, and what it would have done in the past week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.engine.indicators.contracts import EVERYTHING, Scope
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.session import held

from ..models import Reminder, ReminderRule
from ..rights import ROWS, VIEW, reach
from .live import moment, within

WEEK = timedelta(days=7)
EXAMPLES = 10
DUE = {"first_response": "first_response_due", "resolution": "resolution_due", "promised": "promised"}

# A stage lies the lead before the clock runs out, but never before the case was opened.
STAGES = """
    WITH known AS (SELECT DISTINCT id FROM units), placed AS (
        SELECT c.*, CASE WHEN known.id IS NOT NULL THEN c.unit ELSE coalesce(s.home, c.unit) END AS place,
               c.{due} AS due, greatest(c.{due} - INTERVAL ({lead}) MINUTE, c.opened) AS stage,
               coalesce(c.resolved_at, c.closed_at, c.ended_at) AS over
        FROM fact_case c LEFT JOIN known ON known.id = c.unit
        LEFT JOIN live_stays s ON s.member = c.agent AND s.since <= epoch(c.opened) AND s.until > epoch(c.opened)
        WHERE c.{due} IS NOT NULL AND c.{due} > {first} + INTERVAL (least({lead}, 0)) MINUTE
              AND NOT coalesce(c.merged, false)
    )
    SELECT "case", external_id, place AS unit, agent, due, stage FROM placed
    WHERE stage > {first} AND stage <= {last} AND {pending} AND {where}
    ORDER BY stage, "case" """
PENDING = {
    "first_response": "responded IS NOT NULL AND coalesce(first_response_at > {when}, true) "
                      "AND (coalesce(is_open, true) OR coalesce(over > {when}, true))",
    "resolution": "(coalesce(is_open, false) OR coalesce(over > {when}, false))",
    "promised": "(coalesce(is_open, false) OR coalesce(over > {when}, false))",
}


@dataclass(frozen=True)
class Stage:
    """A case at the moment at which a rule reminds of it."""

    case: str
    external_id: str
    unit: str
    agent: str
    due: datetime
    stage: datetime


@dataclass(frozen=True)
class Wanted:
    """What of a rule decides which cases it sees."""

    clock: str
    lead_minutes: int
    unit_code: str = ""
    channels: Sequence[str] = ()
    kinds: Sequence[str] = ()
    priorities: Sequence[str] = ()


@dataclass(frozen=True)
class Preview:
    """What a rule would have done: ``count`` cases in a week, some of them as examples."""

    first: datetime
    last: datetime
    count: int
    examples: tuple[Stage, ...]


def wanted_of(rule: ReminderRule) -> Wanted:
    return Wanted(rule.clock, rule.lead_minutes, rule.unit_code, tuple(rule.channels), tuple(rule.kinds),
                  tuple(rule.priorities))


def scope_of_rule(rule: ReminderRule) -> Scope:
    """Return what a rule sees: as much as its maker does now, so that a rule is no way around one's own reach."""
    return reach(rule.created_by, ROWS) if rule.created_by else EVERYTHING


def stages(wanted: Wanted, scope: Scope, first: datetime, last: datetime, *,
           still: datetime | None = None) -> list[Stage]:
    """Return the cases whose stage lies after ``first`` up to ``last`` and which were pending at it.

    With ``still`` they must be pending at that moment instead: nobody is reminded of what is done by now.
    """
    pending = PENDING[wanted.clock].format(when=moment(still) if still else "stage")
    where = " AND ".join([within(scope, wanted.unit_code, "place"), *_lists(wanted)])
    sql = STAGES.format(due=DUE[wanted.clock], lead=int(wanted.lead_minutes), first=moment(first), last=moment(last),
                        pending=pending, where=where)
    with held.on(workspace.home()) as session:
        session.executor.register("live_stays", session.tree.stays)
        rows: list[dict[str, Any]] = session.executor.run(sql).to_pylist()
    return [Stage(row["case"], row["external_id"] or row["case"], row["unit"] or "", row["agent"] or "",
                  row["due"].astimezone(UTC), row["stage"].astimezone(UTC)) for row in rows]


def _lists(wanted: Wanted) -> list[str]:
    chosen = (("channel", wanted.channels), ("kind", wanted.kinds), ("priority", wanted.priorities))
    return [f"{column} IN ({', '.join(_quoted(value) for value in values)})" for column, values in chosen if values]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def preview(wanted: Wanted, user: User) -> Preview | None:
    """Return what a rule would have done in the last seven days of the data; None without any data."""
    latest = engine.as_of()
    if latest is None:
        return None
    last = min(latest, timezone.now())
    found = stages(wanted, reach(user, ROWS), last - WEEK, last)
    return Preview(last - WEEK, last, len(found), tuple(found[-EXAMPLES:]))


def rules(user: User) -> QuerySet[ReminderRule]:
    """Return the rules a person may change, with how often each reminded in the last seven days."""
    found, scope = ReminderRule.objects.select_related("created_by"), reach(user, ROWS)
    if scope.units is not None or scope.agents is not None:
        found = found.filter(unit_code__in=scope.units or ())
    return found.annotate(recent=Count("reminders", filter=Q(reminders__at__gt=timezone.now() - WEEK)))


def log(user: User, *, rule: int | None = None) -> QuerySet[Reminder]:
    """Return the reminders of cases within the person's reach, newest first."""
    scope = reach(user, VIEW)
    found = Reminder.objects.select_related("rule")
    if scope.units is not None:
        found = found.filter(unit_code__in=scope.units)
    elif scope.agents is not None:
        found = found.none()
    return found.filter(rule_id=rule) if rule else found

