"""Levels of escalation and a limit on approvals, replayed on past cases: what would have gone where, and when.

A case runs from its first event to the first of the ``done`` activities; without one it is still open and runs to the
moment the data reach, both on the clock of its own calendar. It reaches a level when it has run longer than the level's
time. Of a level only cases tell that began at least that long before the data end: a younger one that is still open may
reach it yet, and to count only those of its age that have closed would make the level look rarer than it is.

Approvals are events of the named activities; those beyond ``most`` are in excess, and the time before each of them is
what the limit would spare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .conformance import Share, share_of
from .graph import Clock
from .log import EventIndex
from .steps import Amount, median_of


@dataclass(frozen=True)
class Level:
    """``after_s``: seconds on the chosen clock after which an unfinished case goes there."""

    name: str
    after_s: float


@dataclass(frozen=True)
class LevelResult:
    """``reached.n``: cases that began early enough to reach it; ``young``: those that did not, which are no part of it.

    ``left``: how long the cases that reached it went on after that (median of seconds; closed cases only).
    """

    level: Level
    reached: Share
    young: int
    left: Amount
    numbers: np.ndarray


@dataclass(frozen=True)
class Replay:
    """``approvals``: approvals a case, median; ``excess``: cases with more than allowed; ``open``: cases not done."""

    cases: int
    open: int
    levels: tuple[LevelResult, ...]
    excess: Share
    excess_approvals: int
    excess_hours: float
    excess_numbers: np.ndarray


def replay(
    index: EventIndex, levels: Sequence[Level], clock: Clock, *, done: Sequence[str], approvals: Sequence[str],
    most: int, until: int,
) -> Replay:
    """Replay rules on an index. ``until`` is the moment the data reach (microseconds since 1970 UTC).

    Raises ValueError unless the levels' times grow.
    """
    times = [level.after_s for level in levels]
    if any(two <= one for one, two in zip(times, times[1:])) or any(one < 0 for one in times) or most < 0:
        raise ValueError("Each level needs a longer time than the one before it, and the limit may not be below 0.")
    cases = len(index.cases)
    waits = np.zeros(index.events)
    steps = index.steps
    waits[steps + 1] = clock(index, steps) if len(steps) else 0
    case = np.repeat(np.arange(cases), np.diff(index.starts))
    total = np.cumsum(waits)
    # The first event of a case adds nothing to the sum, so the difference of two places of a case is its own.
    last = index.starts[1:] - 1
    seen = total[last] - total[index.starts[:-1]] + (clock(*_tails(index, last, until)) if cases else 0)
    elapsed, closed = _elapsed(index, case, total, done, seen)
    found = []
    for level in levels:
        reached = np.flatnonzero(elapsed > level.after_s)
        old = int((seen > level.after_s).sum())
        left = elapsed[reached] - level.after_s
        found.append(LevelResult(level, share_of(len(reached), old), cases - old, median_of(left[closed[reached]]),
                                 reached))
    excess = _excess(index, case, approvals, most)
    numbers = np.unique(case[excess])
    return Replay(cases, int((~closed).sum()), tuple(found), share_of(len(numbers), cases), len(excess),
                  float(waits[excess].sum()) / 3600, numbers)


def _tails(index: EventIndex, last: np.ndarray, until: int) -> tuple[EventIndex, np.ndarray]:
    """Each case's last event and the end of the data after it, as an index that a clock measures, and its steps."""
    cases = len(index.cases)
    at = np.stack([index.at[last], np.maximum(index.at[last], until)], axis=1).ravel()
    ends = replace(index, starts=2 * np.arange(cases + 1), activity=np.repeat(index.activity[last], 2), at=at,
                   actor=np.repeat(index.actor[last], 2))
    return ends, 2 * np.arange(cases)


def _elapsed(index: EventIndex, case: np.ndarray, total: np.ndarray, done: Sequence[str],
             seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how long each case ran, and whether it was done; ``seen``: from its first event to the end of the data."""
    cases = len(index.cases)
    elapsed = seen.copy()
    finishing = np.flatnonzero(np.isin(index.activity, _codes(index, done)))
    closed = np.zeros(cases, dtype=bool)
    numbers, first = np.unique(case[finishing], return_index=True)
    closed[numbers] = True
    elapsed[numbers] = total[finishing[first]] - total[index.starts[numbers]]
    return elapsed, closed


def _excess(index: EventIndex, case: np.ndarray, approvals: Sequence[str], most: int) -> np.ndarray:
    """Return the positions of the approvals beyond the limit of each case."""
    events = np.flatnonzero(np.isin(index.activity, _codes(index, approvals)))
    if len(events) == 0:
        return events
    heads = np.flatnonzero(np.diff(case[events], prepend=-1))
    rank = np.arange(len(events)) - np.repeat(heads, np.diff(np.append(heads, len(events))))
    return events[rank >= most]


def _codes(index: EventIndex, names: Sequence[str]) -> list[int]:
    return [code for code, name in enumerate(index.activities) if name in set(names)]
