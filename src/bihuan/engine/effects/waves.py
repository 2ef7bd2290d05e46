"""Surveys that ask in waves: a month of answers, then none for a year.

Days of one wave tell how much days differ, not how much years do. A change that lies between two waves is mixed up with
all else that happened between them, and the spread of the days around it is far too small for that: such data cannot
tell, however many answers there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

PAUSE = timedelta(weeks=4)      # shorter times without data are holes in a series


def falls_between(starts: Sequence[date], before: int) -> bool:
    """Return whether the change lies in a time without data that is longer than the stretch of data on a side of it.

    ``before`` of the periods, oldest first, lie before the change.

    >>> days = [date(2016, 5, 1) + timedelta(i) for i in range(30)]
    >>> falls_between([*days, *(day + timedelta(365) for day in days)], 30), falls_between(days, 15)
    (True, False)
    """
    if not 0 < before < len(starts):
        return False
    gap = starts[before] - starts[before - 1]
    early, late = _stretches(starts[:before])[-1], _stretches(starts[before:])[0]
    return gap > PAUSE and gap > min(early[1] - early[0], late[1] - late[0])


def come_in_waves(starts: Sequence[date]) -> bool:
    """Return whether the last stretch of data is shorter than the time without any before it.

    >>> days = [date(2016, 5, 1) + timedelta(i) for i in range(30)]
    >>> come_in_waves([*days, *(day + timedelta(365) for day in days)]), come_in_waves(days)
    (True, False)
    """
    found = _stretches(starts)
    return len(found) > 1 and found[-1][0] - found[-2][1] > found[-1][1] - found[-1][0]


def _stretches(starts: Sequence[date]) -> list[tuple[date, date]]:
    """Return (first, last) of each stretch of periods without a pause."""
    found: list[tuple[date, date]] = []
    for start in starts:
        if found and start - found[-1][1] <= PAUSE:
            found[-1] = (found[-1][0], start)
        else:
            found.append((start, start))
    return found
