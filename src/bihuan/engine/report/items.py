"""The items of a report: every indicator that has data, lowest first, with trend, change and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from ..home import Home
from ..indicators.contracts import Passport, Result, Scope
from ..indicators.evaluate import evaluate
from ..indicators.rows import rows
from ..indicators.series import series
from .changes import compare
from .contracts import Item
from .evidence import gather
from .frames import Frame
from .words import Words

DETAILED = 12        # items with trend and evidence; the rest are lines of the table


def build_items(
    home: Home, frame: Frame, scope: Scope, passports: Mapping[str, Passport], words: Words, zone: ZoneInfo
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return the items, lowest first, and the titles of the indicators without data in the period."""
    results = {one.indicator: one for one in evaluate(home, replace(frame.query, by=()), scope)}
    before = _before(home, frame, scope)
    shown = [one for one in results.values() if one.n > 0 and (one.value is not None or one.suppressed)]
    missing = tuple(words.of(passport.title) for name, passport in passports.items()
                    if name not in {one.indicator for one in shown})
    items = []
    for place, result in enumerate(sorted(shown, key=lambda one: rank(one, passports[one.indicator]))):
        passport = passports[result.indicator]
        item = Item(
            key=f"i{place + 1}", title=words.of(passport.title), result=result, previous=before.get(result.indicator),
            change=compare(result, before.get(result.indicator), passport.direction),
        )
        items.append(_detailed(home, frame, scope, item, passport, zone) if place < DETAILED else item)
    return tuple(items), missing


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


def _before(home: Home, frame: Frame, scope: Scope) -> dict[str, Result]:
    if frame.previous is None:
        return {}
    found: Sequence[Result] = evaluate(home, replace(frame.previous, by=()), scope)
    return {one.indicator: one for one in found}


def _detailed(
    home: Home, frame: Frame, scope: Scope, item: Item, passport: Passport, zone: ZoneInfo
) -> Item:
    if item.result.suppressed:
        return item
    trend = series(home, passport.name, replace(frame.trend, by=()), scope)
    evidence = gather(rows(home, replace(frame.query, by=(), indicators=(passport.name,)), scope), passport, zone)
    return replace(item, trend=tuple(trend), evidence=evidence)
