"""Weighted scores with intervals: means, shares of the best answers, NPS."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .. import stats
from ..stats.normal import t_p, t_value
from .contracts import Score

NOTHING = Score(None, None, None, 0, 0.0)


def effective_size(weights: Any) -> float:
    """Return how many equally weighted answers tell as much: (sum w)^2 / sum w^2. Kish 1965, section 11.7.

    >>> round(effective_size([1, 1, 2, 2]), 2)
    3.6
    """
    weights = np.asarray(weights, float)
    squares = float(np.square(weights).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def mean(values: Any, weights: Any | None = None) -> Score:
    """Return the weighted mean with Student's t interval, on the effective n less one degrees of freedom.

    With equal weights it is the plain mean and interval. No interval below two answers that count, and none where all
    answers are equal: they do not tell how far others may lie.
    """
    values, weights = _told(values, weights)
    n, total = len(values), float(weights.sum())
    if n == 0 or total <= 0:
        return NOTHING
    middle = float((weights * values).sum() / total)
    size = effective_size(weights)
    if size < 2 - 1e-9 or alike(values[weights > 0]):
        return Score(middle, None, None, n, size)
    half = float(t_value(size - 1)) * variance_of_mean(values, weights) ** 0.5
    return Score(middle, middle - half, middle + half, n, size)


def within(score: Score, span: tuple[float, float]) -> Score:
    """Return the score with its interval cut at the ends of its scale: no mean of answers lies beyond them."""
    if score.low is None or score.high is None:
        return score
    return replace(score, low=max(score.low, span[0]), high=min(score.high, span[1]))


def alike(values: np.ndarray) -> bool:
    """Say whether known answers are all equal, up to the rounding of means of items."""
    return bool(np.ptp(values) <= 1e-9 * np.abs(values).max()) if len(values) else True


def variance_of_mean(values: np.ndarray, weights: np.ndarray) -> float:
    """Return the variance of a weighted mean of known values: the larger of two estimates.

    The linearised one (Cochran 1977, chapter 6) is too small when a few heavy answers happen to be alike, Kish's
    (spread over the effective n) when weights go with the answers.
    """
    n, total, size = len(values), float(weights.sum()), effective_size(weights)
    around = values - float((weights * values).sum()) / total
    linear = n / (n - 1) * float(np.square(weights * around).sum()) / total**2
    return max(linear, float((weights * np.square(around)).sum()) / total / (size - 1))


def paired_difference(first: Any, second: Any, weights: Any | None = None) -> tuple[float, float, float] | None:
    """Return (mean of the second minus mean of the first, low, high), each over those who answered it.

    Those who answered both tie the two means together, which the interval takes into account (linearised; the paired t
    test when everybody answered both). None when nobody, or one person only, answered one of them, and where everybody
    sees the same difference.
    """
    found = _paired(first, second, weights)
    if found is None:
        return None
    difference, error, degrees = found
    half = float(t_value(degrees)) * error
    return difference, difference - half, difference + half


def paired_p(first: Any, second: Any, weights: Any | None = None) -> float:
    """Return the two-sided p of ``paired_difference``; NaN where that is None."""
    found = _paired(first, second, weights)
    return float("nan") if found is None else float(t_p(found[0] / found[1], found[2]))


def _paired(first: Any, second: Any, weights: Any | None) -> tuple[float, float, float] | None:
    """The difference, its standard error and degrees of freedom."""
    first, second = np.asarray(first, float), np.asarray(second, float)
    weights = np.ones(len(first)) if weights is None else np.asarray(weights, float)
    pulls, middles = np.zeros(len(first)), []
    for values, sign in ((first, -1.0), (second, 1.0)):
        known = ~np.isnan(values) & (weights > 0)
        if known.sum() < 2:
            return None
        total = float(weights[known].sum())
        middles.append(float((weights * values)[known].sum()) / total)
        pulls[known] += sign * weights[known] * (values[known] - middles[-1]) / total
    somebody = (~np.isnan(first) | ~np.isnan(second)) & (weights > 0)
    n, difference = int(somebody.sum()), middles[1] - middles[0]
    if float((pulls**2).sum()) ** 0.5 <= 1e-9:
        return None
    return difference, (n / (n - 1) * float((pulls**2).sum())) ** 0.5, effective_size(weights[somebody]) - 1


def share(hits: Any, weights: Any | None = None) -> Score:
    """Return the weighted share 0..1 of true answers (NaN: not answered) with Wilson's interval at the effective n."""
    hits, weights = _told(hits, weights)
    if len(hits) == 0 or weights.sum() <= 0:
        return NOTHING
    value, size = float((weights * hits).sum() / weights.sum()), effective_size(weights)
    low, high = stats.wilson(value * size, size)
    return Score(value, float(low), float(high), len(hits), size)


def top_share(values: Any, highest: float, weights: Any | None = None, *, boxes: int = 2) -> Score:
    """Return the share of the ``boxes`` best answers of a scale that ends at ``highest``."""
    values = np.asarray(values, float)
    return share(np.where(np.isnan(values), np.nan, values > highest - boxes), weights)


def nps(values: Any, weights: Any | None = None) -> Score:
    """Return 100 x (share of 9-10 minus share of 0-6) of answers 0..10; others are no answers. Reichheld 2003.

    The interval is the multinomial one at the effective n.
    """
    values = np.asarray(values, float)
    values = np.where((values >= 0) & (values <= 10), values, np.nan)
    values, weights = _told(values, weights)
    if len(values) == 0 or weights.sum() <= 0:
        return NOTHING
    parts, size = weights / weights.sum(), effective_size(weights)
    promoters, detractors = float(parts[values >= 9].sum()), float(parts[values <= 6].sum())
    score, low, high = stats.nps(promoters * size, detractors * size, size)
    return Score(float(score), float(low), float(high), len(values), size)


def _told(values: Any, weights: Any | None) -> tuple[np.ndarray, np.ndarray]:
    values = np.asarray(values, float)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, float)
    # Who weighs nothing does not speak for anybody, and does not count into n.
    known = ~np.isnan(values) & (weights > 0)
    return values[known], weights[known]
