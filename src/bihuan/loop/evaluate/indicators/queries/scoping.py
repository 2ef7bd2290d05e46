"""A board's filters in the language of definitions. What a person may see is the scope's affair, never a filter's."""

from __future__ import annotations

from collections.abc import Iterable

from bihuan.core.models import Unit
from bihuan.engine.indicators.contracts import Query
from bihuan.loop.plan.goals.queries.conditions import FilterError, is_one_of, quoted

from ..contracts import BoardState, Span

__all__ = ["FilterError", "is_one_of", "kinds_of", "query_of", "quoted", "single_values", "units_are", "where_of"]

Group = Iterable[tuple[str, str | None]]


def where_of(state: BoardState, group: Group = ()) -> str | None:
    """Return the address's filters, and the groups of a cell, as one condition; None when there is none."""
    parts = [
        units_are(values) if dimension == "unit" else is_one_of(dimension, values)
        for dimension, values in state.filters
    ]
    parts += [
        f"{dimension} is null" if value is None else f"{dimension} = {quoted(value)}" for dimension, value in group
    ]
    return " and ".join(parts) or None


def units_are(codes: tuple[str, ...]) -> str:
    """Return the condition that a row belongs to one of some units, each by the dimension of its kind."""
    kinds: dict[str, list[str]] = {}
    for code, kind in sorted(kinds_of(codes).items()):
        kinds.setdefault(kind, []).append(code)
    parts = [is_one_of(kind, found) for kind, found in sorted(kinds.items())]
    return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"


def kinds_of(codes: Iterable[str]) -> dict[str, str]:
    """Return {code: team | centre | vendor | department}; a code that is no unit is looked for in the fact's own."""
    known = dict(Unit.objects.filter(code__in=list(codes)).values_list("code", "kind"))
    return {code: known.get(code, "unit") for code in codes}


def single_values(state: BoardState) -> tuple[str, ...]:
    """Return the dimensions of which the address keeps exactly one value.

    Totals are grouped by them too, so that the target and bands set for that value are the ones that judge.
    """
    return tuple(
        next(iter(kinds_of(values).values())) if dimension == "unit" else dimension
        for dimension, values in state.filters if len(values) == 1
    )


def query_of(
    state: BoardState, span: Span, indicators: Iterable[str], *, by: tuple[str, ...] = (), period: str = "all",
    group: Group = (),
) -> Query:
    """Return the engine's question for one span of a board."""
    return Query(
        indicators=tuple(indicators), by=by, period=period, start=span.start, end=span.end,
        where=where_of(state, group),
    )
