"""The lists behind the tiles: which cases, which agents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import overload

import pyarrow as pa
import pyarrow.compute as pc

from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.loop.evaluate.indicators.queries.names import agent_names, group_label

from ..contracts import AGENT_STATES, LiveCase, LiveState, Moment
from ..rights import ROWS, reach
from .board import flagged, urgent
from .live import agent_states, live_cases

COLUMN = {"queue": "waiting", "at_risk": "at_risk", "overdue": "overdue"}


class CaseList(Sequence[LiveCase]):
    """The cases of one list in the order of urgency; only the page that is shown is taken out of the table."""

    def __init__(self, cases: pa.Table, at: datetime) -> None:
        self._cases, self._at = cases, at

    def __len__(self) -> int:
        return self._cases.num_rows

    @overload
    def __getitem__(self, index: int) -> LiveCase: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[LiveCase]: ...

    def __getitem__(self, index: int | slice) -> LiveCase | Sequence[LiveCase]:
        if isinstance(index, slice):
            first, last, _step = index.indices(len(self))
            return urgent(self._cases, self._at, last - first, first)
        return urgent(self._cases, self._at, 1, index)[0]


def case_list(name: str, state: LiveState, moment: Moment, user: User) -> CaseList:
    """Return the cases behind one tile, within what the person may open."""
    cases = flagged(live_cases(moment.at, reach(user, ROWS), state.unit), moment.at, state.within_minutes)
    return CaseList(cases.filter(cases[COLUMN[name]]) if name in COLUMN else cases, moment.at)


@dataclass(frozen=True)
class AgentLine:
    """One agent with the present state."""

    name: str
    unit: str
    state: str
    label: str
    seconds: int


def agent_list(state: LiveState, moment: Moment, user: User) -> list[AgentLine]:
    """Return agents by state, the longest first."""
    names, units, order = agent_names(), unit_names(), list(AGENT_STATES)
    found = agent_states(moment.at, reach(user), state.unit)
    kept = pc.fill_null(found["state"], "busy").to_pylist()
    lines = [AgentLine(group_label("agent", row["agent"], names), units.get(row["unit"] or "", row["unit"] or "—"),
                       told if told in AGENT_STATES else "busy", "", row["seconds"] or 0)
             for row, told in zip(found.to_pylist(), kept, strict=True)]
    lines = [AgentLine(one.name, one.unit, one.state, str(AGENT_STATES[one.state]), one.seconds) for one in lines]
    return sorted(lines, key=lambda one: (order.index(one.state), -one.seconds, one.name))
