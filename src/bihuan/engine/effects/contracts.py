"""What goes into a verdict and what comes out; all of it can be written to a file and judged again from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np

VERDICTS = ("effective", "no_effect_shown", "worse", "cannot_tell")
LEVEL = 0.95
POINTS_BEFORE, POINTS_AFTER = 12, 8     # fewer make no time series
# By which rules a yardstick is judged: 2 asks whether another event before the change explains it as well (breaks.py).
FIRST_RULES, RULES = 1, 2


@dataclass(frozen=True)
class Series:
    """One value a day or week, oldest first; NaN where a period has no rows. ``n`` counts the rows of each."""

    starts: tuple[date, ...]
    values: np.ndarray
    n: np.ndarray

    def __len__(self) -> int:
        return len(self.starts)


# What a guard is judged by: its series, that of the others, +1 or -1 for the better direction, the loss that matters.
GuardData = tuple[Series, Series | None, int, float | None]


@dataclass(frozen=True)
class Yardstick:
    """What is agreed before a measure begins, and hashed: nothing of it may be chosen after its effect is seen.

    ``change`` is the first day of the new way. ``worthwhile`` is the smallest change worth the effort, in the
    indicator's unit and above 0; ``direction`` up or down says which way is better. ``against`` names those who were
    not touched; ``donors`` is the field that tells them apart, so that each of its values can be weighed by itself ("":
    they are taken together). ``selected_from``: of how many the place was picked because it stood out;
    ``selected_until``: the last day of the data it was picked by, where that is known. ``grain`` "" lets the length of
    the data decide. ``ramp``: over how many weeks the change grows to its full height, 0 at once; ``shape``: how it
    grows (``onset.py``). ``rules``: the version of the rules of judging that were in force when it was agreed.
    """

    indicator: str
    change: date
    worthwhile: float
    direction: str = "up"
    until: date | None = None
    since: date | None = None
    where: str | None = None
    against: str | None = None
    guards: tuple[str, ...] = ()
    selected_from: int = 1
    selected_until: date | None = None
    grain: str = ""
    version: str = ""
    definition_hash: str = ""
    donors: str = ""
    ramp: int = 0
    shape: str = ""
    rules: int = FIRST_RULES


@dataclass(frozen=True)
class Estimate:
    """The effect of a change at its full height: plus is better.

    ``low`` allows for the selection, ``high`` does not need to.
    ``method`` and ``why`` name how it was computed and by which rule that way was taken; ``assumptions`` what has to
    hold. ``spread`` is the standard error. None where the data do not suffice; ``lacks`` then says what is missing.
    ``weights``: how much each of those not touched counts, where they were weighed.
    """

    effect: float | None = None
    low: float | None = None
    high: float | None = None
    spread: float | None = None
    method: str = "interrupted_time_series"
    why: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    points_before: int = 0
    points_after: int = 0
    n_before: int = 0
    n_after: int = 0
    autocorrelation: float | None = None
    lacks: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Need:
    """How much more until an effect of the worthwhile size would be shown in four of five cases; None: never so.

    Waiting adds nothing to the time before the change: too few periods there are never so either.
    """

    weeks: int | None
    n: int | None


@dataclass(frozen=True)
class Guard:
    """An indicator that must not suffer: state is unharmed, harmed, moved_before or cannot_tell.

    ``moved_before``: it got worse, and another event before the change explains that as well; ``other_odds`` and
    ``other_weeks`` say how well, and how many weeks before. None where it was not asked.

    ``worthwhile`` is the smallest loss that matters, 0 where its definition says none; None in verdicts that were kept
    before it was asked for: "unharmed" then only says that no harm was shown.
    """

    indicator: str
    state: str
    effect: float | None
    low: float | None
    high: float | None
    worthwhile: float | None = None
    other_odds: float | None = None
    other_weeks: float | None = None


@dataclass(frozen=True)
class Verdict:
    """The answer, the numbers it rests on, and what was agreed beforehand; ``ramp``: over how many weeks it grew."""

    verdict: str
    effect: float | None
    low: float | None
    high: float | None
    worthwhile: float
    method: str
    why_method: tuple[str, ...]
    assumptions: tuple[str, ...]
    n_before: int
    n_after: int
    points_before: int
    points_after: int
    reason: str
    need: Need | None
    guards: tuple[Guard, ...]
    yardstick_hash: str
    unit: str = ""
    grain: str = ""
    extra: dict[str, float | None] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    ramp: int = 0
