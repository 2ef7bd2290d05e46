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

    ``variance`` is that of each mean. A rate without spread in a stratum (all or none) takes the pooled rate's there,
    so that few rows which happen to agree are not called certain.

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
    weight = own[0] / own[0].sum()
    observed, expected = float((weight * own[1]).sum()), float((weight * other[1]).sum())
    half = z_value(level) * float(np.sqrt((weight**2 * (own[2] + other[2])).sum()))
    difference = observed - expected
    return Standardised(observed, expected, difference, difference - half, difference + half, int(own[0].sum()),
                        int(other[0].sum()), float(own[0].sum() / total), int(both.sum()))


def rate_variance(successes: Any, n: Any, reference_successes: Any, reference_n: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the variances of two rates by stratum: each its own, the pooled rate's where one has no spread."""
    k, n, other_k, other_n = (np.array(one, float) for one in (successes, n, reference_successes, reference_n))

    def of(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
        p = np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)
        pooled = np.divide(k + other_k, n + other_n, out=np.zeros_like(top), where=(n + other_n) > 0)
        flat = (p <= 0) | (p >= 1)
        spread = np.where(flat, pooled * (1 - pooled), p * (1 - p))
        return np.divide(spread, bottom, out=np.zeros_like(top), where=bottom > 0)

    return of(k, n), of(other_k, other_n)
