"""What a question and a definition look like to a query, without building one: nothing here loads ibis.

A compiled query is found again under these values, so that a process that has it on disk never loads the compiler.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..facts.grains import GRAINS
from .checking import fields_of, grain_kinds
from .contracts import DIMENSIONS, Passport
from .errors import IndicatorError
from .grammar import parse
from .passports import cluster_columns
from .units import LEVELS

# Replaced in the text of the compiled query; no real moment or literal comes near them.
AS_OF, START, END = 9_111_111_111_111_101, 9_111_111_111_111_102, 9_111_111_111_111_103
# The same bounds as moments, in words: an engine compares them with what a file says of its rows and skips the others.
SINCE, UNTIL = "\u27e6since\u27e7", "\u27e6until\u27e7"
# Stand in compiled SQL for what each dialect calls the microseconds since 1970 of a time, and the date of a day.
EPOCH_MICROS, DATE_OF_DAY = "bihuan_epoch_micros", "bihuan_date_of_day"
PLACED = ("unit", *LEVELS)
CALENDAR = ("hour", "weekday")


@dataclass(frozen=True)
class Frame:
    """Which rows: a grain, the time that puts a row into a period, the column whose agent it is credited to."""

    grain: str
    anchor: str
    credit: str
    snapshot: bool = False


@dataclass(frozen=True)
class View:
    """How one question looks at rows: period kind, dimensions, filter, what the asker may see, and the zone."""

    kind: str
    by: tuple[str, ...]
    where: str | None
    units: frozenset[str] | None
    agents: frozenset[str] | None
    placed: bool                              # the workspace has units or memberships to join
    offsets: tuple[tuple[int, int], ...]
    named: frozenset[str] | None = None       # the agents who may be named; None: all


def frame_of(passport: Passport) -> Frame:
    """Return the frame of a passport."""
    return Frame(passport.grain, passport.anchor, passport.credit, passport.snapshot)


def dimensions_of(grain: str) -> tuple[str, ...]:
    """Return the dimensions that rows of a grain have."""
    names = set(GRAINS[grain].names)
    return tuple(name for name in DIMENSIONS if name in names or name in CALENDAR
                 or (name in PLACED and ("unit" in names or "agent" in names)))


def where_kinds(grain: str) -> dict[str, str]:
    """Return {name: kind} that a filter may speak of: the grain's columns and its dimensions."""
    kinds = grain_kinds(grain)
    return {**kinds, **{name: "number" if name in CALENDAR else "text" for name in dimensions_of(grain)}}


def check_view(frame: Frame, by: tuple[str, ...], where: str | None, indicator: str) -> None:
    """Raise when the rows of ``indicator`` lack a dimension that the question groups by or filters on."""
    known = dimensions_of(frame.grain)
    asked = set(by)
    if where:
        tree = parse(where)
        asked |= fields_of(tree) & _every_field() - set(GRAINS[frame.grain].names)
    for name in sorted(asked):
        if name not in known:
            raise IndicatorError("dimension_absent", indicator=indicator, grain=frame.grain, name=name,
                                 dimensions=", ".join(known))


def _every_field() -> set[str]:
    return set(DIMENSIONS).union(*(schema.names for schema in GRAINS.values()))


def cluster_of(passport: Passport, view: View) -> tuple[str, ...]:
    """Return the columns that still make clusters once the question's own groups are fixed."""
    return tuple(name for name in cluster_columns(passport) if name not in view.by
                 and not (name == "day" and view.kind == "day"))


def same_grain_ratio(passport: Passport) -> bool:
    return passport.aggregation == "ratio" and passport.denominator_grain is None


def windowed(passport: Passport) -> bool:
    return passport.window is not None or passport.window_value is not None


def _basis(passport: Passport) -> tuple[Any, ...]:
    """What decides which rows are in the denominator: passports of one basis share these flags and their counts."""
    needs_value = passport.value if passport.aggregation != "ratio" else None
    return (passport.denominator, passport.exclusions, needs_value, passport.window, passport.window_value,
            passport.window_from if windowed(passport) else None)


def spread_basis(passport: Passport) -> tuple[Any, ...] | None:
    """What decides the values of a median or survival curve; None for an indicator that needs none."""
    if passport.aggregation != "median" and passport.open_cases != "kaplan_meier":
        return None
    return (frame_of(passport), _basis(passport), passport.open_cases == "kaplan_meier")


def shared_basis(passports: Sequence[Passport]) -> list[int]:
    """For each passport the index of the first one with the same basis."""
    first: dict[tuple[Any, ...], int] = {}
    return [first.setdefault(_basis(passport), index) for index, passport in enumerate(passports)]


def sum_columns(passports: Sequence[Passport]) -> list[dict[str, str]]:
    """For each passport {sum: column of ``sums``}; equal sums of several passports are one column."""
    shared = shared_basis(passports)
    first: dict[tuple[Any, ...], str] = {}
    found = []
    for index, passport in enumerate(passports):
        own = {}
        for name in _SUMS[passport.aggregation]:
            what = {"n": (), "immature": (), "k": (passport.numerator, passport.aggregation == "nps"),
                    "w": (passport.denominator_value,)}.get(name, (passport.value, passport.numerator))
            if name == "immature" and not windowed(passport) or name == "w" and not same_grain_ratio(passport):
                continue
            own[name] = first.setdefault((shared[index], name, *what), f"m{index}_{name}")
        found.append(own)
    return found


_SUMS = {"rate": ("n", "immature", "k"), "mean": ("n", "immature", "s", "q"), "nps": ("n", "immature", "k", "d"),
         "ratio": ("n", "immature", "s", "w"), "count": ("n", "immature"), "median": ("n", "immature")}
