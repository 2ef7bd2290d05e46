"""Synthetic control: those not touched, weighed so that together they went as the touched one did before the change.

The weights are not negative and sum to 1 (Abadie, Diamond & Hainmueller 2010, JASA 105:493); a lasting distance between
the levels is left to the model (Ferman & Pinto 2021, Quantitative Economics 12:1197). They are fitted on the periods
before the change alone. Distances within the periods that weights were fitted on are too small, so each third of the
time before is compared by weights fitted on the other two (Chernozhukov, Wuthrich & Zhu, "A t-test for synthetic
controls", arXiv:1812.10820).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from .contracts import LEVEL, Series

FEWEST_DONORS = 5           # with fewer, what happens to one of them decides
FEWEST_BEFORE = 24          # eight periods in each third
FOLDS = 3
SHOWN = 0.001               # a smaller weight counts for nothing


@dataclass(frozen=True)
class Pool:
    """Those not touched that have rows in every period before the change: ``values`` and ``n`` periods x donors.

    Afterwards NaN stands where one of them has none.
    """

    names: tuple[str, ...]
    starts: tuple[date, ...]
    own: np.ndarray
    own_n: np.ndarray
    values: np.ndarray
    n: np.ndarray
    before: int


@dataclass(frozen=True)
class Synthetic:
    """``values``: the touched one's distance from its synthetic control, by weights that did not see the period."""

    starts: tuple[date, ...]
    values: np.ndarray
    n: np.ndarray
    before: int
    weights: Mapping[str, float]
    pool: Pool


def pool_of(series: Series, donors: Mapping[str, Series], change: date) -> Pool | str:
    """Return the donors that have rows in every period before the change, or why there are too few of them.

    What a donor lacks after the change leaves the period out, not the donor: who is in the pool is settled before.
    """
    known = (series.n > 0) & ~np.isnan(series.values)
    starts = tuple(start for start, told in zip(series.starts, known) if told)
    before = sum(start < change for start in starts)
    if before < FEWEST_BEFORE:
        return f"too_short_for_weights_{FEWEST_BEFORE}"
    place = {start: index for index, start in enumerate(starts)}
    found = {name: _aligned(donors[name], place) for name in sorted(donors)}
    kept = tuple(name for name, (values, _) in found.items() if not np.isnan(values[:before]).any())
    if len(kept) < FEWEST_DONORS:
        return f"too_few_donors_{len(kept)}"
    values, n = (np.column_stack([found[name][part] for name in kept]) for part in (0, 1))
    return Pool(kept, starts, series.values[known], series.n[known].astype(float), values, n, before)


def synthesise(series: Series, donors: Mapping[str, Series], change: date, *, better: int = 1) -> Synthetic | str:
    """Return the touched one's distance from its synthetic control, or why none can be had."""
    pool = pool_of(series, donors, change)
    if isinstance(pool, str):
        return pool
    own, others = _centred(pool.own, pool.before), _centred(pool.values, pool.before)
    weights = _shown(fit_weights(own[:pool.before], others[:pool.before]))
    weighed = weights > 0
    apart = own - others[:, weighed] @ weights[weighed]
    for fold in np.array_split(np.arange(pool.before), FOLDS):
        rest = np.setdiff1d(np.arange(pool.before), fold)
        apart[fold] = own[fold] - others[fold] @ fit_weights(own[rest], others[rest])
    with np.errstate(divide="ignore"):
        n = 1 / (1 / pool.own_n + (weights[weighed]**2 / pool.n[:, weighed]).sum(axis=1))
    used = ~np.isnan(apart)
    # As large on the whole as the touched one's own; in few digits, so that equal periods are seen as equal.
    n = np.round(n[used] / n[used].mean() * pool.own_n[used].mean(), 6)
    starts = tuple(start for start, told in zip(pool.starts, used) if told)
    kept = {name: float(weight) for name, weight in zip(pool.names, weights) if weight > 0}
    return Synthetic(starts, better * apart[used], n, pool.before, kept, pool)


def fit_weights(own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the weights, none negative and 1 in sum, by which ``others`` (periods x donors) go as ``own`` does.

    Lasting distances do not count: both are taken from their means. The point of the donors' hull that is nearest to
    the touched one is the scaled solution of a non-negative least-squares problem (Wolfe 1976, Mathematical
    Programming 11:128).

    >>> x = np.array([[1.0, 4.0], [2.0, 3.0], [3.0, 5.0], [4.0, 1.0]])
    >>> fit_weights(x @ [0.25, 0.75] + 9, x).round(6).tolist()
    [0.25, 0.75]
    """
    from scipy.optimize import nnls

    away = (others - others.mean(axis=0)) - (own - own.mean())[:, None]
    scale = np.sqrt((away**2).mean()) or 1.0
    found, _ = nnls(np.vstack([away / scale, np.ones(away.shape[1])]), np.append(np.zeros(len(own)), 1.0))
    weights: np.ndarray = found / found.sum()
    return weights


def _shown(weights: np.ndarray) -> np.ndarray:
    """The weights without those too small to be shown, 1 in sum again: what is told is what was used."""
    kept: np.ndarray = np.where(weights < SHOWN, 0.0, weights)
    return kept / kept.sum()


def synthetic_line(pool: Pool, weights: Mapping[str, float]) -> np.ndarray:
    """Return what the donors together say, at the touched one's level before the change: the line of the chart."""
    places = [pool.names.index(name) for name in weights]
    line: np.ndarray = _centred(pool.values[:, places], pool.before) @ np.array(list(weights.values()))
    return line + pool.own[:pool.before].mean()


@dataclass(frozen=True)
class Placebo:
    """How many of those not touched moved away from their own synthetic control as far as the touched one did.

    ``p`` counts the touched one too, so that ``least`` is the smallest that so few donors can give; ``decides``
    where that reaches the level.
    """

    p: float
    least: float
    donors: int

    @property
    def decides(self) -> bool:
        return self.least <= 1 - LEVEL + 1e-12


def placebo_of(pool: Pool) -> Placebo:
    """Return the placebo test in space: the ratio of the distances after to those before (Abadie et al. 2010, 3.4).

    A donor's synthetic control is made of the other donors, never of the touched one.
    """
    own, others = _centred(pool.own, pool.before), _centred(pool.values, pool.before)
    others = others[:, ~np.isnan(others).any(axis=0)]
    count = others.shape[1]
    mine = _ratio(own, others, pool.before)
    theirs = [_ratio(others[:, place], np.delete(others, place, axis=1), pool.before) for place in range(count)]
    return Placebo((1 + sum(one >= mine for one in theirs)) / (count + 1), 1 / (count + 1), count)


def _ratio(own: np.ndarray, others: np.ndarray, before: int) -> float:
    apart = (own - others @ fit_weights(own[:before], others[:before]))**2
    early = float(apart[:before].mean())
    return float(np.sqrt(apart[before:].mean() / early)) if early > 0 else float("inf")


def _centred(values: np.ndarray, before: int) -> np.ndarray:
    centred: np.ndarray = values - values[:before].mean(axis=0)
    return centred


def _aligned(series: Series, place: Mapping[date, int]) -> tuple[np.ndarray, np.ndarray]:
    """A donor's values and n in the periods of ``place``; NaN where it has none."""
    values, n = np.full(len(place), np.nan), np.full(len(place), np.nan)
    to = np.array([place.get(start, -1) for start in series.starts], int)
    used = (to >= 0) & (series.n > 0) & ~np.isnan(series.values)
    values[to[used]], n[to[used]] = series.values[used], series.n[used]
    return values, n
