"""What goes with overall satisfaction: relative weights of the items, beside how well each is done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

METHOD = "johnson"
FEWEST_ROWS_AN_ITEM = 10


@dataclass(frozen=True)
class Drivers:
    """``weights`` by item, shares of ``r2`` that sum to it; None where the data cannot tell, with ``why`` in a code."""

    weights: dict[str, float] | None
    r2: float | None
    n: int
    why: str = ""


def relative_weights(values: np.ndarray, outcome: np.ndarray, items: tuple[str, ...]) -> Drivers:
    """Return how much of the outcome's variance goes with each item: Johnson 2000, Multivariate Behavioral Research 35.

    Items that move together share what they explain, which regression coefficients do not. Only complete rows are
    used; items that never vary have weight 0. It is an association: no weight says what a change would do.
    """
    known = ~np.isnan(values).any(axis=1) & ~np.isnan(outcome)
    x, y = values[known], outcome[known]
    n, varies = len(y), [i for i in range(len(items)) if len(y) and x[:, i].std() > 0]
    if n < FEWEST_ROWS_AN_ITEM * max(len(varies), 1) or n < 3:
        return Drivers(None, None, n, "too_few")
    if not varies or y.std() == 0:
        return Drivers(None, None, n, "constant")
    z, target = _standard(x[:, varies]), _standard(y[:, None])[:, 0]
    between = z.T @ z / n
    values_, vectors = np.linalg.eigh(between)
    root = vectors @ np.diag(np.sqrt(np.maximum(values_, 0))) @ vectors.T
    coefficients = np.linalg.lstsq(root, z.T @ target / n, rcond=None)[0]
    weights = np.square(root) @ np.square(coefficients)
    told = dict.fromkeys(items, 0.0) | {items[i]: float(weight) for i, weight in zip(varies, weights)}
    return Drivers(told, float(weights.sum()), n)


def quadrant(performance: float, importance: float, middle: tuple[float, float]) -> str:
    """Return where an item stands in the importance-performance matrix: Martilla and James 1977, J. of Marketing 41."""
    if importance >= middle[1]:
        return "keep_up" if performance >= middle[0] else "concentrate"
    return "possible_overkill" if performance >= middle[0] else "low_priority"


def _standard(values: np.ndarray) -> np.ndarray:
    return (values - values.mean(axis=0)) / values.std(axis=0)
