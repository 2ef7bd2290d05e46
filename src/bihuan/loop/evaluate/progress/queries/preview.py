"""What a scope matches now, in all and by channel, before it is saved."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.loop.evaluate.indicators.contracts import BoardState, Span
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.names import group_label, names_of
from bihuan.loop.evaluate.indicators.queries.periods import span_of
from bihuan.loop.plan.goals.contracts import Filters
from bihuan.loop.plan.goals.queries.scopes import PRESET_OF

from .questions import question, unit_kinds


@dataclass(frozen=True)
class Matched:
    """How many cases a scope has: in its last whole period, and in all; ``channels`` by name, of all of them."""

    span: Span
    cases: int
    total: int
    channels: tuple[tuple[str, int], ...]


def matched(filters: Filters, period_kind: str, user: User) -> Matched:
    """Return how many cases within the person's reach a scope matches."""
    scope, kinds = scope_of(user, "evaluate.view_board"), unit_kinds()
    span = span_of(BoardState(preset=PRESET_OF.get(period_kind, "last_month")), engine.today())

    def count(days: Span, by: tuple[str, ...] = ()) -> dict[str, int]:
        found = engine.ask(question(["contact_volume"], filters, days, kinds, by=by), scope)
        return {(one.group[by[0]] or "") if by else "": one.n for one in found}

    channels, names = count(Span(None, None), ("channel",)), names_of("channel")
    listed = sorted(channels.items(), key=lambda one: -one[1])
    return Matched(span, sum(count(span).values()), sum(channels.values()),
                   tuple((group_label("channel", code, names), n) for code, n in listed))
