"""Waits on the working clock of each case: its calendar by the workspace's policy, closed hours left out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ..clock.calendars import load_calendars
from ..clock.elapsed import business_seconds
from ..clock.policy import load_policy
from ..facts.lake import quoted
from ..facts.store import connect
from ..home import Home
from .graph import TOGETHER, Clock
from .log import BATCH, EventIndex


def working_seconds(home: Home) -> Clock:
    """Return the function that measures steps in working seconds, by the calendar of the case they belong to.

    Pauses are left in: between two events of a process one looks at the working time that passed, whoever waited.
    """
    def measure(index: EventIndex, steps: np.ndarray) -> np.ndarray:
        names, calendar_of_case = _calendars(home, index.cases)
        calendars = load_calendars(home)
        seconds = np.empty(len(steps))
        for first in range(0, len(steps), TOGETHER):    # the moments of all steps at once would take gigabytes
            some, found = steps[first:first + TOGETHER], seconds[first:first + TOGETHER]
            starts, ends = (index.at[place].view("datetime64[us]") for place in (some, some + 1))
            calendar_of_step = calendar_of_case[index.case_of(some)]
            for number in np.unique(calendar_of_step):
                chosen = calendar_of_step == number
                found[chosen] = business_seconds(calendars[names[number]], starts[chosen], ends[chosen])
        return seconds

    return measure


def _calendars(home: Home, cases: pa.Array) -> tuple[list[str], np.ndarray]:
    """Return calendar names, and for each case the number of its own; a case without a record has the default's.

    The policy is asked once for each combination of what it looks at, not once for each case.
    """
    policy = load_policy(home)
    columns = ", ".join(quoted(name) for name in policy.dimensions)
    same = " AND ".join(f"c.{quoted(name)} IS NOT DISTINCT FROM k.{quoted(name)}" for name in policy.dimensions)
    with connect(home) as connection:
        known = connection.sql(f"SELECT DISTINCT {columns} FROM cases").to_arrow_table()
        chosen = [policy.terms(case).calendar for case in known.to_pylist()]
        names = sorted({*chosen, policy.terms({}).calendar})
        known = known.append_column("number", pa.array([names.index(name) for name in chosen], pa.int16()))
        connection.register("combinations", known)
        connection.register("asked", pa.table({"id": cases, "place": pa.array(np.arange(len(cases), dtype=np.int32))}))
        rows = connection.sql(f"""
            SELECT a.place, k.number FROM asked a JOIN cases c ON c.id = a.id JOIN combinations k ON {same}""")
        numbers = np.full(len(cases), names.index(policy.terms({}).calendar), dtype=np.int16)
        for batch in rows.to_arrow_reader(BATCH):
            numbers[batch["place"].to_numpy()] = batch["number"].to_numpy()
    return names, numbers
