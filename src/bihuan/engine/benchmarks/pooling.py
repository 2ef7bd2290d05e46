"""Several companies' benchmarks together: what the industry is at, and how many of its companies one is ahead of."""

from __future__ import annotations

import math
from collections.abc import Sequence

from .contracts import LEAST_COMPANIES, Cell, Place, Pool, Z
from .places import chance, place, spread


def pool(own: float | None, n: int, cells: Sequence[Cell], direction: str) -> Pool | None:
    """Return one's own value beside those of several companies; None for fewer than ``LEAST_COMPANIES`` of them.

    The industry is a mean of companies, not of records: DerSimonian and Laird's random effects (1986), each company's
    variance being chance and noise, with the interval of Hartung and Knapp (2001), never narrower than the plain one.
    ``ahead`` counts the companies one is surely better than, ``behind`` those that are surely better; the rest cannot
    be told apart, so that one's rank lies between the two.
    """
    told = [cell for cell in cells if cell.value is not None]
    if own is None or n <= 0 or len(told) < LEAST_COMPANIES:
        return None
    values = [float(cell.value or 0.0) for cell in told]
    mean, error, degrees = _mean(values, [spread(cell) for cell in told])
    reach = _quantile(degrees) * error
    places = [found for cell in told if (found := place(own, n, cell, direction)) is not None]
    difference = own - mean
    margin = math.sqrt((Z ** 2) * chance(own, n, told[0].kind) + reach ** 2)
    low, high = difference - margin, difference + margin
    return Pool(told[0].indicator, len(told), mean, mean - reach, mean + reach, difference, low, high,
                _word(low, high, direction), _count(places, "better"), _count(places, "worse"))


def _count(places: Sequence[Place], word: str) -> int:
    return sum(one.word == word for one in places)


def _word(low: float, high: float, direction: str) -> str:
    if low <= 0 <= high or direction == "none":
        return "cannot_tell"
    return "better" if (low > 0) == (direction == "up") else "worse"


def _mean(values: Sequence[float], spreads: Sequence[float]) -> tuple[float, float, int]:
    """Return the mean of companies, its standard error and the degrees of freedom of its interval."""
    between = between_companies(values, spreads)
    weights = [1 / (one + between) for one in spreads]
    whole, degrees = sum(weights), len(values) - 1
    mean = sum(weight * value for weight, value in zip(weights, values)) / whole
    scale = sum(weight * (value - mean) ** 2 for weight, value in zip(weights, values)) / degrees
    return mean, math.sqrt(max(scale, 1.0) / whole), degrees


def between_companies(values: Sequence[float], spreads: Sequence[float]) -> float:
    """Return the variance between companies by DerSimonian and Laird: what their spread has beyond chance and noise."""
    weights = [1 / one for one in spreads]
    whole = sum(weights)
    mean = sum(weight * value for weight, value in zip(weights, values)) / whole
    spread = sum(weight * (value - mean) ** 2 for weight, value in zip(weights, values))
    room = whole - sum(weight * weight for weight in weights) / whole
    return max(0.0, (spread - (len(values) - 1)) / room) if room > 0 else 0.0


def _quantile(degrees: int) -> float:
    from scipy.special import stdtrit  # loaded with the first page that pools

    return float(stdtrit(degrees, 0.975))
