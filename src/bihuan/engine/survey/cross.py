"""Every segment against all others on every dimension, with all comparisons of the scan corrected together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .. import stats
from ..stats.normal import divide, t_p, t_value, z_value
from .contracts import Design, Responses
from .measures import Measure, measures_of
from .telling import told_groups

WELCH_FROM = 30   # effective answers on both sides; below, ranks are compared
NPS_SPAN = (-100.0, 100.0)


@dataclass(frozen=True)
class Finding:
    """A group that differs: ``difference`` (group minus the others) with its interval; ``q`` is p after correction.
    ``value_low`` and ``value_high`` are the interval of the group's own value, within the scale, None where its answers
    are alike; ``others_low`` and ``others_high`` that of the others.

    ``effect_size`` is Hedges' g for means, Cohen's h for shares, the rank-biserial correlation for ranks.
    """

    measure: str
    kind: str                 # mean | nps
    segment: str
    group: str
    value: float
    others: float
    difference: float
    low: float
    high: float
    n: int
    n_others: int
    p: float
    q: float
    effect_size: float
    method: str               # welch | ranks | two_proportions
    value_low: float | None = None
    value_high: float | None = None
    others_low: float | None = None
    others_high: float | None = None


def cross(responses: Responses, design: Design, *, segments: Sequence[str] = (), alpha: float = 0.05) -> list[Finding]:
    """Return what holds after Benjamini-Hochberg's correction over the whole scan, the strongest evidence first."""
    found = compare_all(responses, design, segments=segments)
    return sorted((one for one in found if one.q < alpha), key=lambda one: (one.q, -abs(one.effect_size)))


def compare_all(responses: Responses, design: Design, *, segments: Sequence[str] = ()) -> list[Finding]:
    """Return every comparison, corrected. What is too small to be told, or could be subtracted, is not looked at."""
    found: list[Finding] = []
    measures = measures_of(responses, design)
    # The same weights as the scores beside which a finding stands.
    weights = responses.weights if design.weighted else np.ones(len(responses))
    for segment in segments or design.segments:
        if segment in responses.segments:
            names, codes = _coded(responses.segments[segment])
            for measure in measures:
                span = NPS_SPAN if measure.kind == "nps" else design.scale
                found += _against_others(measure, weights, segment, names, codes, design.minimum_n, span)
    adjusted = stats.benjamini_hochberg([one.p for one in found])
    return [replace(one, q=float(q)) for one, q in zip(found, adjusted)]


def _coded(groups: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Return the groups' names in order and each respondent's place among them, -1 for unknown."""
    names = sorted({str(group) for group in groups if group is not None and group != ""})
    place = {name: at for at, name in enumerate(names)}
    return names, np.array([place.get(str(group), -1) if group is not None else -1 for group in groups], np.int64)


def _against_others(measure: Measure, weights: np.ndarray, segment: str, names: list[str], codes: np.ndarray,
                    minimum: int, span: tuple[float, float]) -> list[Finding]:
    answered = ~np.isnan(measure.values)
    known = answered & (codes >= 0)
    count = np.bincount(codes[known], minlength=len(names))
    told = told_groups({**dict(zip(names, count.tolist())), "": int((answered & ~known).sum())}, minimum)
    if not told or len(np.unique(measure.values[known])) < 2:
        return []
    sides = _Sides.of(measure.values[known], weights[known], codes[known], len(names))
    result, fewest = sides.test(), max(minimum, 2)
    half, rest = sides.own.reach(measure.kind), sides.others.reach(measure.kind)
    return [
        Finding(measure.name, measure.kind, segment, name, float(sides.mean[i]), float(sides.others.mean[i]),
                float(sides.mean[i] - sides.others.mean[i]), float(result.low[i]), float(result.high[i]),
                int(count[i]), int(count.sum() - count[i]), float(result.p[i]), float(result.p[i]),
                float(result.size[i]), str(result.method[i]), *_ends(float(sides.mean[i]), float(half[i]), span),
                *_ends(float(sides.others.mean[i]), float(rest[i]), span))
        for i, name in enumerate(names)
        if name in told and min(count[i], count.sum() - count[i]) >= fewest and not np.isnan(result.p[i])]


def _ends(value: float, half: float, span: tuple[float, float]) -> tuple[float | None, float | None]:
    return (max(value - half, span[0]), min(value + half, span[1])) if half > 0 else (None, None)


@dataclass(frozen=True)
class _Tested:
    """One entry a group."""

    low: np.ndarray
    high: np.ndarray
    p: np.ndarray
    size: np.ndarray
    method: np.ndarray


@dataclass(frozen=True)
class _Side:
    """What the sums over some answers say, one entry a group: ``effective`` is how many equally weighted ones tell as
    much, ``variance`` that of the weighted mean, ``spread`` the plain sum of squares."""

    n: np.ndarray
    mean: np.ndarray
    effective: np.ndarray
    variance: np.ndarray
    spread: np.ndarray

    @classmethod
    def of(cls, sums: np.ndarray, middle: float) -> _Side:
        """``sums`` of 1, x, x^2, w, wx, wx^2, w^2, w^2 x, w^2 x^2, where x is the answer less ``middle``."""
        n, x, xx, w, wx, wxx, ww, wwx, wwxx = sums
        mean, effective = divide(wx, w), divide(w**2, ww)
        around = np.maximum(wwxx - 2 * mean * wwx + mean**2 * ww, 0)
        linear = divide(n, np.where(n > 1, n - 1, 0)) * divide(around, w**2)
        kish = divide(np.maximum(divide(wxx, w) - mean**2, 0), np.where(effective > 1 + 1e-9, effective - 1, 0))
        # The larger of both, as ``scores.variance_of_mean``.
        return cls(n, mean + middle, effective, np.maximum(linear, kish), np.maximum(xx - divide(x**2, n), 0))

    def reach(self, kind: str) -> np.ndarray:
        """Half the 95 % interval of each value, as ``scores.mean`` and ``scores.nps`` tell it; NaN below two."""
        if kind == "nps":
            return z_value() * (self.variance * divide(self.effective - 1, self.effective)) ** 0.5
        return t_value(self.effective - 1) * self.variance**0.5


@dataclass(frozen=True)
class _Sides:
    """Each group against all others.

    Welch's test knows of weights and of unequal spreads, but a few equal answers on a skewed scale make its p far too
    small. How the same answers fall out when groups are drawn by chance knows that, but not of weights and spreads. So
    a difference of means counts only when both say so, the larger p being told; ranks are judged by chance alone.
    """

    own: _Side
    others: _Side
    levels: np.ndarray
    by_chance: np.ndarray         # p by exchange of the answers
    by_ranks: np.ndarray          # the same of their ranks
    biserial: np.ndarray          # Wendt 1972: how much likelier one of the group is higher than one of the others

    @classmethod
    def of(cls, values: np.ndarray, weights: np.ndarray, codes: np.ndarray, groups: int) -> _Sides:
        levels, place, counts = np.unique(values, return_inverse=True, return_counts=True)
        ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]      # equal answers share the mean of theirs
        middle = float(values.mean())
        x, w = values - middle, weights
        sums = np.array([np.bincount(codes, part, groups) for part in
                         (np.ones(len(x)), x, x * x, w, w * x, w * x * x, w * w, w * w * x, w * w * x * x)])
        n, size = sums[0], len(values)
        of_ranks = np.bincount(codes, ranks, groups)
        higher = divide(of_ranks, n) - divide(ranks.sum() - of_ranks, size - n)
        return cls(_Side.of(sums, middle), _Side.of(sums.sum(axis=1, keepdims=True) - sums, middle), levels,
                   _exchanged(values, sums[1] + n * middle, n), _exchanged(ranks, of_ranks, n), 2 * higher / size)

    @property
    def mean(self) -> np.ndarray:
        return self.own.mean

    def test(self) -> _Tested:
        """Return two shares where there are but two answers; else means from ``WELCH_FROM`` answers on both sides,
        ranks below. The interval of both is Welch's."""
        if len(self.levels) == 2:
            return self._two_proportions()
        one, two = self.own, self.others
        variance, difference = one.variance + two.variance, one.mean - two.mean
        degrees = divide(variance**2, divide(one.variance**2, one.effective - 1)
                         + divide(two.variance**2, two.effective - 1))
        half, p = t_value(degrees) * variance**0.5, t_p(divide(difference, variance**0.5), degrees)
        low, high = difference - half, difference + half
        few = np.minimum(one.effective, two.effective) < WELCH_FROM
        # What is told as a difference must not have an interval that holds none.
        ranked = np.where(low * high > 0, self.by_ranks, np.maximum(p, self.by_ranks))
        return _Tested(low, high, np.where(few, ranked, np.maximum(p, self.by_chance)),
                       np.where(few, self.biserial, self._hedges()), np.where(few, "ranks", "welch"))

    def _two_proportions(self) -> _Tested:
        base, step = self.levels[0], self.levels[1] - self.levels[0]
        p1, p2 = (np.clip((side.mean - base) / step, 0, 1) for side in (self.own, self.others))
        n1, n2 = self.own.effective, self.others.effective
        found = stats.compare_rates(before=(p2 * n2, n2), after=(p1 * n1, n1))
        size = 2 * np.arcsin(p1**0.5) - 2 * np.arcsin(p2**0.5)
        return _Tested(found.low * step, found.high * step, np.maximum(found.p, self.by_chance), size,
                       np.full(len(size), "two_proportions"))

    def _hedges(self) -> np.ndarray:
        degrees = self.own.n + self.others.n - 2
        pooled = divide(self.own.spread + self.others.spread, degrees) ** 0.5
        return divide(self.own.mean - self.others.mean, pooled) * (1 - 3 / (4 * degrees - 1))


def _exchanged(values: np.ndarray, totals: np.ndarray, n: np.ndarray) -> np.ndarray:
    """The p of each group's total when any n of the values might have been the group."""
    middle = values.mean()
    around = values - middle
    step = np.diff(np.unique(values)).min()
    return stats.exchange_p(totals, n, len(values), middle, np.square(around).mean(), (around**3).mean(), step)
