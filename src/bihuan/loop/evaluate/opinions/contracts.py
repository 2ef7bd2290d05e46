"""What the pages of a survey show, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bihuan.engine.indicators.contracts import Result
from bihuan.engine.report.survey.contracts import Stage

Filters = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Within:
    """A review's scope, or a review with its days, that an analysis keeps to. ``key``: ``scope:3`` or ``cycle:5``."""

    key: str
    label: str
    filters: Filters
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class State:
    """What the address of an analysis keeps: groups chosen by segment, the segment compared, the waves joined.

    ``within`` is what the filter ``@within`` names, looked up within the reader's rights.
    """

    filters: Filters = ()
    by: str = ""
    waves: tuple[str, ...] = ()
    within: Within | None = None


@dataclass(frozen=True)
class Wave:
    """A survey, or one wave of it, as the answers and their source know it.

    ``code`` is ``answers.survey``; ``family`` is what waves of one survey share. ``mapping`` names how it came in,
    empty for the product's own.
    """

    code: str
    title: str
    family: str
    responses: int
    first: datetime | None
    last: datetime | None
    mapping: str = ""
    anonymous: bool = False
    number: int = 0             # of the product's own wave
    identified: bool = True     # readers may know who gave which answers
    wording: str = ""           # its questionnaire, rules, mapping: another one is another design


@dataclass(frozen=True)
class WaveLine:
    """A line of the list: how many answers of the whole wave count, why the others do not; the numbers of the scope."""

    wave: Wave
    valid: int
    excluded: tuple[tuple[str, int], ...]
    overall: Result | None
    nps: Result | None
    withheld: bool = False
    chosen: int | None = None       # valid ones within the scope; None without a scope, or where it may not be told


@dataclass(frozen=True)
class Told:
    """One number with its counterpart (weighted beside raw), and the address of its definition and rows."""

    key: str
    title: str
    result: Result | None
    other: Result | None = None
    url: str = ""


@dataclass(frozen=True)
class ItemLine:
    """One item of a dimension: its mean, how it goes with the others, and what was expected."""

    told: Told
    item_total: float | None
    gap: Result | None


@dataclass(frozen=True)
class DimensionLine:
    """One dimension. ``lowest``: it is the lowest; ``tied``: it cannot be told from the lowest."""

    told: Told
    top2: Told
    alpha: float | None
    alpha_n: int
    items: tuple[ItemLine, ...]
    importance: float | None = None
    quadrant: str = ""
    lowest: bool = False
    tied: bool = False

    @property
    def gap(self) -> Result | None:
        """What was found less what was expected, of a dimension of one item."""
        return self.items[0].gap if len(self.items) == 1 else None


@dataclass(frozen=True)
class Reason:
    """Why responses do not count, how many, and their rows."""

    code: str
    label: str
    count: int
    url: str


@dataclass(frozen=True)
class MarginLine:
    """One group in the population, among those asked and among those who answered; shares 0..1, None for unknown."""

    dimension: str
    group: str
    population: float | None
    invited: float | None
    answered: float | None
    n: int | None                   # None where so few answered that it is not told
    rate: Result | None = None      # of those invited, how many answered
    skipped: bool = False           # invited less often than their share
    silent: bool = False            # invited, and answering less often than others


@dataclass(frozen=True)
class BoundLine:
    """A number of those who answered, and the lowest and highest it could be had the silent answered too."""

    title: str
    value: Result | None
    low: Result
    high: Result
    silent: int


@dataclass(frozen=True)
class Spread:
    """How alike the response rates by one attribute are (R-indicator, 1 is alike), its interval and ``n`` invited.

    ``bias``: the error of a mean that these groups' rates may make, in standard deviations; no bound.
    """

    indicator: float
    low: float
    high: float
    n: int
    bias: float
    by: str


@dataclass(frozen=True)
class Segment:
    """A segment that can be chosen and its groups that may be told of: (code, what it is called, n)."""

    name: str
    label: str
    groups: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True)
class TrendRow:
    """One measure through the waves, each with its change against the wave before."""

    title: str
    cells: tuple[tuple[Result | None, str, bool], ...]
    note: str = ""


@dataclass(frozen=True)
class AnalysisPage:
    """The analysis of a wave; ``withheld`` when what was chosen may not be told, then nothing else is filled."""

    wave: Wave
    state: State
    segments: tuple[Segment, ...]
    n: int = 0
    valid: int = 0
    chosen: int = 0
    withheld: bool = False
    small: bool = False
    weighted: bool = False
    reasons: tuple[Reason, ...] = ()
    stages: tuple[Stage, ...] = ()
    margins: tuple[MarginLine, ...] = ()
    margins_note: str = ""
    bounds: tuple[BoundLine, ...] = ()
    spreads: tuple[Spread, ...] = ()
    asked: int | None = None
    valid_share: Result | None = None    # of those sent
    silent: int | None = None
    design_effect: float | None = None
    trimmed: int = 0
    unweighted: int = 0
    missing: tuple[str, ...] = ()
    numbers: tuple[Told, ...] = ()
    dimensions: tuple[DimensionLine, ...] = ()
    lowest_words: str = ""
    drivers_n: int = 0
    drivers_r2: float | None = None
    drivers_why: str = ""
    grouped_note: str = ""
    trend: tuple[TrendRow, ...] = ()
    trend_waves: tuple[Wave, ...] = ()
    charts: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def gaps(self) -> bool:
        """Whether something was expected of a dimension of one item: else the gaps stand with the items."""
        return any(line.gap is not None for line in self.dimensions)


@dataclass(frozen=True)
class Comparison:
    """One comparison of the scan. ``stands`` after correction; ``place`` finds it again. ``compared``: how many the
    scan made in all, so of how many this one was picked."""

    place: int
    sentence: str
    measure: str
    measure_words: str
    segment: str
    group: str
    group_words: str
    value: Result
    others: Result
    difference: Result
    q: float
    effect: float
    effect_name: str
    method: str
    stands: bool
    proposed: bool = False
    taken_as: str = ""              # the address of the problem that a proposal became
    segment_words: str = ""
    compared: int = 1


@dataclass(frozen=True)
class AnswerLine:
    """One response: its answers by item, free text masked."""

    respondent: str
    number: str
    at: datetime | None
    customer: str
    weight: float | None
    reasons: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
