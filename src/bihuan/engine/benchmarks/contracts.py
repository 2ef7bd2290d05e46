"""A benchmark file and what is said of one's own place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

FORMAT, VERSION = "bihuan.benchmark", 1
# Fewer groups or records than this, or one group with more than this share of them, and nothing is told.
LEAST_GROUPS, LEAST_CASES, LARGEST_SHARE = 3, 100, 0.8
LEAST_COMPANIES = 3         # fewer make no industry, and the rest of two would be the other one
LOWEST_EPSILON, HIGHEST_EPSILON = 0.1, 10.0
INDUSTRIES = ("retail", "finance", "telecom", "logistics", "software", "public", "other")
Z = 1.959963984540054


@dataclass(frozen=True)
class Raw:
    """One indicator as it is before noise: ``groups`` are the records of each contributing group."""

    indicator: str
    value: float | None
    n: int
    groups: tuple[int, ...]


@dataclass(frozen=True)
class Cell:
    """One indicator as it is given away: noised numerator and denominator, nothing else of the company.

    ``epsilon`` is what was spent on this cell, half on each count.
    """

    indicator: str
    definition_hash: str
    version: str
    kind: str               # rate or nps
    numerator: int
    n: int
    epsilon: float

    @property
    def value(self) -> float | None:
        """The value as a share, or between -1 and 1 for NPS; None where noise left nothing to divide by."""
        if self.n <= 0:
            return None
        low = -1.0 if self.kind == "nps" else 0.0
        return min(1.0, max(low, self.numerator / self.n))


@dataclass(frozen=True)
class Withheld:
    """An indicator that is not told, and why: groups, cases, one_group, unbounded or no_data."""

    indicator: str
    reason: str


@dataclass(frozen=True)
class Benchmark:
    """What a file says; ``passports`` by indicator, as ``to_dict`` writes them."""

    industry: str
    period: str
    issuer: str
    epsilon: float
    cells: tuple[Cell, ...]
    withheld: tuple[Withheld, ...]
    passports: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Mismatch:
    """An indicator whose definition is not one's own: the ``parts`` that differ, or hash, unknown or unreadable."""

    indicator: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.indicator} ({', '.join(self.parts)})"


@dataclass(frozen=True)
class Place:
    """Own value less the benchmark's with its interval; ``word``: better, worse or cannot_tell."""

    indicator: str
    own: float
    own_n: int
    other: float
    other_n: int
    difference: float
    low: float
    high: float
    word: str


@dataclass(frozen=True)
class Pool:
    """Own value less the mean of ``companies`` with its interval; ``word`` as of a place.

    ``value`` with ``low`` and ``high`` is the mean itself; ``ahead`` and ``behind`` count companies that one is surely
    better than, and that are surely better.
    """

    indicator: str
    companies: int
    value: float
    low: float
    high: float
    difference: float
    difference_low: float
    difference_high: float
    word: str
    ahead: int
    behind: int
