"""Which cases a question is about: those of a period that meet a condition and that the asker may see."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from ..facts.store import connect
from ..home import Home
from ..indicators.compiled import sql_for
from ..indicators.contracts import EVERYTHING, Query, Scope
from ..indicators.evaluate import open_session, prepare
from ..indicators.shape import Frame, View, check_view
from ..indicators.slots import filled
from .log import Events, read_events

CASES = Frame("case", "opened", "agent")


def load_events(
    home: Home, *, where: str | None = None, scope: Scope = EVERYTHING, people: bool = True
) -> Events:
    """Read the events of the cases that meet ``where`` and that ``scope`` may see; see ``read_events``."""
    everything = where is None and scope.units is None and scope.agents is None
    chosen = None if everything else choose_cases(home, Query(where=where), scope)
    connection = connect(home)
    try:
        return read_events(connection, chosen, people=people)
    finally:
        connection.close()


def choose_cases(home: Home, query: Query, scope: Scope) -> pa.Array:
    """Return the ids of the cases opened in the query's period that meet its condition and the scope.

    Raises IndicatorError for a condition that cannot be read.
    """
    with open_session(home, query) as session:
        view, moments = prepare(session, query, scope)
        check_view(CASES, view.by, view.where, "process")
        executor = session.executor
        sql = moments.fill(sql_for("cases", [], view, executor.dialect, _cases))
        return executor.run(filled(sql, view, (), executor.dialect))["case"].combine_chunks()


def _cases(view: View) -> Any:
    from ..indicators.frames import build  # the compiler is loaded only for a question that is not kept compiled

    return build(CASES, view, ["case"]).select("case")
