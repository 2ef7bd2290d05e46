"""A review's frozen numbers with the rows behind them, and its cases as far as the reader may open them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bihuan.core.models import User
from bihuan.core.rights import can
from bihuan.engine.indicators.contracts import Result
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.plan.cycles.queries.cases import known_cases
from bihuan.loop.plan.cycles.queries.cycles import Cycle
from bihuan.loop.plan.cycles.queries.scoring import figures_of, indicator_titles
from bihuan.loop.plan.goals.queries.scopes import value_labels

from .questions import rows_address


@dataclass(frozen=True)
class Figure:
    """One key indicator of a review as frozen, and as frozen by the review before it."""

    title: str
    result: Result
    before: Result | None
    rows_url: str


@dataclass(frozen=True)
class CaseLine:
    """A case of a review; without ``facts`` it lies beyond the reader's reach, or is gone."""

    case: str
    why: str
    facts: dict[str, Any]
    channel: str
    kind: str


def figures_of_cycle(cycle: Cycle, user: User) -> list[Figure]:
    """Return a review's numbers; what the review before it kept is shown only to those who may see that one."""
    titles, opens = indicator_titles(), can(user, "evaluate.view_rows")
    seen = cycle.previous is not None and Cycle.objects.for_user(user).filter(pk=cycle.previous_id).exists()
    before = {one.indicator: one for one in figures_of(cycle.previous)} if seen and cycle.previous else {}
    span = Span(cycle.start, cycle.end)
    return [Figure(titles.get(one.indicator, one.indicator), one, before.get(one.indicator),
                   rows_address(one.indicator, cycle.kept, span) if opens and not one.suppressed else "")
            for one in figures_of(cycle)]


def cases_of(cycle: Cycle, user: User) -> list[CaseLine]:
    """Return the cases behind a review."""
    rows = list(cycle.cases.values_list("case", "why"))
    known, words = known_cases([case for case, _why in rows], user), value_labels()
    return [CaseLine(case, why, known.get(case, {}),
                     words["channel"].get(known.get(case, {}).get("channel") or "", ""),
                     words["kind"].get(known.get(case, {}).get("kind") or "", "")) for case, why in rows]
