"""What may still come, drawn from what was seen.

Where a yearly wave may be hidden, no formula tells how sure one will be: the verdict weighs every likely way in which
the errors hang together, so that its interval depends on how the data fall. The weeks to come are drawn: a member of
the grid by its weight after the data seen, its variance, and the errors that continue those seen (the predictive
distribution of kriging with an unknown mean, Handcock & Stein 1993, Technometrics 35:403). On each the verdict's own
fit is made. The dice are fixed: the same data give the same answer.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from .contracts import LEVEL
from .likelihood import Fits, covariances, fit, members
from .onset import DAYS
from .selection import critical_value
from .timeseries import Cut, Model, hidden_wave, matrix

POWER = 0.8
DRAWS, SEED = 200, 20240229


def rows_a_week(n: np.ndarray, grain: str) -> float:
    """Return the usual rows of a week, of the periods that have any; 0 without."""
    return float(np.median(n[n > 0])) * 7 / DAYS[grain] if (n > 0).any() else 0.0


def longer(seen: Cut, weeks: int, grain: str) -> Cut:
    """Return the periods seen and so many more weeks, of as many rows as is usual."""
    step, more = timedelta(days=DAYS[grain]), weeks * 7 // DAYS[grain]
    starts = (*seen.starts, *(seen.starts[-1] + step * (place + 1) for place in range(more)))
    return replace(seen, starts=starts, values=np.concatenate([seen.values, np.zeros(more)]),
                   n=np.concatenate([seen.n, np.full(more, np.median(seen.n))]))


def first_that(shows: Callable[[int], bool], weeks: Sequence[int]) -> int | None:
    """Return the first of ascending numbers of weeks that shows it; more weeks show more. Long ones are tried last.

    >>> first_that(lambda one: one >= 11, range(2, 40)), first_that(lambda one: one >= 50, range(2, 40))
    (11, None)
    """
    low, place = 0, 0
    while not (weeks and shows(weeks[place])):
        if not weeks or place == len(weeks) - 1:
            return None
        low, place = place + 1, min(2 * place + 1, len(weeks) - 1)
    return weeks[bisect_left(weeks, True, lo=low, hi=place, key=shows)]


def seen_later(values: np.ndarray, whole: Cut, model: Model) -> Fits:
    """Return the verdict's fits of ``whole``: ``values``, continued in ``DRAWS`` ways, without an effect."""
    days = hidden_wave(whole, model)
    drawn = _drawn(values, matrix(whole, model, step=False), tuple(whole.n.tolist()), days, whole.before)
    return fit(drawn, matrix(whole, model), whole.n, before=whole.before, days=days)


def likely_shown(values: np.ndarray, whole: Cut, model: Model, *, worthwhile: float, among: int) -> bool:
    """Return whether four in five of the futures show the worthwhile change; ``values`` are without it.

    An effect moves a fit and changes nothing else of it.
    """
    later = seen_later(values, whole, model)
    return bool((later.below(-worthwhile) < risk_of(later, among)).mean() >= POWER)


def risk_of(fits: Fits, among: int) -> float:
    """Return the probability that the lower end leaves below it, with the guard for one picked of ``among``."""
    from scipy.special import ndtr

    risk = (1 - LEVEL) / 2
    if among <= 1:
        return risk
    part = float((fits.weights * fits.part_before[:, None]).sum(axis=0).mean())
    return float(ndtr(-critical_value(part, among, risk)))


def _drawn(values: np.ndarray, design: np.ndarray, n: tuple[float, ...], days: tuple[int, ...],
           before: int) -> np.ndarray:
    """Return the whole series (periods x draws) whose first periods are ``values``."""
    known, dice = len(values), np.random.default_rng(SEED)
    early, late = design[:known], design[known:]
    weights = fit(values, early, np.array(n[:known]), column=0, before=min(before, known), days=days[:known]).weights
    grid = members(bool(days))
    chosen = np.sort(dice.choice(len(grid), DRAWS, p=weights[:, 0]))
    degrees = known - early.shape[1]
    wide = np.sqrt(degrees / dice.chisquare(degrees, DRAWS))
    # Row by row, so that a longer future begins as a shorter one, and luck does not tell them apart.
    luck = dice.normal(size=(len(late), DRAWS)) * wide
    out = np.empty((len(design), DRAWS))
    out[:known] = values[:, None]
    for place in np.unique(chosen):
        mean, root = _continued(values, early, late, covariances((grid[place],), n, days)[0], degrees)
        out[known:, chosen == place] = mean[:, None] + root @ luck[:, chosen == place]
    return out


def _continued(values: np.ndarray, early: np.ndarray, late: np.ndarray, covariance: np.ndarray,
               degrees: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of the periods to come and the root of their covariance, the level and trend being unknown."""
    known = len(values)
    across = covariance[:known, known:]
    solved = np.linalg.solve(covariance[:known, :known], np.column_stack([early, across, values]))
    by_design, by_across = solved[:, :early.shape[1]], solved[:, early.shape[1]:-1]
    inverse = np.linalg.inv(early.T @ by_design)
    beta = inverse @ (early.T @ solved[:, -1])
    rest = values - early @ beta
    size = rest @ (solved[:, -1] - by_design @ beta) / degrees
    apart = late - by_across.T @ early
    spread = covariance[known:, known:] - across.T @ by_across + apart @ inverse @ apart.T
    return late @ beta + by_across.T @ rest, np.linalg.cholesky(size * spread + 1e-12 * size * np.eye(len(late)))
