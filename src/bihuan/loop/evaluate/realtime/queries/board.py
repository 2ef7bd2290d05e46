"""The live board: counts, clocks, agents and today's indicators at one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.urls import reverse

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.engine.indicators.contracts import Query, Result, Scope
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.cells import cell_of
from bihuan.loop.evaluate.indicators.queries.scoping import units_are
from bihuan.loop.evaluate.indicators.queries.words import in_language
from bihuan.ui import formats

from ..contracts import AGENT_STATES, AgentCount, Counts, Figure, Live, LiveCase, LiveState, Moment
from ..rights import reach
from .live import agent_states, live_cases, what_is_known

# What a desk looks at during the day, where the workspace's data can answer it.
USUAL = ("contact_volume", "answer_rate", "service_level", "pickup", "online_first_response", "response_compliance",
         "resolution_compliance", "csat", "abandonment", "complaint_volume")
MOST_FIGURES = 8
URGENT = 10


def live_board(state: LiveState, moment: Moment, user: User, *, indicators: Sequence[str] = ()) -> Live:
    """Return everything the tiles of a state show, within the person's own scope."""
    scope = reach(user)
    cases = flagged(live_cases(moment.at, scope, state.unit), moment.at, state.within_minutes)
    names = unit_names()
    agents = agent_states(moment.at, scope, state.unit) if "agents" in state.tiles else None
    return Live(
        moment=moment, total=_total(cases), units=_by_unit(cases, names) if "units" in state.tiles else (),
        agents=_agents(agents),
        urgent=urgent(cases, moment.at, URGENT) if "urgent" in state.tiles else (),
        figures=figures(scope, state.unit, moment.at, indicators) if "indicators" in state.tiles else (),
        knows=what_is_known())


def flagged(cases: pa.Table, at: datetime, within_minutes: int) -> pa.Table:
    """Add ``overdue`` and ``at_risk``: the first pending clock has run out, or does so within the minutes."""
    limit = pa.scalar(at, cases["due"].type)
    soon = pa.scalar(at + timedelta(minutes=within_minutes), cases["due"].type)
    overdue = pc.fill_null(pc.less_equal(cases["due"], limit), False)
    near = pc.fill_null(pc.less_equal(cases["due"], soon), False)
    return cases.append_column("overdue", overdue).append_column("at_risk", pc.and_not(near, overdue))


def _count(cases: pa.Table, column: str) -> int:
    return int(pc.sum(pc.cast(cases[column], pa.int64())).as_py() or 0)


def _total(cases: pa.Table) -> Counts:
    return Counts("", "", cases.num_rows, _count(cases, "waiting"), _count(cases, "at_risk"),
                  _count(cases, "overdue"), pc.max(cases["wait_s"]).as_py())


def _by_unit(cases: pa.Table, names: dict[str, str]) -> tuple[Counts, ...]:
    """Return one line a unit, the one with most overdue cases first."""
    columns = ("waiting", "at_risk", "overdue")
    thin = cases.select(["unit", "wait_s"])
    for column in columns:
        thin = thin.append_column(column, pc.cast(cases[column], pa.int64()))
    grouped = thin.group_by("unit").aggregate(
        [([], "count_all"), *((column, "sum") for column in columns), ("wait_s", "max")])
    lines = [Counts(row["unit"] or "", names.get(row["unit"] or "", row["unit"] or ""), row["count_all"],
                    row["waiting_sum"], row["at_risk_sum"], row["overdue_sum"], row["wait_s_max"])
             for row in grouped.to_pylist()]
    return tuple(sorted(lines, key=lambda line: (-line.overdue, -line.at_risk, -line.open, line.name)))


def _agents(states: pa.Table | None) -> tuple[AgentCount, ...]:
    """Return every state with how many are in it; states that never occur are shown as 0 once anybody is known."""
    if states is None or not states.num_rows:
        return ()
    found: dict[str, list[int]] = defaultdict(list)
    for row in states.select(["state", "seconds"]).to_pylist():
        found[row["state"] if row["state"] in AGENT_STATES else "busy"].append(row["seconds"] or 0)
    return tuple(AgentCount(state, str(label), len(found[state]), max(found[state], default=None))
                 for state, label in AGENT_STATES.items())


def urgent(cases: pa.Table, at: datetime, count: int, offset: int = 0) -> tuple[LiveCase, ...]:
    """Return cases by the clock that runs out first; those without one come last, the oldest first."""
    order = pc.sort_indices(cases, sort_keys=[("due", "ascending"), ("opened", "ascending")])
    return tuple(_case(row, at) for row in cases.take(order[offset:offset + count]).to_pylist())


def _case(row: dict[str, Any], at: datetime) -> LiveCase:
    due = row["due"]
    clock = next((name for name in ("first_response", "resolution", "promised") if due and row[name] == due), "")
    return LiveCase(
        row["case"], row["external_id"] or row["case"], row["channel"] or "", row["kind"] or "", row["priority"] or "",
        row["unit"] or "", row["agent"] or "", row["opened"], clock, due,
        int((due - at).total_seconds()) if due else None, row["wait_s"])


def figures(scope: Scope, unit: str, at: datetime, chosen: Sequence[str] = ()) -> tuple[Figure, ...]:
    """Return the indicators of the moment's day with their targets; those without any row are left out."""
    day = at.astimezone(workspace.zone()).date()
    known = engine.passports()
    names = [name for name in (chosen or USUAL) if name in known]
    where = units_are((unit,)) if unit else None
    found = {result.indicator: result for result in engine.ask(
        Query(indicators=tuple(names), period="all", start=day, end=day, where=where), scope)} if names else {}
    cells = [(name, cell_of(known[name], found.get(name))) for name in names]
    shown = [Figure(in_language(known[name].title), cell, _interval(cell.result), _url(name, day))
             for name, cell in cells if cell.has_value]
    return tuple(shown[:MOST_FIGURES])


def _url(name: str, day: date) -> str:
    return f"{reverse('indicators:indicator', args=[name])}?period=custom&from={day}&to={day}"


def _interval(result: Result) -> str:
    return formats.interval(result.low, result.high, result.unit)
