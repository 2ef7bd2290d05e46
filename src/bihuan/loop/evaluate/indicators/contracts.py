"""What the indicator pages are asked (``BoardState``, in the address) and what they show (frozen, ready to print)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import IO, Any

from bihuan.engine.indicators.contracts import Passport, Result

PRESETS = (
    "this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year", "last_30_days",
    "all", "custom",
)
GRAINS = ("day", "week", "month", "quarter", "year")
COMPARISONS = ("none", "previous", "last_year", "unit")
FILTERS = ("unit", "agent", "channel", "kind", "topic", "product", "region", "tier", "priority", "source")
# An agent is chosen by following a link: a picker of hundreds of names helps nobody.
PICKED = tuple(dimension for dimension in FILTERS if dimension != "agent")
SPLITS = ("team", "centre", "vendor", "agent", "channel", "kind", "topic", "product", "region", "tier", "priority")
PAGE_SIZE = 50


@dataclass(frozen=True)
class BoardState:
    """Everything the address of a board says; two equal states show the same numbers."""

    preset: str = "this_month"
    start: date | None = None            # of a custom period, inclusive, in the workspace's zone
    end: date | None = None              # inclusive
    grain: str = "month"                 # of the trend
    by: str = ""                         # one dimension, empty for totals only
    family: str = ""                     # one family of indicators, empty for the core ones, "all" for all
    indicators: tuple[str, ...] = ()     # these alone, whatever the family
    compare: str = "previous"
    other: str = ""                      # the unit compared with
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sort: str = ""                       # "<indicator>" or "-<indicator>", empty: by name
    page: int = 1

    def chosen(self, dimension: str) -> tuple[str, ...]:
        """Return the values the address keeps of one dimension; empty when it does not filter by it."""
        return dict(self.filters).get(dimension, ())

    def with_(self, **changes: Any) -> BoardState:
        """Return a copy with some parts changed; a change of anything but the page goes back to page 1."""
        return replace(self, **({"page": 1} | changes))


@dataclass(frozen=True)
class Span:
    """A period in days of the workspace's zone, both ends inclusive; None is open (everything up to / from then)."""

    start: date | None
    end: date | None


@dataclass(frozen=True)
class Choice:
    """One value of a picker: what the address says, what the person reads, and whether it is chosen."""

    value: str
    label: str
    chosen: bool = False
    depth: int = 0
    count: int | None = None

    @property
    def steps(self) -> range:
        """One entry a level below the topmost, for lists that indent with blanks."""
        return range(self.depth)


@dataclass(frozen=True)
class Link:
    """A word to click: a tab, a chip that takes a filter away."""

    label: str
    url: str
    chosen: bool = False


@dataclass(frozen=True)
class Change:
    """A value against its comparison. ``verdict`` is read from the interval of the difference, never from its sign.

    ``better`` | ``worse`` | ``unclear`` (the interval of the difference holds 0, or ``q``, the p after correction over
    all changes of the page, is .05 or more) | ``changed`` (an indicator without direction) | ``unripe`` (the period's
    open work had no time yet to be done, as that of the other period had).
    """

    verdict: str
    label: str                           # the verdict in words
    text: str                            # +2.3 个百分点
    interval: str
    other: Result
    p: float
    q: float


@dataclass(frozen=True)
class TargetView:
    """A target and whether it is ``met``, ``missed`` or ``undecided`` (the interval holds the target)."""

    verdict: str
    label: str
    text: str                            # ≥ 95.0%


@dataclass(frozen=True)
class Cell:
    """One number as it is shown; ``result`` None when the evaluation has no row for it."""

    result: Result | None = None
    url: str = ""                        # the rows behind it; empty for those who may not open them
    band_label: str = ""                 # 符合预期
    near: str = ""                       # 与 2、4 档不可区分
    change: Change | None = None
    target: TargetView | None = None
    trend: tuple[float | None, ...] = ()
    trend_label: str = ""

    @property
    def has_value(self) -> bool:
        return self.result is not None and self.result.value is not None and not self.result.suppressed


@dataclass(frozen=True)
class Column:
    """One indicator as a heading."""

    name: str
    title: str
    unit: str
    sentence: str
    url: str
    family: str
    passport: Passport
    sort_url: str = ""
    sorted: str = ""                     # ascending | descending, when the lines are sorted by it


@dataclass(frozen=True)
class Line:
    """One row of the board: an indicator (totals) or a group (split board), and its cells."""

    label: str
    cells: tuple[Cell, ...]
    column: Column | None = None
    group: str | None = None
    url: str = ""


@dataclass(frozen=True)
class Section:
    """The indicators of one family with their lines."""

    family: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Board:
    """A whole board. ``sections`` when nothing splits it, else ``columns``, ``total`` and ``lines`` of this page."""

    span: Span
    other_span: Span | None
    as_of: datetime | None
    sections: tuple[Section, ...] = ()
    columns: tuple[Column, ...] = ()
    total: Line | None = None
    lines: tuple[Line, ...] = ()
    count: int = 0
    page: int = 1
    pages: int = 1
    small: int = 0
    suppressed: int = 0
    immature: int = 0
    radar: dict[str, Any] | None = None  # bands of this period and of what it is compared with
    compared: int = 0                    # changes that were corrected together
    is_behind: bool = False              # records came of which the numbers know nothing yet
    running: bool = False                # the period is not over: ``span`` ends with the data

    @property
    def is_empty(self) -> bool:
        """True when no indicator has a single row in the period."""
        lines = [line for section in self.sections for line in section.lines] + list(self.lines)
        return not any(cell.result and (cell.result.n or cell.result.immature or cell.result.suppressed)
                       for line in lines for cell in line.cells)


@dataclass(frozen=True)
class Export:
    """A file to send: ``parts`` while it is being made, or ``file`` when the format has to be written whole."""

    name: str
    media: str
    parts: Iterator[bytes] | None = None
    file: IO[bytes] | None = None
