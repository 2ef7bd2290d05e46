"""Invented cases for the tests of derived facts: minutes instead of dates, one line an event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from bihuan.engine.facts import store
from bihuan.engine.facts.derive import refresh
from bihuan.engine.facts.grains import GRAINS
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.home import Home

START = datetime(2024, 3, 4, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
DAY = 24 * 60


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def case(name: str, opened: float = 0, **columns: Any) -> dict[str, Any]:
    """Return a case row; times among ``columns`` are minutes."""
    times = {key: at(value) for key, value in columns.items()
             if key in ("promised", "first_response_at", "resolved_at", "closed_at")}
    return {"id": name, "source": "s", "customer": "k1", "channel": "ticket", "kind": "contact", "topic": "bill",
            "opened": at(opened)} | columns | times


def events(name: str, *lines: str) -> list[dict[str, Any]]:
    """Return event rows from lines "minute kind [actor_kind:actor] [unit=..] [cause=..] [internal] [stamp]"."""
    rows = []
    for number, line in enumerate(lines):
        minute, kind, *words = line.split()
        row: dict[str, Any] = {"id": f"{name}/{number}", "case": name, "at": at(float(minute)), "seq": number,
                               "activity": kind, "kind": kind, "origin": "log"}
        for word in words:
            if ":" in word:
                row["actor_kind"], row["actor"] = word.split(":")
            elif "=" in word:
                key, value = word.split("=")
                row[key] = value
            elif word == "internal":
                row["public"] = False
            else:
                row["origin"] = word
        rows.append(row)
    return rows


def append(home: Home, **tables: list[dict[str, Any]]) -> list[str]:
    """Append rows per table, each table one batch; returns the batches."""
    return [store.append(home, name, as_table(name, rows)) for name, rows in tables.items() if rows]


def as_table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = pa.schema([*TABLES[name].fields, ("source", pa.string())])
    return pa.Table.from_pylist([{"source": "s"} | row for row in rows], schema=schema)


def facts(home: Home, grain: str = "case") -> list[dict[str, Any]]:
    """Return all rows of a grain in a fixed order."""
    rows = read(store.connect(home), grain).to_pylist()
    return sorted(rows, key=lambda row: [str(row.get(name)) for name in GRAINS[grain].names])


def read(con: duckdb.DuckDBPyConnection, grain: str) -> pa.Table:
    return con.sql(f"SELECT * FROM fact_{grain}").to_arrow_table()


def derived(home: Home, row: dict[str, Any], *lines: str, **tables: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the case fact of one case with these events."""
    append(home, cases=[row], events=events(row["id"], *lines), **tables)
    refresh(home)
    return next(fact for fact in facts(home) if fact["case"] == row["id"])
