"""Intervals of changes of shares: the same customers twice, and how much more one group changed than another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .normal import LEVEL
from .proportions import wilson


@dataclass(frozen=True)
class Changed:
    """How many were so both times, only before, only after, and neither time."""

    both: int
    only_before: int
    only_after: int
    neither: int

    @property
    def n(self) -> int:
        return self.both + self.only_before + self.only_after + self.neither

    @property
    def before(self) -> int:
        return self.both + self.only_before

    @property
    def after(self) -> int:
        return self.both + self.only_after


def paired_change(told: Changed, level: float = LEVEL) -> tuple[float, float, float] | None:
    """Return (after minus before, low, high) of the share of the same people at two times; None without anybody.

    Newcombe 1998, Statistics in Medicine 17:2635-2650, method 10: two Wilson intervals, less what the two answers of
    one person have in common, which is corrected for continuity.

    >>> change, low, high = paired_change(Changed(1, 7, 1, 12))
    >>> round(change, 3), round(low, 3), round(high, 3)
    (-0.286, -0.507, -0.026)
    """
    n = told.n
    if not n:
        return None
    (l1, u1), (l2, u2) = wilson(told.after, n, level), wilson(told.before, n, level)
    p1, p2 = told.after / n, told.before / n
    common, difference = _common(told), p1 - p2
    low = difference - _added(p1 - float(l1), float(u2) - p2, common)
    high = difference + _added(float(u1) - p1, p2 - float(l2), common)
    return difference, low, high


def difference_of_changes(
    first: tuple[float, float, float], second: tuple[float, float, float],
) -> tuple[float, float, float]:
    """Return (difference, low, high) of two independent groups' changes, first minus second.

    Newcombe 2001, Statistics in Medicine 20:2885-2893: squares of the distances to the bounds are added.
    """
    (d1, l1, u1), (d2, l2, u2) = first, second
    difference = d1 - d2
    return (difference, difference - float(np.hypot(d1 - l1, u2 - d2)),
            difference + float(np.hypot(u1 - d1, d2 - l2)))


def _common(told: Changed) -> float:
    """The correlation of the two answers, corrected for continuity; 0 where one of the shares is 0 or 1."""
    edge = told.before * (told.n - told.before) * told.after * (told.n - told.after)
    if not edge:
        return 0.0
    product = float(told.both * told.neither - told.only_before * told.only_after)
    if product > 0:
        product = max(product - told.n / 2, 0.0)
    return float(product / np.sqrt(edge))


def _added(left: float, right: float, common: float) -> float:
    return float(np.sqrt(max(left**2 - 2 * common * left * right + right**2, 0.0)))
