"""A change taken apart by several dimensions at once, and by what its failures are put down to.

Das Gupta (1993, Standardization and Decomposition of Rates, US Census P23-186, chapter 5): the share of each cell of
a cross-classification is written as a product of one factor a dimension, symmetric in all of them,

    log A_d = sum over the subsets S of the other dimensions of |S|! (D - |S| - 1)! / D! * log(N(S + d) / N(S))

with N(S) the rows that agree with the cell in the dimensions S. The change of the whole is then the sum of one part a
dimension (its mix, the others held at the mean of both periods) and the part of the cells themselves, which is
Kitagawa's rate. What mixes of two dimensions do together is shared equally; nothing is left over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np

from .. import stats
from ..indicators.contracts import Passport, Result
from .movement import Movement, decompose

BETWEEN = "\x1f"                         # parts the values of a joint cell's name


@dataclass(frozen=True)
class Joint:
    """``mixes`` has one part a dimension, in their order; with ``cells.rate`` they add up to the change."""

    cells: Movement
    dimensions: tuple[str, ...]
    mixes: tuple[float, ...]


@dataclass(frozen=True)
class Share:
    """One cause's share of the rows counted, before and after, and the change (Newcombe 1998, method 10)."""

    name: str
    before: float
    after: float
    change: float
    low: float
    high: float
    q: float


def decompose_jointly(passport: Passport, before: Sequence[Result], after: Sequence[Result], by: tuple[str, ...]
                      ) -> Joint | None:
    """Return the decomposition of a rate or mean by the cells of several dimensions; None when a side has no rows."""
    cells = decompose(passport, before, after, by)
    if cells is None:
        return None
    names = [part.group.split(BETWEEN) for part in cells.parts]
    sides = [np.array([getattr(part, side) for part in cells.parts], float) for side in ("n_before", "n_after")]
    factors = [_factors(names, n) for n in sides]
    rates = np.array([_middle(part.value_before, part.value_after) for part in cells.parts])
    mixes = tuple(float((rates * _held(factors, d) * (factors[1][d] - factors[0][d])).sum()) for d in range(len(by)))
    return Joint(cells, by, mixes)


def shares_of_change(before: Mapping[str, float], n_before: int, after: Mapping[str, float], n_after: int
                     ) -> tuple[Share, ...]:
    """Return how each cause's share of the rows counted changed, the largest change first.

    Of all rows the changes add up to that of the rate of failures; of the failures put down to something alone, to 0.
    """
    names = sorted(set(before) | set(after))
    compared = [stats.compare_rates(before=(before.get(name, 0.0), n_before), after=(after.get(name, 0.0), n_after))
                for name in names]
    adjusted = stats.benjamini_hochberg([float(one.p) for one in compared])
    found = [Share(name, before.get(name, 0.0) / n_before, after.get(name, 0.0) / n_after, float(one.difference),
                   float(one.low), float(one.high), float(q))
             for name, one, q in zip(names, compared, adjusted, strict=True)]
    return tuple(sorted(found, key=lambda one: (-abs(one.change), one.name)))


def _middle(before: float | None, after: float | None) -> float:
    """The mean of both values; what was there on one side only is judged by that side."""
    known = [value for value in (before, after) if value is not None]
    return sum(known) / len(known)


def _factors(names: Sequence[Sequence[str]], n: np.ndarray) -> list[np.ndarray]:
    """Return one factor a dimension, each an entry a cell; their product is the cell's share."""
    size = len(names[0])

    def marginal(kept: tuple[int, ...]) -> np.ndarray:
        keys = [tuple(name[d] for d in kept) for name in names]
        sums: dict[tuple[str, ...], float] = {}
        for key, count in zip(keys, n, strict=True):
            sums[key] = sums.get(key, 0.0) + count
        return np.array([sums[key] for key in keys])

    found = []
    for own in range(size):
        others = [d for d in range(size) if d != own]
        factor = np.ones(len(names))
        for count in range(size):
            weight = factorial(count) * factorial(size - count - 1) / factorial(size)
            for kept in combinations(others, count):
                top, bottom = marginal(tuple(sorted((*kept, own)))), marginal(kept)
                factor *= np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0) ** weight
        found.append(factor)
    return found


def _held(factors: Sequence[Sequence[np.ndarray]], own: int) -> np.ndarray:
    """Return the other dimensions' factors, averaged over every way in which they may have changed before or after."""
    others = [d for d in range(len(factors[0])) if d != own]
    size = len(others) + 1
    total = np.zeros_like(factors[0][0])
    for count in range(size):
        weight = factorial(count) * factorial(size - count - 1) / factorial(size)
        for changed in combinations(others, count):
            product = np.ones_like(total)
            for d in others:
                product = product * factors[1 if d in changed else 0][d]
            total += weight * product
    return total
