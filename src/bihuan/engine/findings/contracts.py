"""What a search for problems brings up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

ALPHA = 0.05                             # of each search, after Benjamini-Hochberg over all its comparisons


@dataclass(frozen=True)
class Spotted:
    """One problem in one period.

    ``filters`` narrow the rows (dimension -> value), ``group`` names the cell that stands out. ``usual`` is what it is
    compared with: the rest, the centre line, the period before. ``size`` is the impact, ``size_measure`` what it
    counts. ``q`` is the p value after correction over ``selected_from`` comparisons. ``low`` and ``high`` are the
    value's own interval, ``difference`` is (value minus usual, low, high) where that is what was tested.
    """

    kind: str                            # below_target | out_of_control | band_drop | spike | worse_cell
    indicator: str
    version: str
    definition_hash: str
    unit: str
    direction: str
    period: str
    start: date | None
    end: date | None
    value: float
    n: int
    low: float | None
    high: float | None
    q: float
    selected_from: int
    method: str
    group: dict[str, str] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    target: float | None = None
    usual: float | None = None
    band: int | None = None
    band_before: int | None = None
    size: float | None = None
    size_measure: str = ""
    as_of: str = ""
    difference: tuple[float, float, float] | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> dict[str, str]:
        """Filters and group together: which rows it speaks of."""
        return {**self.filters, **self.group}


@dataclass(frozen=True)
class Tally:
    """What one detector looked at: comparisons, those too small to be looked at, those that cannot be told."""

    looked: int = 0
    small: int = 0
    undecided: int = 0
    found: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.looked + other.looked, self.small + other.small, self.undecided + other.undecided,
                     self.found + other.found)
