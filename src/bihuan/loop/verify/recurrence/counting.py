"""Counting a watched type: its cases and those it is counted against, by day, and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bihuan.core import workspace
from bihuan.engine.effects.recurrence import BLOCK_DAYS, Block, Estimate, Recurrence, Seen
from bihuan.engine.effects.recurrence import watch as judge
from bihuan.engine.indicators.contracts import EVERYTHING, Query
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.plan.goals.contracts import Filters, filters_of
from bihuan.loop.plan.goals.queries.conditions import unit_kinds, where_of
from bihuan.serve.customers.queries.session import ask

from .models import Watch

INDICATOR = "contact_volume"
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """Some days, both ends included; no day where the last lies before the first."""

    first: date
    last: date


@dataclass(frozen=True)
class Counted:
    """One look at a watch: its windows, what they hold, what that says; ``last`` is the day of the last case."""

    before: Window
    after: Window
    blocks: tuple[Window, ...]
    seen: tuple[Seen, Seen, tuple[Seen, ...]]
    found: Recurrence
    last: date | None
    is_cut: bool                         # the data begin after the first of the days that were to be looked at

    def course(self) -> dict[str, Any]:
        """Return it as the watch keeps it."""
        before, after, blocks = self.seen
        return {
            "before": _side(self.before, before, self.found.before) | {"cut": self.is_cut},
            "after": _side(self.after, after, self.found.after), "ratio": vars(self.found.ratio),
            "verdict": self.found.verdict,
            "blocks": [_block(window, one) for window, one in zip(self.blocks, self.found.blocks, strict=True)]}


def of_type(row: Watch) -> Filters:
    """Return the filters of the cases of the type."""
    return filters_of({"kind": ["complaint"], "topic": [row.topic], "product": [row.product] if row.product else [],
                       "unit": [row.unit_code] if row.unit_code else []})


def of_base(row: Watch) -> Filters:
    """Return the filters of the cases that the type is counted against."""
    return filters_of({"product": [row.product] if row.base == "product" else [],
                       "unit": [row.unit_code] if row.unit_code else []})


def where_of_type(row: Watch) -> str:
    return where_of(of_type(row), unit_kinds()) or ""


def count(row: Watch) -> Counted:
    """Count a watch up to the last whole day of the data. Raises goals' FilterError for a name that cannot be asked."""
    until = engine.today() - DAY
    since = row.since if row.since is not None and row.since <= until else until + DAY
    before, after = _before(since, row.before_days), Window(since, until)
    blocks = tuple(Window(since + number * BLOCK_DAYS * DAY, since + ((number + 1) * BLOCK_DAYS - 1) * DAY)
                   for number in range(((until - since).days + 1) // BLOCK_DAYS))
    kinds = unit_kinds()
    events = _by_day(where_of(of_type(row), kinds), before.first, until)
    base = _by_day(where_of(of_base(row), kinds), before.first, until)

    def seen(window: Window) -> Seen:
        return Seen(_sum(events, window), _sum(base, window))

    held = seen(before), seen(after), tuple(seen(one) for one in blocks)
    return Counted(before, after, blocks, held, judge(*held), max(events, default=None),
                   before.first > since - row.before_days * DAY)


def before_the_change(row: Watch) -> tuple[Window, int]:
    """Return the four weeks before the prevention and their cases of the type: the first sighting of the finding."""
    until = engine.today() - DAY
    since = row.since if row.since is not None and row.since <= until else until + DAY
    window = _before(since, BLOCK_DAYS)
    return window, _sum(_by_day(where_of_type(row), window.first, window.last), window)


def _before(since: date, days: int) -> Window:
    """The days before the prevention, from the first day of the data on: nothing is known of those before it."""
    told = ask("SELECT min(opened) AS at FROM fact_case")[0]["at"]
    first = since - days * DAY
    return Window(max(first, min(workspace.day_of(told), since)) if told else first, since - DAY)


def _by_day(where: str | None, first: date, last: date) -> dict[date, int]:
    found = engine.ask(Query((INDICATOR,), (), "day", first, last, where), EVERYTHING)
    return {date.fromisoformat(one.period): one.n for one in found if one.n}


def _sum(days: Mapping[date, int], window: Window) -> int:
    return sum(count for day, count in days.items() if window.first <= day <= window.last)


def _side(window: Window, seen: Seen, rate: Estimate) -> dict[str, Any]:
    return {"first": window.first.isoformat(), "last": window.last.isoformat(), "events": seen.events,
            "base": seen.base, **vars(rate)}


def _block(window: Window, one: Block) -> dict[str, Any]:
    return {**_side(window, one.seen, one.rate), "expected": one.expected, "p": one.p, "alarm": one.alarm}
