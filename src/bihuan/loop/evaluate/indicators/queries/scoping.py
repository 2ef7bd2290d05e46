"""A board's filters as the engine takes them: units narrow the scope, everything else is an expression."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from bihuan.engine.indicators.contracts import Query, Scope

from ..contracts import BoardState, Span
from ..rights import narrowed


class FilterError(ValueError):
    """A filter that cannot be said in the language of definitions."""


def scope_for(state: BoardState, scope: Scope) -> Scope:
    """Return a person's scope cut down to the units the address names."""
    return narrowed(scope, state.chosen("unit"))


def where_of(state: BoardState, group: Iterable[tuple[str, str | None]] = ()) -> str | None:
    """Return the address's filters, and the groups of a cell, as one condition; None when there is none."""
    parts = [
        f"{dimension} in ({', '.join(quoted(value) for value in values)})"
        for dimension, values in state.filters if dimension != "unit"
    ]
    parts += [
        f"{dimension} is null" if value is None else f"{dimension} = {quoted(value)}" for dimension, value in group
    ]
    return " and ".join(parts) or None


def quoted(text: str) -> str:
    """Return a text as the grammar writes it; it has two kinds of quotes and no escape."""
    for quote in ('"', "'"):
        if quote not in text:
            return f"{quote}{text}{quote}"
    raise FilterError(_("“{text}”同时含有单引号和双引号，无法用作筛选条件。").format(text=text))


def query_of(
    state: BoardState, span: Span, indicators: Iterable[str], *, by: tuple[str, ...] = (), period: str = "all",
    group: Iterable[tuple[str, str | None]] = (),
) -> Query:
    """Return the engine's question for one span of a board."""
    return Query(
        indicators=tuple(indicators), by=by, period=period, start=span.start, end=span.end,
        where=where_of(state, group),
    )
