"""Working time of both clocks of every case, from the calendars by NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from bihuan.engine.clock.calendars import Calendar
from bihuan.engine.clock.elapsed import FIRST_YEAR, LAST_YEAR, business_seconds
from bihuan.engine.clock.errors import ClockError
from bihuan.engine.clock.policy import CAUSES, Terms

MISSING = -(2**62)
RANGE = tuple(int(np.datetime64(f"{year}-01-02", "s").astype(np.int64)) for year in (FIRST_YEAR, LAST_YEAR))


def measure_business(con: duckdb.DuckDBPyConnection, terms: Sequence[Terms], calendars: Mapping[str, Calendar]) -> None:
    """Make ``worked`` (n, first_response, resolution): working seconds less the pauses that count, None if not ended.

    Reads ``clocked`` (n, t, opened_s, begun_s, responded_s, end_s) and ``waited``.
    """
    columns = {"n": "n", "t": "t"} | {name: f"coalesce({name}, {MISSING})" for name in
                                      ("opened_s", "begun_s", "responded_s", "end_s")}
    listed = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    rows = con.execute(f"SELECT {listed} FROM clocked").fetchnumpy()
    found = {"n": pa.array(np.asarray(rows["n"]))}
    for clock, start, end in (("first_response", "begun_s", "responded_s"), ("resolution", "opened_s", "end_s")):
        begin, finish = np.asarray(rows[start]), np.asarray(rows[end])
        known = (finish >= begin) & _usable(begin) & _usable(finish)
        spent = np.zeros(begin.size, np.int64)
        spent[known] = _by_calendar(np.asarray(rows["t"])[known], begin[known], finish[known], terms, calendars)
        spent -= _paused(con, clock, start, end, np.asarray(rows["n"]), terms, calendars)
        found[clock] = pa.array(spent, mask=~known)
    con.register("worked_rows", pa.table(found))
    con.execute("CREATE OR REPLACE TEMP TABLE worked AS SELECT * FROM worked_rows")
    con.unregister("worked_rows")


def _paused(con: duckdb.DuckDBPyConnection, clock: str, start: str, end: str, order: np.ndarray,
            terms: Sequence[Terms], calendars: Mapping[str, Calendar]) -> np.ndarray:
    """Return the working seconds of each case's waits whose cause stops this clock, in the order of ``order``."""
    waits = con.execute(f"""
        SELECT n, t, greatest(w.s, {start}) AS s, least(coalesce(w.until_s, {end}), {end}) AS until_s,
               enum_code(w.cause)::INTEGER AS cause
        FROM waited w JOIN clocked USING (n)
        WHERE w.s < {end} AND coalesce(w.until_s, {end}) > {start}""").fetchnumpy()
    size = int(order.max()) + 1 if order.size else 1
    total = np.zeros(size, np.int64)
    if len(waits["n"]):
        case, which = np.asarray(waits["n"]), np.asarray(waits["t"])
        stops = np.array([[cause in getattr(item, f"{clock}_pauses") for cause in CAUSES] for item in terms])
        begin, finish = np.asarray(waits["s"]), np.asarray(waits["until_s"])
        count = stops[which, np.asarray(waits["cause"])] & _usable(begin) & _usable(finish)
        spent = _by_calendar(which[count], begin[count], finish[count], terms, calendars)
        np.add.at(total, case[count], spent)
    return total[order]


def _by_calendar(which: np.ndarray, begin: np.ndarray, finish: np.ndarray, terms: Sequence[Terms],
                 calendars: Mapping[str, Calendar]) -> np.ndarray:
    """Return working seconds per row, each by the calendar of its terms."""
    spent = np.zeros(which.size, np.int64)
    names = [item.calendar for item in terms]
    for name in sorted(set(names)):
        rows = np.isin(which, [t for t, other in enumerate(names) if other == name])
        moments = (begin[rows].astype("datetime64[s]"), finish[rows].astype("datetime64[s]"))
        spent[rows] = business_seconds(_calendar(calendars, name), *moments)
    return spent


def _calendar(calendars: Mapping[str, Calendar], name: str) -> Calendar:
    if name not in calendars:
        raise ClockError("calendar_missing", name=name,
                         zh=f"计时规则使用的日历“{name}”不存在，请在日历设置中补上或修改规则。",
                         en=f'The clock policy uses a calendar "{name}" that is not there: add it or change the rule.')
    return calendars[name]


def _usable(seconds: np.ndarray) -> np.ndarray:
    """True where a moment lies in the years that calendars cover."""
    return (seconds >= RANGE[0]) & (seconds < RANGE[1])
