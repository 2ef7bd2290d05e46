"""What a problem does to customers and costs, where the data and the workspace's settings say so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa

from bihuan.core import workspace
from bihuan.engine.facts.store import as_of, connect
from bihuan.engine.findings.impact import Told, cost_of, left_after
from bihuan.engine.indicators.contracts import EVERYTHING, Query
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.process.selection import choose_cases

from ..contracts import impact


def money_of(where: str, start: date, end: date, whole: dict[tuple[date, date], dict[str, Told]]
             ) -> dict[str, dict[str, Any]]:
    """Return churn and cost of a place; ``whole`` keeps those of everything by span. Nothing where nothing is known."""
    if (start, end) not in whole:
        whole[start, end] = _money(lambda: _cases(None, start, end))
    try:
        there = _money(lambda: _cases(where or None, start, end)) if whole[start, end] else {}
    except IndicatorError:
        return {}           # the place is told by something that cases do not have
    return compared(there, whole[start, end])


def money_of_cases(cases: pa.Array, all_cases: pa.Array) -> dict[str, dict[str, Any]]:
    """Return churn and cost of some cases against those they were picked from."""
    return compared(_money(lambda: cases), _money(lambda: all_cases))


def compared(there: dict[str, Told], whole: dict[str, Told]) -> dict[str, dict[str, Any]]:
    return {name: impact(one.value, whole[name].value, one.n, low=one.low, high=one.high, immature=one.immature)
            for name, one in there.items() if name in whole and (one.value is not None or one.immature)}


def _money(cases: Callable[[], pa.Array]) -> dict[str, Told]:
    facts = workspace.facts()
    attribute, values = facts.churn
    reached = as_of(workspace.home())
    with connect(workspace.home()) as con:
        paid = con.execute("SELECT count(*) FROM concessions").fetchall()[0][0]
        if not attribute and not paid and facts.hour_cost is None:
            return {}
        found = cases()
        told = {"churn": left_after(con, found, reached, attribute, values)} if attribute and reached else {}
        return {name: one for name, one in (told | {"cost": cost_of(con, found, facts.hour_cost)}).items()
                if one.value is not None or one.immature}


def _cases(where: str | None, start: date, end: date) -> pa.Array:
    return choose_cases(workspace.home(), Query(where=where, start=start, end=end), EVERYTHING)
