"""When a promise runs out: the moment by which its working time has passed, pauses taken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bihuan.engine.clock.calendars import Calendar
from bihuan.engine.clock.elapsed import add_business
from bihuan.engine.clock.errors import ClockError
from bihuan.engine.clock.policy import Terms

# No promise of a later case is worth a calendar of centuries: such an opening is a typing error.
LATEST = int(np.datetime64("2150-01-01", "s").astype(np.int64))


@dataclass(frozen=True)
class Waits:
    """The waits that stop a clock, by row and then in order: from when (UTC seconds), how many working seconds.

    ``lasting``: the wait has no end yet, and ``seconds`` is 0.
    """

    row: np.ndarray
    start: np.ndarray
    seconds: np.ndarray
    lasting: np.ndarray


def find_due(which: np.ndarray, begin: np.ndarray, usable: np.ndarray, waits: Waits, clock: str,
             terms: Sequence[Terms], calendars: Mapping[str, Calendar]) -> tuple[np.ndarray, np.ndarray]:
    """Return UTC seconds at which each row's promise runs out, and where there is such a moment.

    ``which`` are indices into ``terms``, ``begin`` the moments the clock starts. Each wait that begins before the
    promise has run out puts it off by its own working seconds; one that lasts puts it off for good.
    """
    targets = [getattr(item, f"{clock}_target_s") for item in terms]
    wanted = np.array([target or 0 for target in targets], np.int64)[which]
    has = np.array([target is not None for target in targets], bool)[which] & usable & (begin < LATEST)
    due = np.zeros(begin.size, np.int64)
    has[has] = _add(which[has], begin[has], wanted[has], due, np.flatnonzero(has), terms, calendars)
    rank = np.arange(waits.row.size) - np.searchsorted(waits.row, waits.row, side="left")
    for turn in range(int(rank.max()) + 1 if rank.size else 0):
        now = rank == turn
        rows, start, seconds, lasting = waits.row[now], waits.start[now], waits.seconds[now], waits.lasting[now]
        before = has[rows] & (start < due[rows])
        has[rows[before & lasting]] = False
        rows, seconds = rows[before & ~lasting], seconds[before & ~lasting]
        wanted[rows] += seconds
        has[rows] = _add(which[rows], begin[rows], wanted[rows], due, rows, terms, calendars)
    return due, has


def _add(which: np.ndarray, begin: np.ndarray, wanted: np.ndarray, due: np.ndarray, rows: np.ndarray,
         terms: Sequence[Terms], calendars: Mapping[str, Calendar]) -> np.ndarray:
    """Write ``begin`` plus working time into ``due`` at ``rows``; returns where the calendar has that much."""
    good = np.ones(rows.size, bool)
    names = [item.calendar for item in terms]
    for name in sorted(set(names)):
        own = np.isin(which, [t for t, other in enumerate(names) if other == name])
        if not own.any():
            continue
        try:
            moments = add_business(calendar_of(calendars, name), begin[own].astype("datetime64[s]"), wanted[own])
            due[rows[own]] = moments.astype("datetime64[s]").astype(np.int64)
        except ClockError as error:
            if error.code != "no_working_time":
                raise
            good[own] = False  # a calendar that never opens: its promises never run out
    return good


def calendar_of(calendars: Mapping[str, Calendar], name: str) -> Calendar:
    if name not in calendars:
        raise ClockError("calendar_missing", name=name,
                         zh=f"计时规则使用的日历“{name}”不存在，请在日历设置中补上或修改规则。",
                         en=f'The clock policy uses a calendar "{name}" that is not there: add it or change the rule.')
    return calendars[name]
