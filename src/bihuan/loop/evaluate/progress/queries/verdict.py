"""What the data allow to say of a value and a target, and how much of the way has been gone."""

from __future__ import annotations

from math import sqrt

from bihuan.engine.indicators.contracts import Result

Interval = tuple[float, float, float]    # value, low, high


def verdict_of(result: Result | None, target: float, direction: str) -> str:
    """Return met | missed | undecided | none (no value to judge).

    Met and missed only where the whole interval lies on that side of the target; without an interval nothing can be
    told, nor from fewer rows than the definition asks for. A target at the very end of a scale (100 %, 0 %) has nothing
    beyond it: there the value itself decides.
    """
    if result is None or result.suppressed or result.value is None:
        return "none"
    if result.small:
        return "undecided"
    sign = -1 if direction == "down" else 1
    reached = sign * result.value >= sign * target
    if result.unit == "%" and target in (0.0, 1.0) and reached:
        return "met"
    if result.low is None or result.high is None:
        return "undecided"
    worst, best = (result.low, result.high) if direction != "down" else (result.high, result.low)
    if sign * worst >= sign * target:
        return "met"
    return "missed" if sign * best < sign * target else "undecided"


def progress_of(
    now: Interval, before: Interval, *, aim: str, amount: float,
) -> tuple[float, float | None, float | None]:
    """Return (progress, low, high): 0 is the baseline, 1 the target, below 0 worse than before.

    An absolute target leaves 1 - (target - now) / (target - before), a relative one (now / before - 1) / amount: each
    holds one ratio of two independent estimates, and so does its interval. None where the baseline's own interval
    holds the target (or 0, for a relative one): then the length of the way is not known.
    """
    if aim == "relative":
        ratio, low, high = ratio_of(now, before)
        ends = [None if end is None else (end - 1) / amount for end in (low, high)]
        middle = (ratio - 1) / amount
    else:
        left, way = (_turned(part, amount) for part in (now, before))
        ratio, low, high = ratio_of(left, way)
        ends = [None if end is None else 1 - end for end in (high, low)]
        middle = 1 - ratio
    if ends[0] is None or ends[1] is None:
        return middle, None, None
    return middle, min(ends), max(ends)


def ratio_of(above: Interval, under: Interval) -> tuple[float, float | None, float | None]:
    """Return the ratio of two independent estimates with the interval that follows from theirs (MOVER-R).

    Donner and Zou 2012, Statistical Methods in Medical Research 21:347-359, solved for either sign of the ratio; with
    symmetric intervals it is Fieller's. The limits are None where ``under`` is not told apart from 0.
    """
    if under[0] < 0:
        above, under = _negative(above), _negative(under)
    value, low, high = above
    base, base_low, base_high = under
    ratio = value / base
    if base_low <= 0:
        return ratio, None, None
    lower = _root(value, value - low, base, base_high - base if low >= 0 else base - base_low, -1)
    upper = _root(value, high - value, base, base - base_low if high >= 0 else base_high - base, 1)
    return ratio, lower, upper


def _root(value: float, reach: float, base: float, spread: float, sign: int) -> float | None:
    """Solve (value - r * base)^2 = reach^2 + (r * spread)^2 for the smaller or the greater r."""
    square = base**2 - spread**2
    inside = (value * base) ** 2 - square * (value**2 - reach**2)
    if square <= 0 or inside < 0:
        return None
    return (value * base + sign * sqrt(inside)) / square


def _turned(part: Interval, amount: float) -> Interval:
    """Return amount - part."""
    value, low, high = part
    return amount - value, amount - high, amount - low


def _negative(part: Interval) -> Interval:
    value, low, high = part
    return -value, -high, -low
