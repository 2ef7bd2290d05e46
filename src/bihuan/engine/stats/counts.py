"""Intervals of counts and of events per exposure."""

from __future__ import annotations

from typing import Any

import numpy as np

from .normal import LEVEL, Array, divide


def poisson_interval(events: Any, exposure: Any = 1.0, level: float = LEVEL) -> tuple[Array, Array, Array]:
    """Return (rate, low, high) of events per exposure by Garwood's exact interval (1936, Biometrika 28:437-442).

    NaN where the exposure is 0.
    """
    from scipy.special import gammaincinv

    events, tail = np.asarray(events, float), (1 - level) / 2
    low = np.where(events > 0, gammaincinv(np.maximum(events, 1), tail), 0.0)
    high = gammaincinv(events + 1, 1 - tail)
    return divide(events, exposure), divide(low, exposure), divide(high, exposure)


def rate_ratio(before: tuple[Any, Any], after: tuple[Any, Any], level: float = LEVEL) -> tuple[Array, Array, Array]:
    """Return (ratio, low, high) of two rates given as (events, exposure): after over before.

    Exact and conditional on the sum of events, as Przyborowski and Wilenski (1940, Biometrika 31:313-323): given the
    sum, the later events are binomial, and Clopper and Pearson's interval (1934) of their share becomes that of the
    ratio. No event before: the ratio is NaN and the upper end infinite; none at all, or no exposure: all NaN.
    """
    from scipy.special import betaincinv

    (x, t), (y, u) = (tuple(np.asarray(part, float) for part in side) for side in (before, after))
    tail, both = (1 - level) / 2, x + y
    known = (both > 0) & (t > 0) & (u > 0)
    scale = divide(t, u)
    low = np.where(y > 0, betaincinv(np.maximum(y, 1), x + 1, tail), 0.0)
    high = np.where(x > 0, betaincinv(y + 1, np.maximum(x, 1), 1 - tail), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = [np.where(known, one / (1 - one) * scale, np.nan) for one in (low, high)]
    return np.where(known, divide(y, x) * scale, np.nan), ends[0], ends[1]


def more_than(before: tuple[Any, Any], after: tuple[Any, Any]) -> Array:
    """Return the one-sided exact p that so many events, or more, came after while the rate had stayed as before."""
    from scipy.special import betainc

    (x, t), (y, u) = (tuple(np.asarray(part, float) for part in side) for side in (before, after))
    share = divide(u, t + u)
    p = np.where(y > 0, betainc(np.maximum(y, 1), x + 1, share), 1.0)
    return np.where((t > 0) & (u > 0), p, np.nan)
