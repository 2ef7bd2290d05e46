"""Waits on the working clock of each case: its calendar by the workspace's policy, closed hours left out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ..clock.calendars import load_calendars
from ..clock.elapsed import business_seconds
from ..clock.policy import DIMENSIONS, load_policy
from ..facts.lake import quoted
from ..facts.store import connect
from ..home import Home
from .graph import Clock
from .log import EventIndex


def working_seconds(home: Home) -> Clock:
    """Return the function that measures steps in working seconds, by the calendar of the case they belong to.

    Pauses are left in: between two events of a process one looks at the working time that passed, whoever waited.
    """
    def measure(index: EventIndex, steps: np.ndarray) -> np.ndarray:
        names, calendar_of_case = _calendars(home, index.cases)
        calendars = load_calendars(home)
        starts, ends = (index.at[place].view("datetime64[us]") for place in (steps, steps + 1))
        calendar_of_step = calendar_of_case[index.case_of(steps)]
        seconds = np.zeros(len(steps))
        for number, name in enumerate(names):
            chosen = calendar_of_step == number
            seconds[chosen] = business_seconds(calendars[name], starts[chosen], ends[chosen])
        return seconds

    return measure


def _calendars(home: Home, cases: pa.Array) -> tuple[list[str], np.ndarray]:
    """Return calendar names, and for each case the number of its own; a case without a record has the default's."""
    columns = ", ".join(f"c.{quoted(dimension)}" for dimension in DIMENSIONS)
    with connect(home) as connection:
        connection.register("asked", pa.table({"id": cases, "place": pa.array(np.arange(len(cases)))}))
        found = connection.sql(f"select {columns} from asked a left join cases c on c.id = a.id order by a.place")
        rows = found.to_arrow_table()
    combinations: dict[tuple[str | None, ...], int] = {}
    keys = zip(*(rows[dimension].to_pylist() for dimension in DIMENSIONS))
    slots = np.array([combinations.setdefault(key, len(combinations)) for key in keys], dtype=np.int64)
    policy = load_policy(home)
    chosen = [policy.terms(dict(zip(DIMENSIONS, key))).calendar for key in combinations]
    names = sorted(set(chosen))
    return names, np.array([names.index(name) for name in chosen], dtype=np.int64)[slots] if chosen else slots
