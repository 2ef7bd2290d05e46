"""Do the items of a dimension measure one thing: Cronbach's alpha and item-total correlations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Reliability:
    """``alpha`` of a group of items and, by item, its correlation with the sum of the others and alpha without it."""

    alpha: float | None
    n: int
    item_total: dict[str, float | None]
    alpha_without: dict[str, float | None]


def reliability(values: np.ndarray, items: tuple[str, ...]) -> Reliability:
    """Return the reliability of ``values`` (respondents x items) over complete rows. Cronbach 1951, Psychometrika 16.

    alpha = k/(k-1) x (1 - sum of the items' variances / variance of the sum). None below two items or three rows.
    """
    whole = values[~np.isnan(values).any(axis=1)]
    places = range(len(items))
    return Reliability(
        _alpha(whole), len(whole),
        {items[i]: _correlation(whole[:, i], np.delete(whole, i, axis=1).sum(axis=1)) for i in places},
        {items[i]: _alpha(np.delete(whole, i, axis=1)) for i in places})


def _alpha(values: np.ndarray) -> float | None:
    count = values.shape[1]
    if count < 2 or len(values) < 3:
        return None
    total = values.sum(axis=1).var(ddof=1)
    return float(count / (count - 1) * (1 - values.var(axis=0, ddof=1).sum() / total)) if total > 0 else None


def _correlation(one: np.ndarray, other: np.ndarray) -> float | None:
    if len(one) < 3 or one.std() == 0 or other.std() == 0:
        return None
    return float(np.corrcoef(one, other)[0, 1])
