"""When a notice may reach somebody: working hours, the full hour, the daily digest."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .contracts import DIGEST_AT, HOURS_FROM, HOURS_UNTIL


@dataclass(frozen=True)
class Hours:
    """Working hours in the workspace's zone. ``first`` after ``last`` spans midnight, both alike is the whole day.

    ``weekdays``: 0 is Monday; empty is every day. A night shift belongs to the day on which it begins.
    """

    first: time = HOURS_FROM
    last: time = HOURS_UNTIL
    weekdays: Collection[int] = ()
    digest_at: time = DIGEST_AT

    def open_at(self, local: datetime) -> bool:
        """Return whether a local moment lies in the hours."""
        at = local.time()
        if self.first == self.last:
            return self._works(local.date())
        if self.first < self.last:
            return self.first <= at < self.last and self._works(local.date())
        return (at >= self.first and self._works(local.date())) or (
            at < self.last and self._works(local.date() - timedelta(days=1)))

    def _works(self, day: date) -> bool:
        return not self.weekdays or day.weekday() in self.weekdays


def due(moment: datetime, hours: Hours, zone: ZoneInfo, *, timing: str = "now", critical: bool = False) -> datetime:
    """Return the first moment at which somebody may be told what happened at ``moment``."""
    local = moment.astimezone(zone)
    if timing == "daily":
        return _next(local, hours.digest_at, hours, zone)
    if timing == "hourly":
        local = (local + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    elif critical:
        return moment
    return local if hours.open_at(local) else _next(local, hours.first, hours, zone)


def _next(local: datetime, at: time, hours: Hours, zone: ZoneInfo) -> datetime:
    """Return the next time of day ``at`` on a day that is worked on; after a week without one, tomorrow's."""
    for days in range(9):
        day = local.date() + timedelta(days=days)
        found = datetime.combine(day, at, tzinfo=zone)
        if found > local and (not hours.weekdays or day.weekday() in hours.weekdays):
            return found
    return datetime.combine(local.date() + timedelta(days=1), at, tzinfo=zone)
