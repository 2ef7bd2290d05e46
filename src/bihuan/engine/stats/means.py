"""Intervals of means and of ratios of sums, from sums alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from .normal import LEVEL, Array, divide, t_value

# A spread below this share of the sum of squares is the rounding of sums of equal values, not a spread.
ROUNDING = 1e-12


def mean_from_sums(n: Any, total: Any, squares: Any, level: float = LEVEL) -> tuple[Array, Array, Array]:
    """Return (mean, low, high): Student's t interval from n, the sum and the sum of squares.

    The interval is NaN below two rows and where all values are equal: they do not tell how far others may lie, and a
    width of 0 would claim certainty. The mean is NaN for none.
    """
    n, total, squares = (np.asarray(part, float) for part in (n, total, squares))
    mean = divide(total, n)
    variance = divide(_spread(squares - n * np.nan_to_num(mean) ** 2, squares), n - 1)
    half = t_value(n - 1, level) * np.sqrt(divide(np.where(n > 1, variance, np.nan), n))
    return mean, mean - half, mean + half


def cluster_ratio(
    top: Any, bottom: Any, clusters: Any, sum_yy: Any, sum_yx: Any, sum_xx: Any, level: float = LEVEL
) -> tuple[Array, Array, Array]:
    """Return (ratio, low, high) of sums over clusters by linearisation, with t on (clusters - 1) degrees.

    ``top`` and ``bottom`` are the totals of y and x, the others sums over clusters of products of the cluster's own
    totals. With x = number of rows this is the cluster-robust interval of a mean. Cochran 1977, chapter 6. The interval
    is NaN below two clusters and where all clusters have the same ratio.
    """
    bottom, clusters = np.asarray(bottom, float), np.asarray(clusters, float)
    ratio = divide(top, bottom)
    sum_yy = np.asarray(sum_yy, float)
    spread = _spread(sum_yy - 2 * ratio * sum_yx + ratio**2 * np.asarray(sum_xx, float), sum_yy)
    variance = divide(clusters, np.where(clusters > 1, clusters - 1, 0)) * divide(spread, bottom**2)
    half = t_value(clusters - 1, level) * np.sqrt(variance)
    return ratio, ratio - half, ratio + half


def _spread(around: Array, squares: Array) -> Array:
    """A sum of squares around the mean, NaN where there is none beyond rounding."""
    return np.where(around > ROUNDING * squares, around, np.nan)
