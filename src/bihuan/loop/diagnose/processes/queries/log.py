"""The events a person may see, as an index kept in memory while facts, filters and reach are the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from bihuan.core import workspace
from bihuan.engine.facts.schema import NOT_DONE
from bihuan.engine.facts.store import connect
from bihuan.engine.indicators.contracts import Query, Scope
from bihuan.engine.process.behind import cases_of_path, keep_cases
from bihuan.engine.process.discover import seconds_between
from bihuan.engine.process.graph import Clock
from bihuan.engine.process.log import EventIndex, build_index, read_events
from bihuan.engine.process.selection import choose_cases
from bihuan.loop.evaluate.indicators.contracts import Span
from bihuan.loop.evaluate.indicators.queries.cache import BoundedCache, data_version, results
from bihuan.loop.evaluate.indicators.queries.scoping import where_of

from ..contracts import State
from .address import board_of, span_of

# An index of six million events takes 110 MB.
indexes = BoundedCache(3)
SOURCES = "SELECT DISTINCT source FROM events WHERE source IS NOT NULL ORDER BY source"
MEANINGS = f"""
    SELECT activity, mode(kind), mode(cause) FROM events WHERE activity NOT IN {NOT_DONE} GROUP BY activity"""
SOURCE_OF_CASE = "SELECT c.source FROM asked LEFT JOIN cases c ON c.id = asked.id ORDER BY asked.place"


def index_of(state: State, scope: Scope, span: Span | None = None, *, also: str = "") -> EventIndex:
    """Return the events of the cases opened in the state's period (or ``span``) that meet its filters and the scope.

    ``also`` is one more condition, in the grammar of ``--where``.
    """
    home, days = workspace.home(), span or span_of(state)
    where = " and ".join(part for part in (where_of(board_of(state)), f"({also})" if also else "") if part) or None

    def compute() -> EventIndex:
        chosen = choose_cases(home, Query(where=where, start=days.start, end=days.end), scope)
        with connect(home) as connection:
            return build_index(read_events(connection, chosen))

    index = indexes.get((data_version(home), scope, where, days), compute)
    return keep_cases(index, cases_of_path(index, state.variant)) if state.variant else index


def clock_of(state: State) -> Clock:
    """Return the function that measures a step on the state's clock."""
    return seconds_between(workspace.home(), state.clock)


def kept(key: tuple[Any, ...], compute: Callable[[], Any]) -> Any:
    """Return a small result, computed once for the same facts."""
    return results.get(("processes", data_version(workspace.home()), *key), compute)


def logs() -> list[str]:
    """Return the sources that brought events: each is a log of its own."""
    def compute() -> list[str]:
        with connect(workspace.home()) as connection:
            return [name for (name,) in connection.sql(SOURCES).fetchall()]

    return kept(("logs",), compute)


def meanings() -> dict[str, tuple[str | None, str | None]]:
    """Return what each activity mostly is: its kind of event, and whom a pause waits for."""
    def compute() -> dict[str, tuple[str | None, str | None]]:
        with connect(workspace.home()) as connection:
            return {name: (kind, cause) for name, kind, cause in connection.sql(MEANINGS).fetchall()}

    return kept(("meanings",), compute)


def log_of_cases(index: EventIndex) -> np.ndarray:
    """Return for each case the place of its source among ``logs()``, -1 where it names none."""
    places = {name: place for place, name in enumerate(logs())}
    with connect(workspace.home()) as connection:
        connection.register("asked", pa.table({"id": index.cases, "place": pa.array(np.arange(len(index.cases)))}))
        rows = connection.sql(SOURCE_OF_CASE).fetchall()
    return np.array([places.get(name, -1) for (name,) in rows], dtype=np.int32)
