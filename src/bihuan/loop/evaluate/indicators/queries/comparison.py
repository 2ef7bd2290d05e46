"""A value against another: the interval of the difference, and against a target."""

from __future__ import annotations

from math import sqrt

from bihuan.engine.indicators.contracts import Passport, Result


def difference(new: Result, old: Result) -> tuple[float, float, float] | None:
    """Return (difference, low, high) of two independent values from their own intervals; None when one is missing.

    Each limit is recovered from the limits of the two values (Newcombe 1998, method 10; Zou and Donner 2008 show it
    for any pair of estimates with intervals), so it holds for rates, means, medians and NPS alike, in their own unit.
    """
    parts = (new.value, new.low, new.high, old.value, old.low, old.high)
    if any(part is None for part in parts):
        return None
    value, low, high, other, other_low, other_high = parts
    gap = value - other
    return (
        gap,
        gap - sqrt((value - low) ** 2 + (other_high - other) ** 2),
        gap + sqrt((high - value) ** 2 + (other - other_low) ** 2),
    )


def verdict_of(low: float, high: float, direction: str) -> str:
    """Return what the interval of a difference allows to say: better | worse | changed | unclear."""
    if low <= 0 <= high:
        return "unclear"
    if direction == "none":
        return "changed"
    return "better" if (low > 0) == (direction == "up") else "worse"


def against_target(result: Result, target: float | None, direction: str) -> str | None:
    """Return met | missed | undecided for a value against its target; None without a value or a target.

    Undecided: the interval holds the target, so that chance alone could put the value on either side.
    """
    if target is None or result.value is None:
        return None
    if result.low is not None and result.high is not None and result.low < target < result.high:
        return "undecided"
    return "met" if is_met(result.value, target, direction) else "missed"


def is_met(value: float, target: float, direction: str) -> bool:
    """Return whether a value reaches its target; reaching it exactly counts."""
    return value <= target if direction == "down" else value >= target


def is_worthwhile(gap: float, passport: Passport) -> bool:
    """Return whether a difference is at least the smallest one the passport calls worth acting on."""
    return passport.worthwhile is None or abs(gap) >= passport.worthwhile
