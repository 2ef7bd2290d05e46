"""Two groups against each other, and many comparisons at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .normal import LEVEL, Array, divide, normal_p, t_p, t_value, z_value
from .proportions import newcombe


@dataclass(frozen=True)
class Comparison:
    """Arrays of differences (after minus before), their intervals and two-sided p values; NaN where a side is empty."""

    difference: Array
    low: Array
    high: Array
    p: Array


def compare_rates(*, before: tuple[Any, Any], after: tuple[Any, Any], level: float = LEVEL) -> Comparison:
    """Compare shares given as (successes, n): Newcombe's interval, score test (pooled z) for p."""
    difference, low, high = newcombe(before, after, level)
    k = np.asarray(before[0], float) + after[0]
    n1, n2 = np.asarray(before[1], float), np.asarray(after[1], float)
    pooled = divide(k, n1 + n2)
    spread = np.sqrt(pooled * (1 - pooled) * (divide(1, n1) + divide(1, n2)))
    # All rows alike on both sides: no difference can be shown.
    p = np.where(spread == 0, 1.0, normal_p(divide(difference, spread)))
    return Comparison(difference, low, high, p)


def compare_means(*, before: tuple[Any, Any, Any], after: tuple[Any, Any, Any], level: float = LEVEL) -> Comparison:
    """Compare means given as (n, sum, sum of squares): Welch's t test. NaN below two rows on a side.

    Rows that do not vary on either side give no interval and no p, however far apart: how they vary is not known.
    """
    (n1, m1, v1), (n2, m2, v2) = _moments(*before), _moments(*after)
    variance = v1 + v2
    degrees = divide(variance**2, divide(v1**2, n1 - 1) + divide(v2**2, n2 - 1))
    difference, error = m2 - m1, np.sqrt(variance)
    half = t_value(degrees, level) * error
    p = np.where(error == 0, np.nan, t_p(divide(difference, error), degrees))
    return Comparison(difference, difference - half, difference + half, p)


def _moments(n: Any, total: Any, squares: Any) -> tuple[Array, Array, Array]:
    """n, mean and variance of the mean."""
    n, total, squares = (np.asarray(part, float) for part in (n, total, squares))
    mean = divide(total, n)
    spread = np.maximum(squares - n * np.nan_to_num(mean) ** 2, 0)
    return n, mean, divide(spread, np.where(n > 1, n * (n - 1), 0))


def interval_p(difference: Any, low: Any, high: Any, level: float = LEVEL) -> Array:
    """Return the two-sided p that the interval of a difference amounts to; NaN where there is none.

    The reach of the interval towards 0 is so many standard errors as its level says: a MOVER interval is built of two
    sides, and below 1 - level is p exactly where the interval leaves 0 out.
    """
    difference, low, high = (np.asarray(part, float) for part in (difference, low, high))
    reach = np.where(difference > 0, difference - low, high - difference)
    certain = np.where(difference == 0, 1.0, 0.0)
    p = np.where(reach > 0, normal_p(z_value(level) * divide(difference, reach)), certain)
    return np.where(np.isnan(difference + low + high), np.nan, p)


def holm(p: Any) -> Array:
    """Return adjusted p values that hold for all together; NaN stays NaN. Holm 1979, Scand. J. Statistics 6:65-70."""
    p = np.asarray(p, float)
    result = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    result[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(known.size, 0, -1)), 1.0)
    return result


def benjamini_hochberg(p: Any) -> Array:
    """Return adjusted p values; NaN stays NaN and is not counted. Benjamini and Hochberg 1995, JRSS B 57:289-300."""
    p = np.asarray(p, float)
    result = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    if known.size == 0:
        return result
    order = known[np.argsort(p[known], kind="stable")]
    scaled = p[order] * known.size / np.arange(1, known.size + 1)
    result[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return result
