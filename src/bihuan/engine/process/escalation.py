"""Levels of escalation and a limit on approvals, replayed on past cases: what would have gone where, and when.

A case runs from its first event to the first of the ``done`` activities; without one it is still open and runs to the
moment the data reach. It reaches a level when it has run longer than the level's time. Approvals are events of the
named activities; those beyond ``most`` are in excess, and the time before each of them is what the limit would spare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .conformance import Share, share_of
from .graph import MICRO, Clock
from .log import EventIndex
from .steps import Amount, median_of


@dataclass(frozen=True)
class Level:
    """``after_s``: seconds on the chosen clock after which an unfinished case goes there."""

    name: str
    after_s: float


@dataclass(frozen=True)
class LevelResult:
    """``left``: how long the cases that reached it went on after that (median of seconds; closed cases only)."""

    level: Level
    reached: Share
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

    An open case is measured to ``until`` on the wall clock after its last event: no calendar knows a case that has
    no further event. Raises ValueError unless the levels' times grow.
    """
    times = [level.after_s for level in levels]
    if any(two <= one for one, two in zip(times, times[1:])) or any(one < 0 for one in times) or most < 0:
        raise ValueError("Each level needs a longer time than the one before it, and the limit may not be below 0.")
    cases = len(index.cases)
    waits = np.zeros(index.events)
    steps = index.steps
    waits[steps + 1] = clock(index, steps) if len(steps) else 0
    case = np.repeat(np.arange(cases), np.diff(index.starts))
    elapsed, closed = _elapsed(index, case, waits, done, until)
    found = []
    for level in levels:
        reached = np.flatnonzero(elapsed > level.after_s)
        left = elapsed[reached] - level.after_s
        found.append(LevelResult(level, share_of(len(reached), cases), median_of(left[closed[reached]]), reached))
    excess = _excess(index, case, approvals, most)
    numbers = np.unique(case[excess])
    return Replay(cases, int((~closed).sum()), tuple(found), share_of(len(numbers), cases), len(excess),
                  float(waits[excess].sum()) / 3600, numbers)


def _elapsed(index: EventIndex, case: np.ndarray, waits: np.ndarray, done: Sequence[str],
             until: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how long each case ran, and whether it was done."""
    cases = len(index.cases)
    total = np.cumsum(waits)
    start = total[index.starts[:-1]]
    last = index.starts[1:] - 1
    end = last.copy()
    finishing = np.flatnonzero(np.isin(index.activity, _codes(index, done)))
    closed = np.zeros(cases, dtype=bool)
    numbers, first = np.unique(case[finishing], return_index=True)
    closed[numbers] = True
    end[numbers] = finishing[first]
    elapsed = total[end] - start
    # The cumulative sum starts anew in no case: the first event of a case adds nothing, so the difference is its own.
    elapsed[~closed] += np.maximum(0, until - index.at[last[~closed]]) / MICRO
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
