"""Indirect standardisation: how a unit does against the others at its own mix of cases.

With n_k rows of the unit in stratum k, r_k its value there and R_k that of the reference, the expected value is
E = sum(n_k R_k) / n, what the reference would have had on the unit's mix (Breslow and Day 1987, Statistical Methods in
Cancer Research II, section 2.3: observed against expected). The difference d = sum(n_k / n * (r_k - R_k)) has the
variance sum((n_k / n)^2 * (v_k + V_k)), v_k and V_k being the variances of the two means, taken as independent.

Strata in which the reference has no rows say nothing of the comparison and are left out; ``covered`` is the share of
the unit's rows in those that remain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .normal import z_value
from .proportions import wilson

LEVEL = 0.95


@dataclass(frozen=True)
class Standardised:
    """``observed`` and ``expected`` over the covered strata; ``low`` and ``high`` are of ``difference``."""

    observed: float
    expected: float
    difference: float
    low: float
    high: float
    n: int
    n_reference: int
    covered: float
    strata: int


def standardise(
    n: Any, mean: Any, variance: Any, reference_n: Any, reference_mean: Any, reference_variance: Any,
    level: float = LEVEL,
) -> Standardised | None:
    """Return the comparison over strata given in the same order; None when no stratum has rows of both.

    ``variance`` is that of each mean; None as well where one of them is not known. For rates: ``standardise_rates``.

    >>> found = standardise([50, 50], [0.9, 0.5], [0.0018, 0.005], [100, 100], [0.8, 0.6], [0.0016, 0.0024])
    >>> round(found.expected, 3), round(found.difference, 3)
    (0.7, 0.0)
    """
    own = np.array([n, mean, variance], float)
    other = np.array([reference_n, reference_mean, reference_variance], float)
    both = (own[0] > 0) & (other[0] > 0)
    if not both.any():
        return None
    total, own, other = float(own[0].sum()), own[:, both], other[:, both]
    if np.isnan(own[2]).any() or np.isnan(other[2]).any():
        return None
    weight = own[0] / own[0].sum()
    observed, expected = float((weight * own[1]).sum()), float((weight * other[1]).sum())
    half = z_value(level) * float(np.sqrt((weight**2 * (own[2] + other[2])).sum()))
    difference = observed - expected
    return Standardised(observed, expected, difference, difference - half, difference + half, int(own[0].sum()),
                        int(other[0].sum()), float(own[0].sum() / total), int(both.sum()))


def standardise_rates(
    successes: Any, n: Any, reference_successes: Any, reference_n: Any, *, worth: Any = None,
    reference_worth: Any = None, level: float = LEVEL,
) -> Standardised | None:
    """Return the comparison of rates over strata; None when no stratum has rows of both.

    The bounds add up the squared distances to each stratum's Wilson bounds (Yan and Su 2010, Statistics in
    Biopharmaceutical Research 2:323-335; with one stratum Newcombe's method 10): a handful of rows that happen to agree
    has a wide bound, where a variance of p(1-p)/n would call it certain. ``worth``: what clustered rows are worth.

    >>> found = standardise_rates([56], [70], [48], [80])
    >>> round(found.low, 4), round(found.high, 4)
    (0.0524, 0.3339)
    """
    own, other = (np.array(one, float) for one in ((successes, n), (reference_successes, reference_n)))
    both = (own[1] > 0) & (other[1] > 0)
    if not both.any():
        return None
    total, weight = float(own[1].sum()), own[1][both] / own[1][both].sum()
    p, low, high = _with_bounds(own[:, both], worth if worth is None else np.asarray(worth, float)[both], level)
    q, other_low, other_high = _with_bounds(
        other[:, both], reference_worth if reference_worth is None else np.asarray(reference_worth, float)[both], level)
    observed, expected = float((weight * p).sum()), float((weight * q).sum())
    difference = observed - expected
    down = float(np.sqrt((weight**2 * ((p - low) ** 2 + (other_high - q) ** 2)).sum()))
    up = float(np.sqrt((weight**2 * ((high - p) ** 2 + (q - other_low) ** 2)).sum()))
    covered = own[1][both].sum()
    return Standardised(observed, expected, difference, difference - down, difference + up, int(covered),
                        int(other[1][both].sum()), float(covered / total), int(both.sum()))


def _with_bounds(side: np.ndarray, worth: np.ndarray | None, level: float) -> tuple[np.ndarray, ...]:
    share = side[0] / side[1]
    size = side[1] if worth is None else worth
    return (share, *wilson(share * size, size, level))


def mean_variance(n: Any, mean: Any, squares: Any, worth: Any = None) -> np.ndarray:
    """Return the variances of means by stratum from n, mean and sum of squares; NaN where nothing tells the spread.

    A stratum of one row, or whose rows happen to be equal, has the spread that the rows of all strata have around their
    own means: it is not certain. ``worth``: what clustered rows are worth.
    """
    n, mean, squares = (np.array(one, float) for one in (n, mean, squares))
    size = n if worth is None else np.array(worth, float)
    around = np.maximum(squares - n * mean**2, 0.0)
    free = np.maximum(n - 1, 0)
    pooled = around.sum() / free.sum() if free.sum() and around.sum() > 1e-9 else np.nan
    own = np.divide(around, free, out=np.zeros_like(n), where=free > 0)
    spread = np.where(own > 1e-12, own, pooled)
    return np.divide(spread, size, out=np.full(n.shape, np.nan), where=size > 0)
