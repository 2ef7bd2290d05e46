"""What a survey's report says, before it is written; every number in it was told to its author within their reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ...indicators.contracts import Result


@dataclass(frozen=True)
class Line:
    """One number: its name, the value as it came, and the weighted one beside it where weights differ.

    ``key`` is what a text calls it by.
    """

    title: str
    result: Result
    weighted: Result | None = None
    key: str = ""


@dataclass(frozen=True)
class Stratum:
    """One stratum of the draw: of ``size`` customers ``eligible`` could be asked, ``drawn`` were; ``asked`` are those
    of the list, changes by hand included. ``valid`` answers and their ``margin`` None where they may not be told.
    """

    name: str
    size: int
    eligible: int
    drawn: int
    added: int
    removed: int
    asked: int
    valid: int | None = None
    margin: float | None = None


@dataclass(frozen=True)
class Change:
    """Somebody put onto the list or taken off it by hand: the stratum, why and when; never who."""

    kind: str
    stratum: str
    reason: str
    day: str


@dataclass(frozen=True)
class Sample:
    """How those who were asked were drawn; ``facts`` say by what rule, method and seed."""

    facts: tuple[tuple[str, str], ...]
    strata: tuple[Stratum, ...]
    changes: tuple[Change, ...] = ()

    @property
    def by_hand(self) -> bool:
        """Whether anybody was put onto it or taken off it by hand, whether or not it is told why."""
        return bool(self.changes) or any(one.added or one.removed for one in self.strata)


@dataclass(frozen=True)
class Stage:
    """A stage of the way from being asked to an answer that counts; ``share`` of the stage before, None without one."""

    label: str
    count: int
    share: Result | None = None


@dataclass(frozen=True)
class Margin:
    """One group among everybody served, those asked and those who answered (shares 0..1, None for unknown)."""

    group: str
    population: float | None
    invited: float | None
    answered: float | None
    n: int | None
    rate: Result | None = None
    mark: str = ""


@dataclass(frozen=True)
class Bound:
    """A number of those who answered, and the ends it would have had the silent answered at their worst or best."""

    title: str
    value: Result | None
    low: Result
    high: Result


@dataclass(frozen=True)
class Point:
    """A measure in one wave; ``change`` against the wave before in words."""

    wave: str
    result: Result | None
    change: str = ""


@dataclass(frozen=True)
class Trend:
    """One measure through the waves, oldest first; ``note`` says what it was narrowed to."""

    title: str
    points: tuple[Point, ...]
    note: str = ""


@dataclass(frozen=True)
class SurveyReport:
    """A survey's result. ``facts`` stand under the title, ``findings`` are sentences of what stands after correction.

    ``charts`` are (caption, option); ``themes`` (name, share, mentions). ``written`` are chapters by people: (title,
    paragraphs), the numbers in them filled in. ``speaks_for`` are sentences under the margins and bounds.
    ``kept``: the numbers are of some groups only, while sample, response, margins, bounds and validity are the wave's.
    """

    title: str
    lang: str
    facts: tuple[tuple[str, str], ...]
    numbers: tuple[Line, ...]
    dimensions: tuple[Line, ...]
    summary: tuple[str, ...]
    findings: tuple[str, ...]
    compared: int
    validity: tuple[tuple[str, int], ...]
    themes: tuple[tuple[str, Result], ...] = ()
    charts: tuple[tuple[str, dict[str, Any]], ...] = ()
    footer: str = ""
    written: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sample: Sample | None = None
    stages: tuple[Stage, ...] = ()
    margins: tuple[Margin, ...] = ()
    bounds: tuple[Bound, ...] = ()
    speaks_for: tuple[str, ...] = ()
    trend: tuple[Trend, ...] = ()
    kept: bool = False
