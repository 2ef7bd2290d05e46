"""This period against the one before, from the two numbers and their intervals alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .. import stats
from ..indicators.contracts import Result
from .contracts import Change, Item

ALPHA = 0.05


def compare(result: Result, previous: Result | None, direction: str) -> Change | None:
    """Return the difference with its interval and a verdict; None when one of the two has no value.

    The interval adds the distances to the two intervals' ends in squares (MOVER: Donner and Zou 2012, Statistical
    Methods in Medical Research 21:347-359), which for Wilson intervals is Newcombe's method 10. A side below its
    passport's minimum n leaves the change unclear.
    """
    if previous is None or result.value is None or previous.value is None or result.suppressed or previous.suppressed:
        return None
    difference = result.value - previous.value
    if result.low is None or result.high is None or previous.low is None or previous.high is None:
        return Change(difference, None, None, "unclear")
    down = (result.value - result.low) ** 2 + (previous.high - previous.value) ** 2
    up = (result.high - result.value) ** 2 + (previous.value - previous.low) ** 2
    low, high = difference - down**0.5, difference + up**0.5
    small = result.small or previous.small
    return Change(difference, low, high, "unclear" if small else _verdict(low, high, direction))


def corrected(items: Sequence[Item]) -> list[Item]:
    """Return the items of a report with their changes corrected together (Benjamini-Hochberg over those that have an
    interval): one whose q is .05 or more is unclear.
    """
    p = [np.nan if one.change is None or one.change.low is None or one.change.high is None
         else float(stats.interval_p(one.change.difference, one.change.low, one.change.high)) for one in items]
    return [one if one.change is None or q < ALPHA else replace(one, change=replace(one.change, verdict="unclear"))
            for one, q in zip(items, stats.benjamini_hochberg(p))]


def _verdict(low: float, high: float, direction: str) -> str:
    if low <= 0 <= high:
        return "unclear"
    if direction not in ("up", "down"):
        return "changed"
    return "better" if (low > 0) == (direction == "up") else "worse"
