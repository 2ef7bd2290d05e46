"""A value against another: the interval of the difference."""

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


def is_worthwhile(gap: float, passport: Passport) -> bool:
    """Return whether a difference is at least the smallest one the passport calls worth acting on."""
    return passport.worthwhile is None or abs(gap) >= passport.worthwhile
