"""One's own place beside a benchmark: a difference with an interval that knows of chance and of the noise."""

from __future__ import annotations

import math

from .contracts import Cell, Place, Z
from .noise import variance


def place(own: float | None, n: int, cell: Cell, direction: str) -> Place | None:
    """Return own value less the benchmark's; None where one of them is none. Values as shares, NPS between -1 and 1.

    Variance of each side p(1-p)/n (NPS: at most 1-v² a record), the benchmark's more by its noise: that of the
    numerator and of the denominator through the quotient (delta method).
    """
    other = cell.value
    if own is None or other is None or n <= 0:
        return None
    margin = Z * math.sqrt(chance(own, n, cell.kind) + spread(cell))
    difference = own - other
    low, high = difference - margin, difference + margin
    better = 1 if direction == "up" else -1
    word = "cannot_tell" if low <= 0 <= high or direction == "none" else (
        "better" if difference * better > 0 else "worse")
    return Place(cell.indicator, own, n, other, cell.n, difference, low, high, word)


def spread(cell: Cell) -> float:
    """A company's variance: chance, and the noise on its two counts."""
    value = float(cell.value or 0.0)
    return chance(value, cell.n, cell.kind) + variance(cell.epsilon / 2) * (1 + value * value) / cell.n ** 2


def interval(cell: Cell) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a company's value, as far as it can lie; None where it has none."""
    if cell.value is None:
        return None, None
    margin, least = Z * math.sqrt(spread(cell)), -1.0 if cell.kind == "nps" else 0.0
    return max(least, cell.value - margin), min(1.0, cell.value + margin)


def chance(value: float, n: int, kind: str) -> float:
    """The variance of a share; of NPS the largest there can be. A share of 0 or 1 has that of one record more."""
    if kind == "nps":
        return max(1 - value * value, 1 / n) / n
    shrunk = (value * n + 0.5) / (n + 1) if value in (0.0, 1.0) else value
    return shrunk * (1 - shrunk) / n
