"""Other rosters out of the one that was: people added to, or taken out of, some hours of some weekdays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from .contracts import Change, Shifts
from .errors import StaffingError


def check(change: Change) -> None:
    """Raise when a change cannot be tried."""
    if not 0 <= change.first < change.last <= 24:
        raise StaffingError("hours", first=change.first, last=change.last)
    if not 0 <= change.taken < 1 or change.handling <= 0:
        raise StaffingError("share", value=f"{change.taken}, {change.handling}")
    if not change.people and change.handling == 1 and not change.taken:
        raise StaffingError("changes_nothing")


def changed(shifts: Shifts, change: Change, days: Sequence[date], zone: ZoneInfo) -> Shifts:
    """Return the shifts with the change's people; who is taken out is cut out of the longest overlaps."""
    start, end = shifts.start, shifts.end
    for day in days:
        if day.isoweekday() not in change.weekdays or not change.people:
            continue
        first, last = _moment(day, change.first, zone), _moment(day, change.last, zone)
        if change.people > 0:
            start = np.append(start, np.full(change.people, first))
            end = np.append(end, np.full(change.people, last))
        else:
            start, end = _without(start, end, first, last, -change.people)
    order = np.argsort(start, kind="stable")
    return Shifts(start[order], end[order])


def _moment(day: date, hour: int, zone: ZoneInfo) -> float:
    whole = day + timedelta(days=hour // 24)
    return datetime.combine(whole, time(hour % 24), zone).timestamp()


def _without(start: np.ndarray, end: np.ndarray, first: float, last: float,
             count: int) -> tuple[np.ndarray, np.ndarray]:
    overlap = np.minimum(end, last) - np.maximum(start, first)
    chosen = np.argsort(-overlap, kind="stable")[:count]
    chosen = chosen[overlap[chosen] > 0]
    rest = np.delete(np.arange(len(start)), chosen)
    head = chosen[start[chosen] < first]
    tail = chosen[end[chosen] > last]
    return (np.concatenate((start[rest], start[head], np.full(len(tail), last))),
            np.concatenate((end[rest], np.full(len(head), first), end[tail])))


def presence(shifts: Shifts, days: Sequence[date], zone: ZoneInfo) -> np.ndarray:
    """Return the seconds of people being there, a row a day, a column an hour of the zone."""
    edges = np.array([[_moment(day, hour, zone) for hour in range(25)] for day in days]).reshape(len(days), 25)
    there = np.zeros((len(days), 24))
    order_start, order_end = np.sort(shifts.start), np.sort(shifts.end)
    # The seconds that people are there before a moment: of all who came so far, less of all who left.
    sum_start, sum_end = (np.concatenate(([0.0], np.cumsum(one))) for one in (order_start, order_end))
    came, left = np.searchsorted(order_start, edges), np.searchsorted(order_end, edges)
    so_far = (came * edges - sum_start[came]) - (left * edges - sum_end[left])
    there[:] = np.diff(so_far, axis=1)
    return there
