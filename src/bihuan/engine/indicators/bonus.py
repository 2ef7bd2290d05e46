"""The step table of a bonus: what share of it a rate keeps that falls short of its target, point by point."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from .contracts import Bonus, Result


@dataclass(frozen=True)
class Step:
    """Values from ``worse`` to below ``better`` keep ``share``; None is no end. Better is what the direction says."""

    worse: float | None
    better: float | None
    share: float


def share_at(value: float, target: float, bonus: Bonus, direction: str) -> float:
    """Return the share of the bonus a value keeps: each percentage point short of the target, begun ones too, costs.

    >>> half = Bonus(per_point=0.1, most=0.5)
    >>> [round(share_at(rate, 0.95, half, "up"), 2) for rate in (0.97, 0.95, 0.949, 0.94, 0.939, 0.5)]
    [1.0, 1.0, 0.9, 0.9, 0.8, 0.5]
    """
    return 1 - min(_short(value, target, direction) * bonus.per_point, bonus.most)


def steps(target: float, bonus: Bonus, direction: str) -> tuple[Step, ...]:
    """Return the table from the whole bonus down to the least that is kept, as far as a share from 0 to 1 can go.

    >>> [step.worse for step in steps(0.02, Bonus(per_point=0.1, most=0.5), "up")]
    [0.02, 0.01, None]
    """
    sign = -1 if direction == "down" else 1
    count = min(ceil(round(bonus.most / bonus.per_point, 9)), 100)  # no rate falls short by more points
    edges = [round(target - sign * place / 100, 9) for place in range(count)]
    edges = [edge for place, edge in enumerate(edges) if place == 0 or 0 < edge < 1]
    shares = [1 - min(place * bonus.per_point, bonus.most) for place in range(len(edges) + 1)]
    ends = [None, *edges]
    return tuple(Step(worse, better, share) for worse, better, share in zip([*edges, None], ends, shares, strict=True))


def share_of(result: Result, target: float, bonus: Bonus, direction: str) -> tuple[float, float, float] | None:
    """Return what a result keeps with the least and the most that its interval allows.

    None without a value, where the value is withheld, and below the minimum n: a few cases decide no pay.
    """
    if result.value is None or result.suppressed or result.small or result.low is None or result.high is None:
        return None
    value, low, high = (share_at(part, target, bonus, direction) for part in (result.value, result.low, result.high))
    return value, min(low, high, value), max(low, high, value)


def _short(value: float, target: float, direction: str) -> int:
    """Percentage points short, a begun one counted whole; rounded first, since 95 % less 94 % is a little over 1."""
    return max(0, ceil(round(100 * (value - target if direction == "down" else target - value), 9)))
