"""What goes into an evaluation and what comes out: frozen values that cross every border of the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

PERIODS = ("day", "week", "month", "quarter", "year", "all")
# Grains of rows that customers and invitations bring, which may reach further than the service's own.
TOLD_GRAINS = ("answer", "invitation")
DIMENSIONS = (
    "agent", "team", "centre", "vendor", "unit", "channel", "kind", "topic", "product", "region", "tier", "priority",
    "source", "customer", "hour", "weekday", "department", "survey", "question", "state",
)


@dataclass(frozen=True)
class Band:
    """Score ``score`` is given while the value meets ``limit``: at most it (times) or at least it (rates)."""

    score: int
    limit: float
    at: str = "most"                     # most: times, closed above | least: rates, closed below

    def holds(self, value: float) -> bool:
        """Say whether the value still meets the limit; the limit itself does."""
        return value <= self.limit if self.at == "most" else value >= self.limit


@dataclass(frozen=True)
class Passport:
    """One version of an indicator's definition; everything a reader needs to recompute it by hand.

    ``numerator``, ``denominator``, ``exclusions`` and ``value`` are expressions of the passport grammar over the
    columns of ``grain``. ``window`` is in seconds; a row counts only when the window since ``window_from`` has
    passed at the data's as-of time. ``credit`` is the column whose agent the row is credited to.

    Values of unit ``%`` are shares between 0 and 1 (0.404 is shown as 40.4 %), and so are their bands and targets;
    ``s`` are seconds, ``points`` the NPS from -100 to 100.
    """

    name: str
    title: dict[str, str]
    sentence: dict[str, str]
    grain: str
    anchor: str
    aggregation: str                     # rate | mean | median | nps | ratio | count
    denominator: str = "true"
    numerator: str | None = None
    value: str | None = None             # of a mean, median, nps, or the summed value of a ratio
    exclusions: str | None = None
    denominator_grain: str | None = None # ratio only: another grain, whose ``denominator_value`` is summed
    denominator_anchor: str | None = None
    denominator_value: str | None = None
    window: int | None = None
    window_from: str | None = None
    clock: str = "wall"                  # wall | business
    credit: str = "agent"
    open_cases: str = "excluded"         # excluded | counted | kaplan_meier
    interval: str = "wilson"             # wilson | t | order_statistics | multinomial | bootstrap | poisson
    cluster: str | None = None
    minimum_n: int = 30
    worthwhile: float | None = None
    unit: str = "%"                      # % | s | score | points | count
    direction: str = "up"                # up: more is better | down | none
    bands: tuple[Band, ...] = ()
    bands_closed: str = "below"          # below: limit belongs to the better band from below (rates); above: times
    target: float | None = None
    version: str = "1"
    owner: str = ""
    source: str = ""
    example: str = ""
    aliases: tuple[str, ...] = ()
    definition_hash: str = ""
    denominator_condition: str | None = None  # ratio over two grains: which rows of the other grain count
    window_value: str | None = None      # a window of its own for each row: an expression in seconds, as a promise is
    example_en: str = ""
    quantile: float = 0.5                # of a median: another quantile
    snapshot: bool = False               # the rows open at the end of the period; ``age_s`` is their age then
    family: str = ""                     # where lists group it: speed, solving, loop, complaint, satisfaction, call ...


@dataclass(frozen=True)
class Scope:
    """What the asking person may see; compiled into every query and part of every cache key.

    ``units`` None means all; an empty tuple means none. A person of scope "own" has ``agents`` set to themself.
    ``minimum_n``: groups smaller than this are suppressed. ``masked`` names fact columns that come back masked.
    ``outside``: the asker is of another company; agents who never belonged to ``units`` are one nameless group.
    """

    units: tuple[str, ...] | None = None
    agents: tuple[str, ...] | None = None
    masked: tuple[str, ...] = ()
    minimum_n: int = 0
    label: str = "all"
    outside: bool = False


EVERYTHING = Scope()
# In place of every agent who belongs to no unit of an asker from outside the company.
OTHERS = "@others"
# The columns that name an agent.
PEOPLE = ("agent", "responder", "answerer")


@dataclass(frozen=True)
class Query:
    """One question to the numbers. ``where`` is a passport-grammar expression over dimensions."""

    indicators: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    period: str = "all"
    start: date | None = None            # inclusive, in the workspace's zone
    end: date | None = None              # inclusive
    where: str | None = None
    known_at: datetime | None = None     # the data as it was known then


@dataclass(frozen=True)
class Result:
    """One number with everything that makes it honest. ``value`` None means no data, never 0."""

    indicator: str
    version: str
    period: str                          # 2016-03, 2016-Q1, 2016-W09, 2016, 2016-03-01, all
    group: dict[str, str | None]
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    band: int | None = None
    band_certain: bool | None = None     # the interval lies inside one band
    bands_possible: tuple[int, ...] = () # every band the interval touches: "not distinguishable from"
    immature: int = 0                    # rows whose window has not passed: 未满观察期
    provisional: bool = False            # 暂定: immature rows exist in the period
    suppressed: bool = False             # n below the scope's minimum: value withheld
    small: bool = False                  # n below the passport's minimum
    numerator: float | None = None
    open_count: int | None = None
    km_median: float | None = None
    unit: str = ""
    method: str = ""
    as_of: str | None = None
    target: float | None = None          # as valid for the group and period
    target_met: bool | None = None
    target_version: str = ""
    extra: dict[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Bonus:
    """What a rate costs that misses its target: a share of the bonus for each percentage point, at most ``most``."""

    per_point: float
    most: float


@dataclass(frozen=True)
class Target:
    """A workspace's own aim and bands for an indicator in a scope, from a day on; older periods keep theirs."""

    indicator: str
    scope: dict[str, str] = field(default_factory=dict)     # dimension -> value; empty: everywhere
    target: float | None = None
    bands: tuple[Band, ...] = ()
    version: str = "1"
    valid_from: date | None = None
    bonus: Bonus | None = None


@dataclass(frozen=True)
class Point:
    """One period of a trend with the limits of its control chart; ``signal`` means more than chance.

    ``running``: the period ends after the last day of the data. It is shown and neither judged nor part of the limits.
    """

    result: Result
    centre: float | None = None
    lower: float | None = None
    upper: float | None = None
    signal: bool = False
    chart: str = ""                      # p | p' | xmr
    running: bool = False


@dataclass(frozen=True)
class Observation:
    """One cell that differs from all the rest after correction for the number of cells looked at."""

    indicator: str
    dimension: str
    group: str | None
    value: float | None
    rest: float | None
    effect: float                        # value minus rest, in the indicator's unit
    low: float
    high: float
    p: float                             # adjusted (Benjamini-Hochberg)
    n: int
    n_rest: int
    better: bool | None                  # by the indicator's direction; None when it has none
    adjusted_effect: float | None = None # within equal mix of ``mix``; None when it could not be computed
    mix: tuple[str, ...] = ()            # the dimensions held equal
    explained_by_mix: bool = False       # at least half of the effect goes away at equal mix
    value_low: float | None = None       # the value's own interval; ``low`` and ``high`` are those of the effect
    value_high: float | None = None


@dataclass(frozen=True)
class DefinitionDiff:
    """Two definitions side by side on the same rows, and the cases on which they say different things."""

    a: Result
    b: Result
    cases: int                           # rows on which they differ
    rows: Any                            # Arrow table: the row's columns, ``a`` and ``b`` (in | out | excluded ...)
