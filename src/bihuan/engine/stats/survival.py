"""Kaplan-Meier medians of many groups at once: what a duration is when some of it has not ended yet."""

from __future__ import annotations

import numpy as np

from .normal import LEVEL, Array, z_value

ROUNDING = 1e-9  # a curve of exactly one half must be found although it is a sum of logarithms


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
    if group.size == 0:
        empty = np.full(groups, np.nan)
        return empty, empty.copy(), empty.copy()
    group, time, ended, leaving = _merge_ties(group, time, ended, leaving)
    size = np.bincount(group, weights=leaving, minlength=groups)
    at_risk = size[group] - (_within(leaving, group) - leaving)
    alive = at_risk - ended
    # Where nobody is left the curve is 0; a logarithm of it would swamp the sums of the groups that follow.
    left = alive > 0
    log_survival = _within(np.where(left, np.log(np.maximum(alive, 1) / at_risk), 0.0), group)
    # There Greenwood's term is infinite; the bounds stay where they were.
    greenwood = _within(np.where(left, ended / (at_risk * np.maximum(alive, 1)), 0.0), group)
    survival = np.where(left, np.exp(log_survival), 0.0)
    lower, upper = _log_log_bounds(log_survival, greenwood, left, z_value(level))
    median, first, last = (_first(curve <= 0.5 + ROUNDING, group, time, groups) for curve in (survival, lower, upper))
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
    inside = alive & (log_survival < 0)
    safe = np.where(inside, log_survival, -1.0)
    spread = z * np.sqrt(greenwood) / np.abs(safe)
    lower, upper = np.exp(safe * np.exp(spread)), np.exp(safe * np.exp(-spread))
    whole = np.where(alive, 1.0, 0.0)  # before the first end 1; after the last, no information above
    return np.where(inside, lower, whole), np.where(inside, upper, 1.0)


def _first(reached: Array, group: Array, time: Array, groups: int) -> Array:
    hit = np.flatnonzero(reached)
    owners, where = np.unique(group[hit], return_index=True)
    result = np.full(groups, np.nan)
    result[owners] = time[hit[where]]
    return result
