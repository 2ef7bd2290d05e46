"""Working time of both clocks of every case and the moments their promises run out, from the calendars by NumPy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa

from bihuan.engine.clock.calendars import Calendar
from bihuan.engine.clock.elapsed import FIRST_YEAR, LAST_YEAR, business_seconds
from bihuan.engine.clock.policy import CAUSES, Terms
from bihuan.engine.facts.derive.due import Waits, calendar_of, find_due

MISSING = -(2**62)
RANGE = tuple(int(np.datetime64(f"{year}-01-02", "s").astype(np.int64)) for year in (FIRST_YEAR, LAST_YEAR))


def measure_business(con: duckdb.DuckDBPyConnection, terms: Sequence[Terms], calendars: Mapping[str, Calendar]) -> None:
    """Make ``worked`` (n, first_response, resolution, and each with ``_due``).

    Durations are working seconds less the pauses that count, None if not ended; due are UTC seconds, None without a
    promise and while a pause that stops the clock lasts. Reads ``clocked`` (n, t, opened_s, begun_s, responded_s,
    end_s) and ``waited``.
    """
    columns = {"n": "n", "t": "t"} | {name: f"coalesce({name}, {MISSING})" for name in
                                      ("opened_s", "begun_s", "responded_s", "end_s")}
    listed = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
    rows = {name: np.asarray(column) for name, column in
            con.execute(f"SELECT {listed} FROM clocked").fetchnumpy().items()}
    found = {"n": pa.array(rows["n"])}
    place = np.zeros(int(rows["n"].max()) + 1 if rows["n"].size else 1, np.int64)
    place[rows["n"]] = np.arange(rows["n"].size)
    for clock, start, end in (("first_response", "begun_s", "responded_s"), ("resolution", "opened_s", "end_s")):
        begin, finish = rows[start], rows[end]
        waits = _waits(con, clock, start, end, place, terms, calendars)
        known = (finish >= begin) & _usable(begin) & _usable(finish)
        spent = np.zeros(begin.size, np.int64)
        spent[known] = _by_calendar(rows["t"][known], begin[known], finish[known], terms, calendars)
        ended = ~waits.lasting
        np.subtract.at(spent, waits.row[ended], waits.seconds[ended])
        found[clock] = pa.array(spent, mask=~known)
        due, has_due = find_due(rows["t"], begin, _usable(begin), waits, clock, terms, calendars)
        found[f"{clock}_due"] = pa.array(due, mask=~has_due)
    con.register("worked_rows", pa.table(found))
    con.execute("CREATE OR REPLACE TEMP TABLE worked AS SELECT * FROM worked_rows")
    con.unregister("worked_rows")


def _waits(con: duckdb.DuckDBPyConnection, clock: str, start: str, end: str, place: np.ndarray,
           terms: Sequence[Terms], calendars: Mapping[str, Calendar]) -> Waits:
    """Return the waits whose cause stops this clock, cut to its time, with their working seconds, in order."""
    rows = {name: np.asarray(column) for name, column in con.execute(f"""
        SELECT n, t, greatest(w.s, {start}) AS s,
               coalesce(least(coalesce(w.until_s, {end}), coalesce({end}, w.until_s)), {MISSING}) AS until_s,
               enum_code(w.cause)::INTEGER AS cause
        FROM waited w JOIN clocked USING (n)
        WHERE w.s < coalesce({end}, {-MISSING}) AND coalesce(w.until_s, {end}, {-MISSING}) > {start}
        ORDER BY n, w.o""").fetchnumpy().items()}
    stops = np.array([[cause in getattr(item, f"{clock}_pauses") for cause in CAUSES] for item in terms], bool)
    count = stops.reshape(-1, len(CAUSES))[rows["t"], rows["cause"]] & _usable(rows["s"])
    lasting = rows["until_s"] == MISSING
    count &= lasting | _usable(rows["until_s"])
    case, which, begin, finish, lasting = (column[count] for column in (
        rows["n"], rows["t"], rows["s"], rows["until_s"], lasting))
    spent = np.zeros(case.size, np.int64)
    over = ~lasting
    spent[over] = _by_calendar(which[over], begin[over], finish[over], terms, calendars)
    row = place[case]
    order = np.argsort(row, kind="stable")
    return Waits(row[order], begin[order], spent[order], lasting[order])


def _by_calendar(which: np.ndarray, begin: np.ndarray, finish: np.ndarray, terms: Sequence[Terms],
                 calendars: Mapping[str, Calendar]) -> np.ndarray:
    """Return working seconds per row, each by the calendar of its terms."""
    spent = np.zeros(which.size, np.int64)
    names = [item.calendar for item in terms]
    for name in sorted(set(names)):
        rows = np.isin(which, [t for t, other in enumerate(names) if other == name])
        moments = (begin[rows].astype("datetime64[s]"), finish[rows].astype("datetime64[s]"))
        spent[rows] = business_seconds(calendar_of(calendars, name), *moments)
    return spent


def _usable(seconds: np.ndarray) -> np.ndarray:
    """True where a moment lies in the years that calendars cover."""
    return (seconds >= RANGE[0]) & (seconds < RANGE[1])
