"""Every segment against all others on every dimension, with all comparisons of the scan corrected together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .. import stats
from ..stats.normal import t_p, t_value
from .contracts import Design, Responses
from .measures import Measure, measures_of
from .telling import sizes_of, told_groups

WELCH_FROM = 30   # answers on both sides; below, ranks are compared
Numbers = tuple[float, float, float, float, str]   # low, high, p, effect size, method


@dataclass(frozen=True)
class Finding:
    """A group that differs: ``difference`` (group minus the others) with its interval; ``q`` is p after correction.

    ``effect_size`` is Hedges' g for means, Cohen's h for shares, the rank-biserial correlation for ranks.
    """

    measure: str
    kind: str                 # mean | share | nps
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


def cross(responses: Responses, design: Design, *, segments: Sequence[str] = (), alpha: float = 0.05) -> list[Finding]:
    """Return what holds after Benjamini-Hochberg's correction over the whole scan, the strongest evidence first."""
    found = compare_all(responses, design, segments=segments)
    return sorted((one for one in found if one.q < alpha), key=lambda one: (one.q, -abs(one.effect_size)))


def compare_all(responses: Responses, design: Design, *, segments: Sequence[str] = ()) -> list[Finding]:
    """Return every comparison, corrected. What is too small to be told, or could be subtracted, is not looked at."""
    found: list[Finding] = []
    for segment in segments or design.segments:
        groups = responses.segments.get(segment)
        if groups is None:
            continue
        names = sorted({group for group in groups if group is not None and group != ""})
        known = np.isin(groups.astype(object), names)
        for measure in measures_of(responses, design):
            told = told_groups(sizes_of(groups, ~np.isnan(measure.values)), design.minimum_n)
            for name in sorted(told):
                one = _compare(measure, responses.weights, segment, name, groups == name, known, design.minimum_n)
                if one is not None:
                    found.append(one)
    adjusted = stats.benjamini_hochberg([one.p for one in found])
    return [replace(one, q=float(q)) for one, q in zip(found, adjusted)]


def _compare(measure: Measure, weights: np.ndarray, segment: str, name: str, inside: np.ndarray, known: np.ndarray,
             minimum: int) -> Finding | None:
    told = ~np.isnan(measure.values) & known
    a, b = told & inside, told & ~inside
    if min(a.sum(), b.sum()) < max(minimum, 2):
        return None
    sides = _Sides(measure.values[a], weights[a], measure.values[b], weights[b])
    numbers: Numbers | None
    if measure.kind == "share":
        numbers = sides.two_proportions()
    elif min(a.sum(), b.sum()) >= WELCH_FROM:
        numbers = sides.welch()
    else:
        numbers = sides.ranks()
    if numbers is None or np.isnan(numbers[2]):
        return None
    low, high, p, size, method = numbers
    value, others = sides.means
    return Finding(measure.name, measure.kind, segment, name, value, others, value - others, low, high, int(a.sum()),
                   int(b.sum()), p, p, size, method)


@dataclass(frozen=True)
class _Sides:
    """Answers and weights of a group and of all others."""

    x: np.ndarray
    wx: np.ndarray
    y: np.ndarray
    wy: np.ndarray

    @property
    def means(self) -> tuple[float, float]:
        return float(np.average(self.x, weights=self.wx)), float(np.average(self.y, weights=self.wy))

    def welch(self) -> Numbers | None:
        """Welch's test with linearised variances, so that weights widen the interval."""
        (m1, m2), v1, v2 = self.means, _variance(self.x, self.wx), _variance(self.y, self.wy)
        if v1 + v2 <= 0:
            return None
        degrees = (v1 + v2) ** 2 / (v1**2 / (len(self.x) - 1) + v2**2 / (len(self.y) - 1))
        half, p = float(t_value(degrees)) * (v1 + v2) ** 0.5, float(t_p((m1 - m2) / (v1 + v2) ** 0.5, degrees))
        return m1 - m2 - half, m1 - m2 + half, p, self._hedges(), "welch"

    def ranks(self) -> Numbers | None:
        """Mann and Whitney's test (ties corrected) for p; the interval is Welch's. Weights play no part in ranks."""
        from scipy.stats import mannwhitneyu

        interval = self.welch()
        if interval is None:
            return None
        tested = mannwhitneyu(self.x, self.y, alternative="two-sided")
        biserial = 2 * float(tested.statistic) / (len(self.x) * len(self.y)) - 1
        return interval[0], interval[1], float(tested.pvalue), biserial, "ranks"

    def two_proportions(self) -> Numbers:
        from .scores import effective_size

        (p1, p2), n1, n2 = self.means, effective_size(self.wx), effective_size(self.wy)
        found = stats.compare_rates(before=(p2 * n2, n2), after=(p1 * n1, n1))
        size = 2 * np.arcsin(min(p1, 1) ** 0.5) - 2 * np.arcsin(min(p2, 1) ** 0.5)
        return float(found.low), float(found.high), float(found.p), float(size), "two_proportions"

    def _hedges(self) -> float:
        n1, n2 = len(self.x), len(self.y)
        pooled = ((n1 - 1) * self.x.var(ddof=1) + (n2 - 1) * self.y.var(ddof=1)) / (n1 + n2 - 2)
        g = (self.means[0] - self.means[1]) / pooled**0.5 if pooled > 0 else 0.0
        return float(g * (1 - 3 / (4 * (n1 + n2) - 9)))


def _variance(values: np.ndarray, weights: np.ndarray) -> float:
    """The linearised variance of a weighted mean."""
    n, total, middle = len(values), weights.sum(), np.average(values, weights=weights)
    return float(n / (n - 1) * np.square(weights * (values - middle)).sum() / total**2)
