"""Kaplan-Meier medians of many groups at once: what a duration is when some of it has not ended yet."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .normal import LEVEL, Array, z_value

HALF = np.log(0.5 + 1e-9)  # a curve of exactly one half must be found although it is a sum of logarithms
AT_ONCE = 1 << 15  # rows


def grouped_median_survival(
    group: Array, time: Array, ended: Array, running: Array, groups: int, level: float = LEVEL, *,
    ordered: bool = False,
) -> tuple[Array, Array, Array]:
    """Return (median, low, high), one entry a group, from a histogram of durations.

    ``ended`` rows of ``group`` ended after ``time``, ``running`` rows had lasted ``time`` and not ended (censored).
    The median is the first time at which the survival curve is at or below one half, NaN while it never falls so far.
    Interval: where the log-log bounds of the curve (Greenwood's variance) reach one half; Brookmeyer and Crowley 1982,
    Biometrics 38:29-41. NaN where a bound does not reach it: high NaN reads "not known yet".
    ``ordered``: the rows are sorted by group and time already.
    """
    time, ended = np.asarray(time, float), np.asarray(ended, float)
    leaving = ended + running
    if not ordered:
        order = np.lexsort((time, group))
        group, time, ended, leaving = group[order], time[order], ended[order], leaving[order]
    found, z = np.full((3, groups), np.nan), z_value(level)
    for some in _blocks(group):
        own = slice(group[some.start], group[some.stop - 1] + 1)
        found[:, own] = _median_survival(group[some] - own.start, time[some], ended[some], leaving[some], z)
    return found[0], found[1], found[2]


def _blocks(group: Array) -> Iterator[slice]:
    """Whole groups, some rows at a time: a curve takes a dozen arrays, which cost less while they fit the cache."""
    ends = np.append(np.flatnonzero(group[1:] != group[:-1]) + 1, group.size)
    start = 0
    while start < group.size:
        stop = ends[max(np.searchsorted(ends, start + AT_ONCE, "right") - 1, np.searchsorted(ends, start, "right"))]
        yield slice(start, int(stop))
        start = int(stop)


def _median_survival(group: Array, time: Array, ended: Array, leaving: Array, z: float) -> tuple[Array, Array, Array]:
    """(median, low, high) of groups 0, 1, ... of which each has rows, sorted by group and time."""
    group, time, ended, leaving = _merge_ties(group, time, ended, leaving)
    groups = int(group[-1]) + 1
    at_risk = np.bincount(group, weights=leaving)[group] - (_within(leaving, group) - leaving)
    alive = at_risk - ended
    # Where nobody is left the curve is 0; a logarithm of it would swamp the sums of the groups that follow.
    left = alive > 0
    log_survival = _within(np.where(left, np.log(np.maximum(alive, 1) / at_risk), 0.0), group)
    # There Greenwood's term is infinite; the bounds stay where they were.
    greenwood = _within(np.where(left, ended / (at_risk * np.maximum(alive, 1)), 0.0), group)
    lower, upper = _log_log_bounds(log_survival, greenwood, left, z)
    curves = np.where(left, log_survival, -np.inf), lower, upper
    median, first, last = (_first(curve <= HALF, group, time, groups) for curve in curves)
    return median, first, last


def _merge_ties(group: Array, time: Array, ended: Array, leaving: Array) -> tuple[Array, Array, Array, Array]:
    new = np.concatenate([[True], (group[1:] != group[:-1]) | (time[1:] != time[:-1])])
    starts = np.flatnonzero(new)
    return group[starts], time[starts], np.add.reduceat(ended, starts), np.add.reduceat(leaving, starts)


def _within(values: Array, group: Array) -> Array:
    """Cumulative sum that starts again at each group (rows sorted by group)."""
    total = np.cumsum(values)
    starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    lengths = np.diff(np.concatenate([starts, [group.size]]))
    return total - np.repeat(total[starts] - values[starts], lengths)


def _log_log_bounds(log_survival: Array, greenwood: Array, alive: Array, z: float) -> tuple[Array, Array]:
    """The logarithms of both bounds."""
    inside = alive & (log_survival < 0)
    safe = np.where(inside, log_survival, -1.0)
    spread = np.exp(z * np.sqrt(greenwood) / -safe)
    whole = np.where(alive, 0.0, -np.inf)  # before the first end 1; after the last, no information above
    return np.where(inside, safe * spread, whole), np.where(inside, safe / spread, 0.0)


def _first(reached: Array, group: Array, time: Array, groups: int) -> Array:
    hit = np.flatnonzero(reached)[::-1]
    result = np.full(groups, np.nan)
    result[group[hit]] = time[hit]  # of several the one written last stays: the first
    return result
