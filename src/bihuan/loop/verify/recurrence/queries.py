"""Watches in lists and on their page: every number with its n and interval, and the address of its cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, QuerySet

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.core.rights import can
from bihuan.loop.diagnose.complaint_reviews.queries.lists import TypeLine, recurring_types
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.evaluate.progress.queries.questions import rows_address
from bihuan.ui import formats

from .contracts import ALARMS, VERDICTS
from .counting import INDICATOR, of_base, of_type
from .models import Watch


def watches_for(user: User, *, ended: bool = False, alarmed: bool = False) -> QuerySet[Watch]:
    """Return the watches a person sees, those that raised the alarm last on top."""
    rows: QuerySet[Watch] = Watch.objects.for_user(user).select_related("cause", "measure", "finding", "owner").filter(
        ended_at__isnull=not ended)
    if alarmed:
        rows = rows.exclude(alarmed_on=None)
    return rows.order_by(F("alarmed_on").desc(nulls_last=True), "-pk")


@dataclass(frozen=True)
class Side:
    """A rate per 1,000 in words: its cases among which; addresses open them ("" without the right)."""

    first: date
    last: date
    rate: str
    interval: str
    events: int
    base: int
    events_url: str
    base_url: str


@dataclass(frozen=True)
class BlockLine:
    side: Side
    expected: str
    alarm: Any


@dataclass(frozen=True)
class Line:
    """A watch as pages show it; ``after`` None while the prevention is not in force."""

    watch: Watch
    unit: str
    before: Side
    after: Side | None
    ratio: str
    ratio_interval: str
    verdict: str
    verdict_label: Any
    blocks: tuple[BlockLine, ...]
    last_url: str
    alarms: int
    cut: bool                   # the data begin after the first of the days before


def lines_of(rows: Any, user: User) -> list[Line]:
    """Return watches as a list shows them."""
    names, opens = unit_names(), can(user, "evaluate.view_rows")
    return [line_of(row, names, opens) for row in rows]


def line_of(row: Watch, names: dict[str, str], opens: bool) -> Line:
    course, verdict = row.course, row.course["verdict"]
    blocks = tuple(BlockLine(_side(row, one, opens), formats.plain(one["expected"], 1),
                             ALARMS.get(one["alarm"], "")) for one in course["blocks"])
    last = row.last_case
    return Line(
        row, names.get(row.unit_code, row.unit_code), _side(row, course["before"], opens),
        None if verdict == "waiting" else _side(row, course["after"], opens), formats.fixed(course["ratio"]["value"]),
        _interval(course["ratio"]), verdict, VERDICTS[verdict], tuple(reversed(blocks)),
        rows_address(INDICATOR, of_type(row), Span(last, last)) if last and opens else "",
        sum(bool(one.alarm) for one in blocks), bool(course["before"].get("cut")))


def _side(row: Watch, told: dict[str, Any], opens: bool) -> Side:
    first, last = date.fromisoformat(told["first"]), date.fromisoformat(told["last"])
    span = Span(first, last)
    return Side(
        first, last, formats.fixed(told["value"]), _interval(told), told["events"], told["base"],
        rows_address(INDICATOR, of_type(row), span) if opens else "",
        rows_address(INDICATOR, of_base(row), span) if opens else "")


def _interval(told: dict[str, Any]) -> str:
    if told["low"] is None:
        return ""
    return formats.from_to(formats.fixed(told["low"]), "∞" if told["high"] is None else formats.fixed(told["high"]))


def unwatched(user: User) -> list[TypeLine]:
    """Return the types that were reviewed twice or more and that nobody watches yet."""
    known = set(Watch.objects.for_user(user).filter(ended_at=None).values_list("topic", "product"))
    return [one for one in recurring_types(user) if not {(one.topic, one.product), (one.topic, "")} & known]
