"""The cases behind one thing of a process page: how often and how long in each, the longest first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.engine.facts.store import connect
from bihuan.engine.process.behind import Behind, Found, occurrences, path_of
from bihuan.serve.customers.queries.words import channels

from ..contracts import State
from ..rights import ROWS
from .log import clock_of, index_of

SIZE = 50
READ = """SELECT asked.id, c.external_id, c.channel, c.topic, c.opened
    FROM asked LEFT JOIN cases c ON c.id = asked.id ORDER BY asked.place"""


@dataclass(frozen=True)
class CaseLine:
    case: str
    label: str
    channel: str
    topic: str
    opened: object
    times: int
    seconds: float | None
    path: tuple[str, ...]


@dataclass(frozen=True)
class Lines:
    """One page of the cases; ``total`` is the number of occurrences that the page before it showed."""

    lines: tuple[CaseLine, ...]
    cases: int
    total: int
    seconds: float | None


def cases_behind(user: User, state: State, behind: Behind, page: int) -> Lines:
    """Return one page of the cases that a person may open."""
    index = index_of(state, scope_of(user, ROWS))
    return lines_of(index, occurrences(index, behind, clock_of(state)), page)


def lines_of(index, found: Found, page: int) -> Lines:
    """Return one page of found cases: those that took longest first, then those with most occurrences."""
    order = np.lexsort((found.case, -found.times, -np.nan_to_num(found.seconds)))
    shown = order[(page - 1) * SIZE:page * SIZE]
    numbers = found.case[shown].tolist()
    names = channels()
    known = _read([index.cases[number].as_py() for number in numbers])
    lines = tuple(
        CaseLine(row["id"], row["external_id"] or row["id"], names.get(row["channel"], row["channel"] or ""),
                 row["topic"] or "", row["opened"], int(found.times[place]), _seconds(found.seconds[place]),
                 path_of(index, number))
        for row, place, number in zip(known, shown.tolist(), numbers))
    total = float(found.seconds.sum()) if len(found.case) else 0.0
    return Lines(lines, len(found.case), found.total, None if np.isnan(total) else total)


def _read(ids: list[str]) -> list[dict]:
    with connect(workspace.home()) as connection:
        connection.register("asked", pa.table({"id": pa.array(ids, pa.string()), "place": pa.array(range(len(ids)))}))
        return connection.sql(READ).to_arrow_table().to_pylist()


def _seconds(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
