"""Measures in lists and on boards: by state, by impact and ease, over time."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.loop.plan.cycles.contracts import Window

from ..contracts import KINDS, MOST_BOARD, REVIEW_DAYS, TERMS
from ..models import Measure, Milestone, Progress

State = Measure.State
OPEN = (State.DRAFT, State.PROPOSED, State.APPROVED, State.RUNNING, State.DONE)
ACTIVE = (State.APPROVED, State.RUNNING)
COLUMNS = (State.DRAFT, State.PROPOSED, State.APPROVED, State.RUNNING, State.DONE, State.VERIFIED)


@dataclass(frozen=True)
class Filters:
    """What a list keeps to; empty is everything."""

    state: str = ""
    term: str = ""
    kind: str = ""
    unit: str = ""
    words: str = ""
    mine: bool = False
    late: bool = False


def filters_from(params: Mapping[str, str]) -> Filters:
    """Return the filters of an address; what is unknown is left out."""
    def kept(name: str, among: Iterable[str]) -> str:
        value = params.get(name, "")
        return value if value in among else ""

    return Filters(kept("state", ["open", *State.values]), kept("term", TERMS), kept("kind", KINDS),
                   params.get("unit", "")[:64], params.get("q", "").strip()[:100], params.get("mine") == "1",
                   params.get("late") == "1")


def measures_for(user: User, kept: Filters, today: date) -> QuerySet[Measure]:
    """Return the measures that a person sees and a list keeps, those due first on top."""
    found = Measure.objects.for_user(user).select_related("accountable", "finding")
    if kept.state == "open":
        found = found.filter(state__in=OPEN)
    elif kept.state:
        found = found.filter(state=kept.state)
    for name, value in (("term", kept.term), ("kind", kept.kind), ("unit_code", kept.unit)):
        if value:
            found = found.filter(**{name: value})
    if kept.words:
        found = found.filter(Q(title__icontains=kept.words) | Q(number__icontains=kept.words)
                             | Q(plan__icontains=kept.words))
    if kept.mine:
        found = found.filter(accountable=user)
    if kept.late:
        found = found.filter(state__in=ACTIVE, due_on__lt=today)
    weeks = Progress.objects.filter(measure=OuterRef("pk")).order_by().values("measure")
    # Looked up a row instead of grouped over all: a page of thirty does not read ten thousand.
    return found.annotate(
        last_share=Subquery(weeks.annotate(most=Max("share")).values("most")),
        last_week=Subquery(weeks.annotate(last=Max("week")).values("last"))).order_by("-pk")


def measures_of_review(user: User, window: Window, findings: list[int], today: date) -> QuerySet[Measure]:
    """Return measures against a review's findings, and those of its units without one that were made meanwhile."""
    alone = Q(finding=None, created_at__date__range=(window.start, window.until))
    if window.units is not None:
        alone &= Q(unit_code__in=window.units)
    return measures_for(user, Filters(), today).filter(Q(finding__in=findings) | alone).exclude(state=State.WITHDRAWN)


@dataclass(frozen=True)
class MeasureLine:
    """A measure in a list, with the name of its unit and how late it is; ``days_left`` None without a day."""

    measure: Measure
    unit: str
    days_left: int | None
    review_due: bool

    @property
    def late_days(self) -> int:
        return max(-(self.days_left or 0), 0)

    @property
    def is_late(self) -> bool:
        return self.days_left is not None and self.days_left < 0


def lines_of(measures: Iterable[Measure], today: date) -> list[MeasureLine]:
    """Return measures as a list shows them."""
    names = unit_names()
    return [MeasureLine(one, names.get(one.unit_code, one.unit_code), _left(one, today), _review_due(one, today))
            for one in measures]


def _left(measure: Measure, today: date) -> int | None:
    if measure.state not in ACTIVE or measure.due_on is None:
        return None
    return (measure.due_on - today).days


def _review_due(measure: Measure, today: date) -> bool:
    """Whether the rhythm of its term asks for a look: quick wins every week, systemic ones every month."""
    if measure.state not in ACTIVE:
        return False
    last = getattr(measure, "last_week", None) or measure.started_on
    return last is None or (today - last).days > REVIEW_DAYS[measure.term]


@dataclass(frozen=True)
class Column:
    """One state of a board."""

    state: str
    label: Any
    lines: list[MeasureLine]


def board(user: User, term: str, today: date) -> list[Column]:
    """Return the measures of one term by state; closed ones of the last ninety days only."""
    found = list(measures_for(user, Filters(term=term), today)[:MOST_BOARD])
    lines = lines_of(found, today)
    return [Column(state, state.label, [one for one in lines if one.measure.state == state]) for state in COLUMNS]


@dataclass(frozen=True)
class Cell:
    """One field of the board of impact and ease; ``first`` where both are high: to be done first."""

    impact: int
    ease: int
    lines: list[MeasureLine]

    @property
    def first(self) -> bool:
        return self.impact >= 4 and self.ease >= 4


def matrix(user: User, today: date) -> tuple[list[list[Cell]], list[MeasureLine]]:
    """Return rows of fields, the greatest impact on top, and the open measures that nobody rated yet."""
    lines = lines_of(measures_for(user, Filters(state="open"), today)[:MOST_BOARD], today)
    placed: dict[tuple[int, int], list[MeasureLine]] = {}
    rest = []
    for line in lines:
        impact, ease = line.measure.impact, line.measure.ease
        if impact and ease:
            placed.setdefault((impact, ease), []).append(line)
        else:
            rest.append(line)
    return [[Cell(impact, ease, placed.get((impact, ease), [])) for ease in range(1, 6)]
            for impact in range(5, 0, -1)], rest


@dataclass(frozen=True)
class DayCell:
    """One day of the calendar with what is due on it."""

    day: date
    inside: bool
    today: bool
    due: list[tuple[str, int, bool]]


def month(user: User, first: date, today: date) -> list[list[DayCell]]:
    """Return the weeks of a month, Monday first, with the measures and milestones due on each day."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    begin, end = weeks[0][0], weeks[-1][-1]
    seen = Measure.objects.for_user(user)
    due: dict[date, list[tuple[str, int, bool]]] = {}
    for one in seen.filter(due_on__range=(begin, end)).exclude(state=State.WITHDRAWN):
        late = one.state in ACTIVE and one.due_on < today  # type: ignore[operator]
        due.setdefault(one.due_on, []).append((f"{one.number} {one.title}", one.pk, late))  # type: ignore[arg-type]
    for mark in Milestone.objects.filter(measure__in=seen.values("pk"), due_on__range=(begin, end)).select_related(
            "measure"):
        text = _("{number} 阶段：{title}").format(number=mark.measure.number, title=mark.title)
        due.setdefault(mark.due_on, []).append((text, mark.measure_id, mark.done_on is None and mark.due_on < today))
    return [[DayCell(day, day.month == first.month, day == today, due.get(day, [])) for day in week] for week in weeks]
