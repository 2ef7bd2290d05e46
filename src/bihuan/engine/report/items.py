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
from .changes import compare, corrected
from .contracts import Item
from .evidence import gather
from .frames import Frame
from .standing import choose_detailed, rank
from .words import Words


def build_items(
    home: Home, frame: Frame, scope: Scope, passports: Mapping[str, Passport], words: Words, zone: ZoneInfo
) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """Return the items, lowest first, and the titles of the indicators without data in the period."""
    results = {one.indicator: one for one in evaluate(home, replace(frame.query, by=()), scope)}
    before = _before(home, frame, scope)
    shown = [one for one in results.values() if one.n > 0 and (one.value is not None or one.suppressed)]
    missing = tuple(words.of(passport.title) for name, passport in passports.items()
                    if name not in {one.indicator for one in shown})
    shown.sort(key=lambda one: rank(one, passports[one.indicator]))
    items = corrected([_item(place, one, passports[one.indicator], before.get(one.indicator), words)
                       for place, one in enumerate(shown, start=1)])
    chosen = {item.key for item in choose_detailed(items)}
    detailed = (_detailed(home, frame, scope, item, passports[item.result.indicator], zone)
                if item.key in chosen else item for item in items)
    return tuple(detailed), missing


def _item(place: int, result: Result, passport: Passport, previous: Result | None, words: Words) -> Item:
    change = compare(result, previous, passport.direction)
    return Item(key=f"i{place}", title=words.of(passport.title), result=result, previous=previous, change=change)


def _before(home: Home, frame: Frame, scope: Scope) -> dict[str, Result]:
    if frame.previous is None:
        return {}
    found: Sequence[Result] = evaluate(home, replace(frame.previous, by=()), scope)
    return {one.indicator: one for one in found}


def _detailed(
    home: Home, frame: Frame, scope: Scope, item: Item, passport: Passport, zone: ZoneInfo
) -> Item:
    trend = series(home, passport.name, replace(frame.trend, by=()), scope)
    evidence = gather(rows(home, replace(frame.query, by=(), indicators=(passport.name,)), scope), passport, zone)
    return replace(item, trend=tuple(trend), evidence=evidence)
