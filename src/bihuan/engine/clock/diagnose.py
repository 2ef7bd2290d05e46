"""One year of a calendar laid open, for the screen on which people check it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from bihuan.engine.clock.calendars import Calendar
from bihuan.engine.clock.elapsed import business_seconds
from bihuan.engine.clock.errors import ClockWarning
from bihuan.engine.clock.periods import show_periods
from bihuan.engine.clock.zone import zone_named


@dataclass(frozen=True)
class CalendarDay:
    """One local day: its periods as text, the working seconds the clock counts in it, and why."""

    day: date
    periods: tuple[str, ...]
    seconds: int
    kind: str  # workday | off | holiday | makeup | override
    name: str


@dataclass(frozen=True)
class CalendarYear:
    """All days of a year with totals and what is missing."""

    calendar: str
    year: int
    days: tuple[CalendarDay, ...]
    seconds: int
    warnings: tuple[ClockWarning, ...]

    def count(self, kind: str) -> int:
        return sum(day.kind == kind for day in self.days)


def diagnose_calendar(calendar: Calendar, year: int) -> CalendarYear:
    """Return every day of the year as the clock sees it; ``seconds`` is what ``business_seconds`` counts that day."""
    first = date(year, 1, 1)
    days = [first + timedelta(n) for n in range((date(year + 1, 1, 1) - first).days)]
    midnights = np.array([_midnight(day, calendar.zone) for day in [*days, date(year + 1, 1, 1)]], "datetime64[s]")
    seconds = business_seconds(calendar, midnights[:-1], midnights[1:]).tolist()
    rows = []
    for day, worked in zip(days, seconds):
        plan = calendar.plan(day)
        rows.append(CalendarDay(day, tuple(show_periods(plan.periods)), worked, plan.kind, plan.name))
    return CalendarYear(calendar.name, year, tuple(rows), sum(seconds), tuple(calendar.warnings([year])))


def _midnight(day: date, zone: str) -> int:
    """Return the UTC second at which a local day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone_named(zone)).timestamp())
