"""The company's time: seconds since the first local midnight, its calendar, seasons and back-office hours.

All times inside the generator are local wall-clock seconds (China keeps no summer time); the import turns the
written stamps into UTC.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, timedelta

import chinese_calendar
import numpy as np

DAY = 86_400
HOUR = 3_600
OPEN, CLOSE = 9 * HOUR, 18 * HOUR      # back office: tickets and complaints are worked on in these hours
MARGIN = 90                            # days after the period for which stamps can still be written
CLOCK = [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(DAY)]


def holiday_name(day: date) -> str | None:
    """Return the public holiday of ``day``, None on other days and in years the calendar does not know."""
    try:
        return chinese_calendar.get_holiday_detail(day)[1]
    except NotImplementedError:
        return None


class Hours:
    """Calendar of one generated period that begins on ``start`` and lasts ``days`` days."""

    def __init__(self, start: date, days: int) -> None:
        self.start, self.days = start, days
        self.dates = [start + timedelta(days=i) for i in range(days + MARGIN)]
        self.names = [day.isoformat() for day in self.dates]
        self.holidays = [holiday_name(day) for day in self.dates]
        self._workdays = [i for i, name in enumerate(self.holidays) if name is None]

    @property
    def end(self) -> int:
        """The second after the last one of the period."""
        return self.days * DAY

    def stamp(self, t: float) -> str:
        """Return ``2026-03-05 09:01:22`` for a time."""
        day, second = divmod(int(t), DAY)
        return f"{self.names[day]} {CLOCK[second]}"

    def when(self, t: float) -> datetime:
        """Return a time as a naive local datetime."""
        return datetime.combine(self.start, datetime.min.time()) + timedelta(seconds=int(t))

    def day_of(self, t: float) -> date:
        return self.dates[int(t) // DAY]

    def acting(self, truth) -> tuple[float, float]:
        """Return the times between which a planted truth acts; an empty stretch for None."""
        if truth is None:
            return (0.0, -1.0)
        first = (truth.since - self.start).days * DAY if truth.since else 0
        last = ((truth.until - self.start).days + 1) * DAY if truth.until else (self.days + MARGIN) * DAY
        return (float(first), float(last))

    def to_work(self, t: float) -> float:
        """Return back-office seconds from the first morning to ``t``; nights and public holidays do not count."""
        day, second = divmod(t, DAY)
        done = bisect_left(self._workdays, day)
        if self.holidays[int(day)] is not None:
            return done * (CLOSE - OPEN)
        return done * (CLOSE - OPEN) + min(max(second - OPEN, 0), CLOSE - OPEN)

    def to_wall(self, work: float) -> float:
        """Return the time at which ``work`` back-office seconds have passed."""
        day, second = divmod(work, CLOSE - OPEN)
        day = min(int(day), len(self._workdays) - 1)
        return self._workdays[day] * DAY + OPEN + second

    def season(self, growth: float = 0.08, peak: float = 1.6) -> np.ndarray:
        """Return for each day the factor on arrivals: yearly growth, 618, 11.11 and the Spring Festival dip."""
        return np.array([
            (1 + growth * i / 365) * _peak(day, peak) * (0.45 if name == "Spring Festival" else 1.0)
            for i, (day, name) in enumerate(zip(self.dates[:self.days], self.holidays))
        ])


def in_sale(day: date) -> bool:
    """Return whether ``day`` lies in the weeks of the 618 or the 11.11 sale and their deliveries."""
    june, november = (date(day.year, 6, 8), date(day.year, 6, 26)), (date(day.year, 11, 4), date(day.year, 11, 22))
    return any(first <= day <= last for first, last in (june, november))


def _peak(day: date, peak: float) -> float:
    return peak if in_sale(day) else 1.0
