"""What a vendor's contract demands, and how points and the settlement coefficient follow from numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

# Beside fewer other units than these, a vendor could work out what one of them had: its own people are not told.
LEAST_PEERS = 3
MIX = ("channel", "topic")               # cases of equal kind, where the indicator's rows know it
MOST_ITEMS = 12
# What the mark of a row means.
MARKS: dict[str, Any] = {"small": _("样本不足，不计分也不扣分"), "none": _("没有数据，不计分"),
                         "unsure": _("与相邻档不可区分，扣分不确定")}
SOON_DAYS, MOST_CONFIRM_DAYS = 3, 60


@dataclass(frozen=True)
class Item:
    """One indicator of a contract: its weight and its steps, (limit, points), the best first."""

    indicator: str
    weight: float
    steps: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Terms:
    """The rule table of one version: items, and (least score, coefficient) from the highest down."""

    items: tuple[Item, ...]
    coefficients: tuple[tuple[float, float], ...]

    def as_json(self) -> dict[str, Any]:
        return {"items": [[one.indicator, one.weight, [list(step) for step in one.steps]] for one in self.items],
                "coefficients": [list(one) for one in self.coefficients]}


def terms_from(told: dict[str, Any]) -> Terms:
    """Return what ``as_json`` kept."""
    return Terms(tuple(Item(name, weight, tuple((a, b) for a, b in steps)) for name, weight, steps in told["items"]),
                 tuple((a, b) for a, b in told["coefficients"]))


def points_of(value: float | None, item: Item, direction: str) -> float | None:
    """Return the points of the best step a value meets, 0 below all of them; None for no value.

    >>> item = Item("fcr", 1, ((0.85, 100), (0.8, 80), (0.7, 60)))
    >>> [points_of(one, item, "up") for one in (0.9, 0.8, 0.5, None)]
    [100, 80, 0.0, None]
    """
    if value is None:
        return None
    for limit, points in item.steps:
        if value >= limit if direction == "up" else value <= limit:
            return points
    return 0.0


def coefficient_of(score: float | None, terms: Terms) -> float | None:
    """Return the settlement coefficient of a score; None where nothing could be scored.

    >>> terms = Terms((), ((95, 1.05), (85, 1.0), (0, 0.9)))
    >>> [coefficient_of(one, terms) for one in (96, 85, 20, None)]
    [1.05, 1.0, 0.9, None]
    """
    if score is None:
        return None
    return next((coefficient for least, coefficient in terms.coefficients if score >= least), None)


def weighted(pairs: Sequence[tuple[float | None, float]]) -> float | None:
    """Return the mean of (points, weight) over those that have points; None when none has.

    An item without points neither adds nor takes away: the weights of the others carry the whole.
    """
    known = [(points, weight) for points, weight in pairs if points is not None]
    total = sum(weight for _points, weight in known)
    return sum(points * weight for points, weight in known) / total if total else None


@dataclass(frozen=True)
class Scored:
    """One item of a month: ``points`` None where too few rows (``mark`` small), or none, may not be scored.

    ``worst`` and ``best`` are the points at the ends of the value's interval: where they differ the mark is unsure.
    """

    item: Item
    result: dict[str, Any]
    points: float | None
    worst: float | None
    best: float | None
    mark: str                            # "" | small | none | unsure
    adjusted: dict[str, Any] | None = field(default=None)
