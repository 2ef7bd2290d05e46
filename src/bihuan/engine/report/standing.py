"""Where an indicator stands: which are low, which come first, and which get a section of their own."""

from __future__ import annotations

from collections.abc import Sequence

from ..indicators.bands import against_target
from ..indicators.contracts import Passport, Result
from .contracts import Item, Report

DETAILED = 6         # at most so many low items get a trend and evidence of their own
AT_LEAST = 3         # so many get them even when none is low: the report always shows its lowest items


def choose_detailed(items: Sequence[Item]) -> list[Item]:
    """Return the items that get a section of their own: the low ones, filled up with the lowest that are judged."""
    low = [item for item in items if is_low(item)][:DETAILED]
    judged = [item for item in items if item.result.band is not None or item.result.target is not None]
    rest = [item for item in judged if item not in low and not item.result.suppressed]
    return low + rest[:max(AT_LEAST - len(low), 0)]


def is_low(item: Item) -> bool:
    """Return whether an item's value is low: level 1 or 2, or its target missed; whether by chance is not asked."""
    shown = item.result.value is not None and not item.result.suppressed
    return shown and ((item.result.band or 5) <= 2 or item.result.target_met is False)


def is_weak(item: Item) -> bool:
    """Return whether an item is surely low: its interval in level 1 or 2 alone or on the wrong side of its target."""
    sure = item.result.band is not None and item.result.band <= 2 and is_level_sure(item.result)
    return is_low(item) and (sure or target_verdict(item.result) == "missed")


def is_strong(item: Item) -> bool:
    """Return whether an item is surely good: its interval in level 4 or 5 alone, without level on the right side of its
    target.
    """
    verdict = target_verdict(item.result)
    if item.result.band is None or verdict == "missed":
        return verdict == "met"
    return item.result.band >= 4 and is_level_sure(item.result)


def is_level_sure(result: Result) -> bool:
    return bool(result.band_certain) and not result.small and not result.suppressed


def target_verdict(result: Result) -> str | None:
    """Return met | missed | undecided of a result against the target it carries, as the board says it; None without."""
    if result.target_met is None or result.target is None or result.value is None or result.suppressed:
        return None
    direction = "up" if (result.value >= result.target) == result.target_met else "down"
    return against_target(result, result.target, direction)


def rank(result: Result, passport: Passport) -> tuple[int, float, float, str]:
    """Return the sort key of an item: lowest level first, then furthest below its target; unjudged ones last.

    Without bands a missed target stands between levels 2 and 3, a met one between 3 and 4.
    """
    if result.suppressed:
        return (2, 0.0, 0.0, result.indicator)
    level = float(result.band) if result.band is not None else None
    if level is None and result.target_met is not None:
        level = 3.5 if result.target_met else 2.5
    if level is None:
        return (1, 0.0, 0.0, result.indicator)
    return (0, level, _room(result, passport.direction), result.indicator)


def _room(result: Result, direction: str) -> float:
    """Return how far a value lies above its target, as a share of the target; negative below, 0 without target."""
    if not result.target or result.value is None:
        return 0.0
    room = (result.value - result.target) / abs(result.target)
    return room if direction == "up" else -room


def lowest_groups(report: Report, item: Item) -> list[Result]:
    """Return the breakdown of an item, lowest first; groups with too few rows and withheld ones come last."""
    indicator = item.result.indicator
    down = any(note.indicator == indicator and note.direction == "down" for note in report.passports)

    def key(one: Result) -> tuple[bool, bool, float, str]:
        value = one.value or 0.0
        return (one.suppressed, one.small, -value if down else value, one.group[report.by] or "")

    return sorted((one for one in report.breakdown if one.indicator == indicator), key=key)
