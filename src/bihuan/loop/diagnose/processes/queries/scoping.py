"""A process page that keeps to a review's scope, or to one review: its filters and days become the address's."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.loop.evaluate.indicators.contracts import Choice
from bihuan.loop.plan.cycles.queries.cycles import cycle_for
from bihuan.loop.plan.goals.contracts import Filters
from bihuan.loop.plan.goals.queries.scopes import usable, usable_one

from ..contracts import FILTERS, State


def within_scope(user: User, state: State, *, scope: str, cycle: str) -> State:
    """Return the state with the filters of a scope, or the filters and days of a review, in place of its own.

    Dimensions that the scope leaves open keep what the page had; what the person may not see is refused.
    """
    if cycle.isdecimal():
        row = cycle_for(user, int(cycle))
        return _with(state, row.kept).with_(start=row.start, end=row.end)
    return _with(state, usable_one(user, scope).kept)


def scopes_of(user: User, state: State) -> list[Choice]:
    """Return the scopes a page can keep to; chosen is the one whose filters the state has."""
    own = {name: values for name, values in state.filters if name != "source"}
    return [Choice(str(one.pk), one.scope.name, dict(one.kept) == own) for one in usable(user)]


def _with(state: State, filters: Filters) -> State:
    found = dict(state.filters) | dict(filters)
    return state.with_(filters=tuple((name, found[name]) for name in FILTERS if name in found), variant="")
