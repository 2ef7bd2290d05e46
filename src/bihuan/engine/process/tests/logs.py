"""Small invented event logs for the tests of this room, and the same discovery written as slowly as possible."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from statistics import mean, median
from typing import Any

import duckdb
import pyarrow as pa

from bihuan.engine.facts.schema import TABLES

MONDAY = datetime(2024, 3, 4, 1, 0, tzinfo=UTC)   # 09:00 in Shanghai


def event(case: str, minute: float, activity: str, **more: Any) -> dict[str, Any]:
    """Return one event row ``minute`` minutes after Monday 2024-03-04 09:00 Shanghai time."""
    row = {"case": case, "at": MONDAY + timedelta(minutes=minute), "activity": activity}
    return row | {"source": "desk", "origin": "log", "actor_kind": "agent"} | more


def database(rows: list[dict[str, Any]]) -> duckdb.DuckDBPyConnection:
    """Return a connection whose view ``events`` holds the rows; ``seq`` is their order unless given."""
    schema = TABLES["events"].schema
    filled = [{"id": str(place), "seq": place} | row for place, row in enumerate(rows)]
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    connection.register("events", pa.Table.from_pylist(filled, schema=schema))
    return connection


def discover_slowly(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The oracle: the contract of ``discover`` on the wall clock, with dictionaries and loops only."""
    logged = {row["source"] for row in rows if row["origin"] == "log"}
    cases: dict[str, list[tuple[datetime, int, str]]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row["origin"] == "log" or row["source"] not in logged:
            cases[row["case"]].append((row["at"], row.get("seq", place), row["activity"]))
    paths: Counter[tuple[str, ...]] = Counter()
    gaps: dict[tuple[str, str], list[float]] = defaultdict(list)
    for events in cases.values():
        events.sort()
        paths[tuple(activity for _, _, activity in events)] += 1
        for (before, _, source), (after, _, target) in zip(events, events[1:]):
            gaps[source, target].append((after - before).total_seconds())
    return {
        "cases": len(cases),
        "events": sum(map(len, cases.values())),
        "activities": Counter(activity for events in cases.values() for _, _, activity in events),
        "starts": Counter(events[0][2] for events in cases.values()),
        "ends": Counter(events[-1][2] for events in cases.values()),
        "edges": {pair: (len(found), median(found), mean(found)) for pair, found in gaps.items()},
        "variants": paths,
    }
