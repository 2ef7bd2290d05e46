"""Keep the derived facts in step with the source rows: the touched cases and their neighbours, or everything."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from bihuan.engine.clock.errors import ClockWarning
from bihuan.engine.facts import store
from bihuan.engine.facts.derive.chats import PARTNERS, has_merged
from bihuan.engine.facts.derive.compute import (
    OF_CASES,
    OF_OTHERS,
    Clock,
    Progress,
    clean_up,
    load_clock,
    prepare,
)
from bihuan.engine.facts.derive.neighbours import MOVED_QUERY, find_moved
from bihuan.engine.facts.derive.state import WHOLE, State, current_state, mark_begun, read_state, write_state
from bihuan.engine.facts.locks import locked
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.home import Home

FOR_ALL = ("answers", "invitations", "says")  # rows without a case, and what holds for a whole source
MAKES_NONE = ("units", "agents", "memberships", "customers", "customer_history", "skills")
ONE_SOURCE = {"answer": "answers", "invitation": "invitations", "agent_state": "agent_states", "exposure": "exposures"}
BY_CASE = ("case", "segment")   # a row of theirs has one case, ``c``
AT_ONCE = 1_000_000     # cases; with 2 GB more are too many for the joins of a case's facts
WORTH_ALL = 0.5  # from this share of all cases on, computing everything is cheaper than finding and replacing some


@dataclass(frozen=True)
class Refreshed:
    """What was done: cases computed (None: all there are), and what the calendars have to say about the years."""

    cases: int
    everything: bool
    warnings: tuple[ClockWarning, ...] = ()


def refresh(home: Home, *, touched: pa.Array | pa.ChunkedArray | None = None,
            progress: Progress | None = None) -> Refreshed:
    """Recompute the facts of the ``touched`` case ids; None: of all cases.

    Of other cases of the same customers only the gaps to their neighbours can be others afterwards: these are found
    from the stored facts, and their rows are not read again.

    Everything is recomputed as well when calendars, policy or code changed, when answers without a case changed, or
    when the last refresh did not come to its end. Safe to call from several processes; readers see the old or the
    new facts of a grain.
    """
    with locked(home, "derive"):
        before = read_state(home)
        if before == State() and not _has_sources(home):
            return Refreshed(0, everything=True)
        con = store.connect(home, blocked=True)
        clock = load_clock(home)
        after = current_state(home, con, clock)
        if touched is not None and not len(touched) and before.complete and not _differs(before, after, FOR_ALL):
            return _only_others(home, con, before, after)
        only = None
        if touched is not None and before.complete and not _differs(before, after, FOR_ALL):
            only = _given(con, touched)
        mark_begun(home)
        terms = prepare(con, clock, only=only, told=(after.rows or {})["says"], beside=bool(only), progress=progress)
        count = _write(home, con, only)
        _write_others(home, con, before, after)
        warnings = _warnings(con, clock, {item.calendar for item in terms})
        clean_up(con)
        write_state(home, after)
        if progress is not None:
            progress(6, 6, "完成")
        return Refreshed(count, only is None, warnings)


def _has_sources(home: Home) -> bool:
    """Return whether the lake holds anything that facts are made of: people and units alone make none."""
    return any((home.lake / name).exists() for name in TABLES if name not in MAKES_NONE)


def _only_others(home: Home, con: duckdb.DuckDBPyConnection, before: State, after: State) -> Refreshed:
    """Nothing a case is made of has changed: keep the cases' facts, and bring what belongs to none into step."""
    if before != after:
        mark_begun(home)
        _write_others(home, con, before, after)
        write_state(home, after)
    clean_up(con)
    return Refreshed(0, everything=False)


def _differs(before: State, after: State, tables: tuple[str, ...]) -> bool:
    if before.definitions != after.definitions:
        return True
    old, new = before.rows or {}, after.rows or {}
    return any(old.get(table) != new.get(table) for table in tables)


def _given(con: duckdb.DuckDBPyConnection, touched: pa.Array | pa.ChunkedArray) -> str | None:
    """Make the table of cases to compute from their rows and return its name; None when that is most of them.

    Merged cases are computed together: go on until nothing comes along.
    """
    con.register("touched_cases", pa.table({"case": pa.chunked_array([touched]) if isinstance(touched, pa.Array)
                                            else touched}))
    con.execute('CREATE OR REPLACE TEMP TABLE given AS '
                'SELECT DISTINCT "case" FROM touched_cases WHERE "case" IS NOT NULL')
    con.unregister("touched_cases")
    if has_merged(con):
        partners = f'INSERT INTO given ({PARTNERS.format("given")}) EXCEPT SELECT "case" FROM given'
        while con.execute(partners).fetchall()[0][0]:
            pass
    counts = "SELECT (SELECT count(*) FROM given), (SELECT count(*) FROM cases)"
    some, everything = con.execute(counts).fetchall()[0]
    return None if some > WORTH_ALL * everything else "given"


def _write(home: Home, con: duckdb.DuckDBPyConnection, only: str | None) -> int:
    """Replace the grains that hang on cases; returns the number of cases."""
    moved = find_moved(con) if only else 0
    cases = con.sql(f'SELECT "case" FROM {only}').to_arrow_table()["case"] if only else None
    for grain, query in OF_CASES.items():
        if _has_none(home, grain):
            continue
        if only and grain in ("answer", "invitation"):
            query += f' WHERE a."case" IN (SELECT "case" FROM {only})'
        if grain == "case" and moved:
            both = con.sql(f'SELECT "case" FROM {only} UNION ALL SELECT "case" FROM moved').to_arrow_table()["case"]
            store.replace_facts(home, grain, f"{query} UNION ALL BY NAME {MOVED_QUERY}", cases=both, con=con)
        else:
            store.replace_facts(home, grain, [query] if only else _parts(con, grain, query), cases=cases, con=con)
    return _count(con) + moved


def _count(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("SELECT count(*) FROM c").fetchall()[0][0])


def _parts(con: duckdb.DuckDBPyConnection, grain: str, query: str) -> list[str]:
    """The query of a grain, over so many cases at a time that its joins fit into memory."""
    count = _count(con)
    if grain not in BY_CASE or count <= AT_ONCE:
        return [query]
    return [f"{query} WHERE c.n BETWEEN {first} AND {first + AT_ONCE - 1}" for first in range(1, count + 1, AT_ONCE)]


def _write_others(home: Home, con: duckdb.DuckDBPyConnection, before: State, after: State) -> None:
    """Replace the grains that belong to no case, when their rows changed."""
    for grain, query in OF_OTHERS.items():
        if not _has_none(home, grain) and (not before.complete or _differs(before, after, WHOLE[grain])):
            store.replace_facts(home, grain, query, cases=None, con=con)


def _has_none(home: Home, grain: str) -> bool:
    """Return whether a grain has no rows because its source never had any: writing nothing costs as much as writing."""
    return grain in ONE_SOURCE and not (home.lake / ONE_SOURCE[grain]).exists()


def _warnings(con: duckdb.DuckDBPyConnection, clock: Clock, used: set[str]) -> tuple[ClockWarning, ...]:
    years = [row[0] for row in con.execute("SELECT DISTINCT year(opened) FROM c WHERE opened IS NOT NULL").fetchall()]
    found = [warning for name in sorted(used) for warning in clock.calendars[name].warnings(years)]
    return tuple(found)
