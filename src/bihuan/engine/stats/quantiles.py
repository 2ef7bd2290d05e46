"""Quantiles of many groups at once, with the distribution-free interval between order statistics."""

from __future__ import annotations

from typing import Any

import numpy as np

from .normal import LEVEL, Array


def quantile_ranks(n: Any, q: float = 0.5, level: float = LEVEL) -> tuple[Array, Array]:
    """Return 1-based ranks (low, high) of the order statistics that bracket a quantile; 0 where n is too small.

    The number of rows below the quantile is binomial(n, q): low is the largest rank with P(X < low) <= tail, high the
    smallest with P(X >= high) <= tail. Conover 1999, Practical Nonparametric Statistics, 3.2.
    """
    n = np.asarray(n, np.int64)
    tail = (1 - level) / 2
    low = _largest(n, q, tail)
    high = n + 1 - _largest(n, 1 - q, tail)
    good = (low >= 1) & (high <= n)
    return np.where(good, low, 0), np.where(good, high, 0)


def _largest(n: Array, q: float, tail: float) -> Array:
    """Largest r with P(Binomial(n, q) <= r - 1) <= tail; starts from the normal approximation and steps."""
    from scipy.special import bdtr, ndtri

    rank = np.floor(n * q + ndtri(tail) * np.sqrt(n * q * (1 - q)) + 0.5).astype(np.int64)
    rank = np.clip(rank, 0, n)

    def too_far(candidate: Array) -> Array:
        return np.where(candidate >= 1, bdtr(np.maximum(candidate - 1, 0).astype(float), n, q) > tail, False)

    while np.any(step := too_far(rank)):
        rank = rank - step
    while np.any(step := ~too_far(rank + 1) & (rank < n)):
        rank = rank + step
    return rank


def grouped_quantile(
    group: Array, value: Array, weight: Array, groups: int, q: float = 0.5, level: float = LEVEL, *,
    ordered: bool = False,
) -> tuple[Array, Array, Array, Array]:
    """Return (n, quantile, low, high), one entry a group, from a histogram.

    ``weight`` rows of ``group`` (0..groups-1) have ``value``. The quantile is the usual one for q = 0.5 (mean of the
    two middle values when n is even), else the smallest value with at least n*q rows at or below it. NaN for no rows;
    the interval is NaN where n is too small to bracket the quantile at the level (6 rows for a median).
    Where both ends are one value that many rows share it is widened to what was rounded to it (``_untied``).
    ``ordered``: the rows are sorted by group and value already.
    """
    value, weight = np.asarray(value, float), np.asarray(weight, np.int64)
    if not ordered:
        order = np.lexsort((value, group))
        group, value, weight = group[order], value[order], weight[order]
    n = np.bincount(group, weights=weight, minlength=groups).astype(np.int64)
    before = np.concatenate([[0], np.cumsum(n)[:-1]])
    cumulative = np.cumsum(weight)

    def at_rank(rank: Array) -> Array:
        found = np.searchsorted(cumulative, before + rank)
        usable = (rank >= 1) & (n > 0)
        if value.size == 0:
            return np.full(groups, np.nan)
        return np.where(usable, value[np.minimum(found, value.size - 1)], np.nan)

    if q == 0.5:
        middle = (at_rank((n + 1) // 2) + at_rank(n // 2 + 1)) / 2
    else:
        # The hair keeps 0.9 * 10 = 9.000000000000002 at rank 9.
        middle = at_rank(np.maximum(np.ceil(n * q - 1e-9), 1).astype(np.int64))
    ranks = quantile_ranks(n, q, level)
    low, high = _untied(group, value, n, at_rank(ranks[0]), at_rank(ranks[1]))
    return n, middle, low, high


def _untied(group: Array, value: Array, n: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Widen intervals whose ends are one recorded value: it stands for everything that was rounded to it.

    Half the smaller gap to the neighbouring values on each side, never below 0 where nothing is; none where all rows
    have one value, which says nothing of how finely they were recorded.
    """
    low, high = low.copy(), high.copy()
    starts = np.searchsorted(group, np.arange(len(n) + 1))
    for at in np.flatnonzero(low == high):
        own = np.unique(value[starts[at]:starts[at + 1]])
        place = int(np.searchsorted(own, low[at]))
        gaps = np.diff(own[max(place - 1, 0):place + 2])
        if len(gaps) == 0:
            low[at] = high[at] = np.nan
            continue
        half = float(gaps.min()) / 2
        low[at], high[at] = (max(low[at] - half, 0.0) if own[0] >= 0 else low[at] - half), high[at] + half
    return low, high
