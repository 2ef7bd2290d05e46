"""A goal's rows in the words of the engine and of an address; units are looked up once for a whole list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.engine.indicators.contracts import Query, Result, Scope
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.periods import days_of
from bihuan.loop.plan.goals.contracts import Baseline, Filters
from bihuan.loop.plan.goals.queries.conditions import unit_kinds, where_of
from bihuan.loop.plan.goals.queries.scopes import address_pairs

__all__ = ["address", "baseline_of", "first_day", "question", "rows_address", "unit_kinds", "value_of", "where_of"]


def question(
    indicators: Iterable[str], filters: Filters, span: Span, kinds: dict[str, str], *, by: tuple[str, ...] = (),
    period: str = "all",
) -> Query:
    """Return the engine's question for some days of a scope."""
    return Query(indicators=tuple(indicators), by=by, period=period, start=span.start, end=span.end,
                 where=where_of(filters, kinds))


def value_of(
    indicator: str, filters: Filters, span: Span, scope: Scope, kinds: dict[str, str],
) -> Result | None:
    """Return one indicator's value; None when its rows lack a dimension of the filters."""
    found = engine.ask(question([indicator], filters, span, kinds), scope)
    return found[0] if found else None


def baseline_of(indicator: str, filters: Filters, start: date, end: date, scope: Scope) -> Baseline:
    """Return what the data say of a baseline period, to be kept with the goal."""
    found = value_of(indicator, filters, Span(start, end), scope, unit_kinds())
    if found is None or found.suppressed:
        return Baseline(None, found.n if found else 0)
    return Baseline(found.value, found.n, found.low, found.high, found.small, found.immature, found.version,
                    found.as_of)


def first_day(user: User) -> date | None:
    """Return the first day of the first month that has cases within the person's reach."""
    found = engine.ask(Query(indicators=("contact_volume",), period="month"), scope_of(user, "evaluate.view_board"))
    return days_of(found[0].period).start if found else None


def address(filters: Filters, span: Span, **more: str) -> str:
    """Return the query string of a board or a list of rows with these filters and days."""
    days = [(name, day.isoformat()) for name, day in (("from", span.start), ("to", span.end)) if day]
    period = [("period", "custom"), *days] if days else [("period", "all")]
    return urlencode([*period, *more.items(), *address_pairs(filters)])


def rows_address(indicator: str, filters: Filters, span: Span) -> str:
    """Return the address of the rows behind a value."""
    return f"{reverse('indicators:rows', args=[indicator])}?{address(filters, span)}"
