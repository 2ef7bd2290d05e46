"""What crosses this room's border: filters of a review, the terms of a goal, a channel's indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

# What a scope may keep to, in the order of its page. The names are those of the facts and of a board's address.
DIMENSIONS = ("unit", "channel", "tier", "kind", "product", "topic", "region", "priority")
PERIOD_KINDS = ("month", "quarter", "year")
MEASURED = ("month", "quarter", "since")  # the last whole month or quarter, or everything since the goal's start
AIMS = ("absolute", "relative")
CHANNELS = ("online", "phone", "social", "ticket", "complaint")
CORE_LEAST, CORE_MOST = 3, 5              # SPEC 23: how many core indicators a channel is judged by

Filters = tuple[tuple[str, tuple[str, ...]], ...]


def filters_of(values: Mapping[str, Iterable[str]]) -> Filters:
    """Return filters in one order, empty dimensions left out: equal filters are equal values.

    >>> filters_of({"channel": ["phone"], "unit": ["n2", "n1"], "tier": []})
    (('unit', ('n1', 'n2')), ('channel', ('phone',)))
    """
    chosen = ((name, tuple(sorted(set(values.get(name) or ())))) for name in DIMENSIONS)
    return tuple((name, kept) for name, kept in chosen if kept)


@dataclass(frozen=True)
class Baseline:
    """What the data said of the baseline period when a goal was set; shares between 0 and 1, times in seconds."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    small: bool = False
    immature: int = 0
    definition: str = ""                 # version of the indicator's definition
    as_of: str | None = None

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class Terms:
    """What a goal demands.

    ``amount``: the target itself, or with ``relative`` the change as a share (-0.2 is 20 % less). ``filters`` are all
    the rows it speaks of: its scope, what was chosen beside it, and its author's reach.
    """

    title: str
    indicator: str
    direction: str
    unit: str
    filters: Filters
    measured: str
    baseline_start: date
    baseline_end: date
    baseline: Baseline
    aim: str
    amount: float
    start: date
    due: date
    reason: str

    @property
    def target(self) -> float | None:
        """The value to be reached; None where a relative goal has no baseline to start from."""
        if self.aim == "absolute":
            return self.amount
        return None if self.baseline.value is None else self.baseline.value * (1 + self.amount)


@dataclass(frozen=True)
class PlanItem:
    """One indicator of a channel's plan: ``core`` ones are counted; ``emphasis`` says what it stands for."""

    indicator: str
    core: bool = True
    emphasis: str = ""                   # response | solution | call_quality | emotion | closing | repetition
