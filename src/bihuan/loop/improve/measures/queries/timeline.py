"""Plans over time: bars of measures and of phases, one drawing for both."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bihuan.core import workspace

from ..models import Measure, Milestone
from .lists import MeasureLine

State = Measure.State
MOST_TICKS = 6              # so many months can be read beside each other on the narrowest chart


@dataclass(frozen=True)
class Row:
    """One line of a Gantt chart: ``kind`` is planned, running, done or late; ``share`` how much of it is done, 0-100.

    ``marks`` are days with their words and whether they are reached; ``measure`` the one that its name opens.
    """

    name: str
    text: str
    begin: date
    end: date
    kind: str
    share: float | None = None
    marks: tuple[tuple[date, str, bool], ...] = ()
    measure: int = 0
    inner: bool = False


@dataclass(frozen=True)
class Bar:
    """One bar of the Gantt chart, in percent of its width from the left; ``filled`` is the part of it that is done."""

    row: Row
    left: float
    width: float
    filled: float
    marks: tuple[tuple[float, str, bool], ...] = ()


@dataclass(frozen=True)
class Gantt:
    """Bars over a stretch of time; ``ticks`` are the first days of months, ``today`` a place or None."""

    bars: list[Bar]
    ticks: list[tuple[float, str]]
    today: float | None
    first: date
    last: date


def gantt(lines: Sequence[MeasureLine], today: date) -> Gantt | None:
    """Return the plan of some measures over time, with their milestones; None when none has a day."""
    return drawn(measure_rows(lines, today), today)


def measure_rows(lines: Sequence[MeasureLine], today: date, *, inner: bool = False) -> list[Row]:
    """Return the lines of some measures, those left out that have no day."""
    dated = [line for line in lines if line.measure.due_on or line.measure.done_on]
    marks: dict[int, list[tuple[date, str, bool]]] = {}
    for one in Milestone.objects.filter(measure__in=[line.measure.pk for line in dated]):
        marks.setdefault(one.measure_id, []).append((one.due_on, f"{one.title} {one.due_on}", bool(one.done_on)))
    rows = []
    for line in dated:
        begin, end = _span(line.measure, today)
        rows.append(Row(line.measure.title, f"{line.measure.number} {line.measure.title} {begin} – {end}", begin, end,
                        look_of(line), share_of(line), tuple(marks.get(line.measure.pk, ())), line.measure.pk, inner))
    return rows


def share_of(line: MeasureLine) -> float | None:
    """Return how much of a measure is done in percent: what was last reported, 100 once it is done, None unsaid."""
    if line.measure.state in (State.DONE, State.VERIFIED):
        return 100.0
    return getattr(line.measure, "last_share", None)


def look_of(line: MeasureLine) -> str:
    if line.is_late:
        return "late"
    return {State.DONE: "done", State.VERIFIED: "done", State.RUNNING: "running"}.get(  # type: ignore[call-overload]
        line.measure.state, "planned")


def drawn(rows: Sequence[Row], today: date) -> Gantt | None:
    """Return some lines as a drawing of whole months; None without a line."""
    if not rows:
        return None
    first = min(one.begin for one in rows).replace(day=1)
    last = _month_end(max(*(one.end for one in rows), today))
    days = (last - first).days or 1

    def place(day: date) -> float:
        return round(100 * (day - first).days / days, 3)

    bars = []
    for one in rows:
        width = max(place(one.end) - place(one.begin), 0.6)
        bars.append(Bar(one, place(one.begin), width, round(width * (one.share or 0) / 100, 3),
                        tuple((place(day), words, done) for day, words, done in one.marks)))
    now = place(today) if first <= today <= last else None
    return Gantt(bars, [(place(one), f"{one:%Y-%m}") for one in _months(first, last)], now, first, last)


def _span(measure: Measure, today: date) -> tuple[date, date]:
    end = measure.done_on or measure.due_on or today
    begin = measure.started_on or measure.starts_on or workspace.day_of(measure.created_at)
    return min(begin, end), max(begin, end)


def _months(first: date, last: date) -> list[date]:
    found, day = [], first
    while day <= last:
        found.append(day)
        day = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return found[::-(-len(found) // MOST_TICKS)]


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
