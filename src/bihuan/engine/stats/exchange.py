"""How often chance alone, sharing the same values out to a group and the rest, brings a sum as far out as this one."""

from __future__ import annotations

from typing import Any

import numpy as np

from .normal import Array, divide, t_p

NEARLY_SYMMETRIC = 1e-3  # below this skewness the gamma curve is the normal one to six digits


def exchange_p(total: Any, n: Any, size: Any, mean: Any, second: Any, third: Any, step: Any = 0.0) -> Array:
    """Return two-sided p of a group's ``total`` when its ``n`` values might be any n of the ``size`` pooled ones.

    ``mean``, ``second`` and ``third``: the pooled values' mean and central moments. The exact distribution of such sums
    is met by its mean, variance and skewness (Pearson's type III curve; Mielke and Berry 2007, Permutation Methods).
    Unlike a t test it knows that a skewed scale gives small groups long tails, and that a small group of equal answers
    is no proof. ``step``: how far apart neighbouring values are, half of which is taken off (Yates 1934). NaN where
    nothing varies or a side is empty.
    """
    total, n, size, mean, second, third, step = (
        np.asarray(part, float) for part in (total, n, size, mean, second, third, step))
    rest = size - n
    variance = divide(n * rest * second, size - 1)
    deviation = np.sqrt(np.where(variance > 0, variance, np.nan))
    skewness = divide(n * rest * (rest - n) * third, (size - 1) * np.where(size > 2, size - 2, 0)) / deviation**3
    far = np.maximum(np.abs(total - n * mean) - step / 2, 0) / deviation
    side = np.sign(total - n * mean)
    return np.minimum(2 * _upper_tail(far, skewness * np.where(side == 0, 1, side)), 1.0)


def _upper_tail(z: Array, skewness: Array) -> Array:
    """P(Z >= z), z >= 0, of a gamma curve with mean 0, variance 1 and this skewness; a negative one is mirrored."""
    from scipy.special import gammainc, gammaincc, ndtr

    flat = ~(np.abs(skewness) > NEARLY_SYMMETRIC)
    shape = 4 / np.where(flat, 1.0, skewness) ** 2
    long, short = shape + z * np.sqrt(shape), np.maximum(shape - z * np.sqrt(shape), 0)
    curved = np.where(skewness > 0, gammaincc(shape, long), gammainc(shape, short))
    tail = np.where(flat, ndtr(-z), curved)
    return np.where(np.isnan(z), np.nan, tail)


def exchange_p_of_rates(*, before: tuple[Any, Any], after: tuple[Any, Any]) -> Array:
    """Return p of two shares given as (successes, n): nearly Fisher's exact test, where events are rare too."""
    k, n = np.asarray(after[0], float), np.asarray(after[1], float)
    size = n + before[1]
    share = divide(k + before[0], size)
    second = share * (1 - share)
    return exchange_p(k, n, size, share, second, second * (1 - 2 * share), 1.0)


def exchange_p_of_means(*, before: tuple[Any, Any, Any], after: tuple[Any, Any, Any]) -> Array:
    """Return p of two means given as (n, sum, sum of squares), taken as if both sides spread alike (Student's test).

    From sums alone the skewness cannot be known; but a small group that is alike by chance no longer looks certain.
    """
    n, squares = (np.asarray(after[at], float) + before[at] for at in (0, 2))
    (n1, sum1, _), (n2, sum2, _) = after, before
    m1, m2 = divide(sum1, n1), divide(sum2, n2)
    within = np.maximum(squares - n1 * np.nan_to_num(m1) ** 2 - n2 * np.nan_to_num(m2) ** 2, 0)
    error = np.sqrt(divide(within, np.maximum(n - 2, 0)) * (divide(1, n1) + divide(1, n2)))
    return np.where(error == 0, np.where(m1 == m2, 1.0, 0.0), t_p(divide(m1 - m2, error), n - 2))
