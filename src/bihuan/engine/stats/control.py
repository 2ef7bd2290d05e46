"""Shewhart control limits for a series of shares or of single values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .normal import Array, divide

RUN = 8  # points in a row on one side of the centre that count as a shift (Western Electric's rule 4)


@dataclass(frozen=True)
class Limits:
    """One entry a point: centre line, lower and upper limit, and whether the point is a signal; chart: p, p' or xmr."""

    chart: str
    centre: Array
    lower: Array
    upper: Array
    signal: Array


def p_chart(successes: Any, n: Any) -> Limits:
    """Return 3-sigma limits of shares; Laney's p' (2002, Quality Engineering 14:531-537) when they vary too much.

    Too much: the median moving range of the standardised points gives a sigma above 1.1, as happens with thousands
    of rows a point, where the plain limits would call everything a signal. The median, so that one wild point is
    found instead of widening the limits that should find it.
    """
    k, n = np.asarray(successes, float), np.asarray(n, float)
    share, centre = divide(k, n), divide(k.sum(), n.sum())
    sigma = np.sqrt(divide(centre * (1 - centre), n))
    standard = divide(share - centre, sigma)
    ranges = np.abs(np.diff(standard[~np.isnan(standard)]))
    overdispersed = ranges.size > 0 and float(np.median(ranges)) / 0.954 > 1.1
    scale = _moving_range_sigma(standard)
    width = 3 * sigma * (scale if overdispersed else 1.0)
    middle = np.full(share.shape, float(centre))
    return _limits("p'" if overdispersed else "p", share, middle, np.maximum(middle - width, 0),
                   np.minimum(middle + width, 1))


def xmr_chart(values: Any, floor: float | None = None) -> Limits:
    """Return individuals limits, mean plus or minus 2.66 times the mean moving range; not below ``floor``."""
    values = np.asarray(values, float)
    known = values[~np.isnan(values)]
    centre = known.mean() if known.size else np.nan
    width = 3 * _moving_range_sigma(values)
    middle = np.full(values.shape, centre)
    lower = middle - width if floor is None else np.maximum(middle - width, floor)
    return _limits("xmr", values, middle, lower, middle + width)


def _moving_range_sigma(values: Array) -> float:
    """Mean moving range over d2 = 1.128; NaN with fewer than two points."""
    known = values[~np.isnan(values)]
    return float(np.abs(np.diff(known)).mean() / 1.128) if known.size > 1 else float("nan")


def _limits(chart: str, values: Array, centre: Array, lower: Array, upper: Array) -> Limits:
    with np.errstate(invalid="ignore"):
        outside = (values < lower) | (values > upper)
    return Limits(chart, centre, lower, upper, outside | _runs(np.sign(values - centre)))


def _runs(side: Array) -> Array:
    """Mark points that complete a run of RUN on one side; a point on the line or without data ends a run."""
    mark, length, last = np.zeros(side.shape, bool), 0, 0.0
    for index, here in enumerate(side):
        length = length + 1 if here == last and here in (-1, 1) else 1
        last = here
        mark[index] = here in (-1, 1) and length >= RUN
    return mark
