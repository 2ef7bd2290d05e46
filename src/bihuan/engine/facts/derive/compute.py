"""From source rows to facts: every step in order, on one connection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from bihuan.engine.clock.calendars import Calendar, load_calendars
from bihuan.engine.clock.policy import Policy, Terms, load_policy
from bihuan.engine.facts.derive import grains
from bihuan.engine.facts.derive.business import measure_business
from bihuan.engine.facts.derive.chats import lend_first_response
from bihuan.engine.facts.derive.finish import find_ends, find_reopenings, last_ends
from bihuan.engine.facts.derive.neighbours import find_neighbours
from bihuan.engine.facts.derive.pauses import find_pauses, find_turns
from bihuan.engine.facts.derive.says import find_says, recall
from bihuan.engine.facts.derive.segments import close_segments, cut_segments
from bihuan.engine.facts.derive.service import summarise_service
from bihuan.engine.facts.derive.timeline import load_timeline
from bihuan.engine.facts.derive.walk import keep, read_events
from bihuan.engine.home import Home

OF_CASES = {"case": grains.CASE_QUERY, "segment": grains.SEGMENT_QUERY, "answer": grains.ANSWER_QUERY,
            "invitation": grains.INVITATION_QUERY}
OF_OTHERS = {"agent_state": grains.AGENT_STATE_QUERY, "exposure": grains.EXPOSURE_QUERY}
TABLES = ("says", "logs", "shown", "state_words", "c", "ev", "terms", "terms_of", "served", "cut", "turns", "finished",
          "seg", "waited", "clocked", "worked", "absorbed", "beside", "gaps", "moved", "picked", "given")
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Clock:
    """The definitions that facts depend on."""

    calendars: dict[str, Calendar]
    policy: Policy


def load_clock(home: Home) -> Clock:
    return Clock(load_calendars(home), load_policy(home))


def prepare(con: duckdb.DuckDBPyConnection, clock: Clock, *, only: str | None = None, told: str | None = None,
            beside: bool = False, progress: Progress | None = None) -> list[Terms]:
    """Fill the temporary tables that the grain queries read; ``only`` names a table of case ids (column "case").

    ``con`` has a view per source table. ``told`` is what is known already of what the sources can say (``says.tell``).
    ``beside``: other cases of the same customers are known by the stored facts.
    Returns the terms that ``c.t`` points to.
    """
    def step(number: int, text: str) -> None:
        if progress is not None:
            progress(number, 6, text)

    step(0, "读取工单与事件")
    if not told:  # facts derived before this was kept have an empty text
        find_says(con)
    else:
        recall(con, told)
    terms = load_timeline(con, clock.policy, only=only)
    step(1, "计算响应与接通")
    walk(con)
    step(2, "计算解决与重开")
    find_ends(con)
    close_segments(con)
    step(3, "计算等待与工作时长")
    find_pauses(con)
    grains.collect_clocked(con)
    lend_first_response(con)
    measure_business(con, terms, clock.calendars)
    step(4, "计算重复联系")
    find_neighbours(con, beside=only if beside else None)
    step(5, "写入事实表")
    return terms


def walk(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``served``, ``cut`` and ``turns`` of ``ev`` and let go of it."""
    for number, events in enumerate(read_events(con)):
        reopened = find_reopenings(events)
        served = summarise_service(events, last_ends(events, reopened))
        for table, rows in (("served", served), ("cut", cut_segments(events, reopened)), ("turns", find_turns(events))):
            keep(con, table, rows, more=number > 0)
    con.execute("DROP TABLE ev")


def clean_up(con: duckdb.DuckDBPyConnection) -> None:
    """Free the temporary tables."""
    for table in TABLES:
        con.execute(f"DROP TABLE IF EXISTS temp.{table}")
