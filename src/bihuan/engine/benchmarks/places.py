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
    noise = variance(cell.epsilon / 2) * (1 + other * other) / cell.n ** 2
    spread = math.sqrt(chance(own, n, cell.kind) + chance(other, cell.n, cell.kind) + noise)
    difference = own - other
    low, high = difference - Z * spread, difference + Z * spread
    better = 1 if direction == "up" else -1
    word = "cannot_tell" if low <= 0 <= high or direction == "none" else (
        "better" if difference * better > 0 else "worse")
    return Place(cell.indicator, own, n, other, cell.n, difference, low, high, word)


def chance(value: float, n: int, kind: str) -> float:
    """The variance of a share; of NPS the largest there can be. A share of 0 or 1 has that of one record more."""
    if kind == "nps":
        return max(1 - value * value, 1 / n) / n
    shrunk = (value * n + 0.5) / (n + 1) if value in (0.0, 1.0) else value
    return shrunk * (1 - shrunk) / n
