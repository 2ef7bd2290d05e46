"""Invented cases for the tests of derived facts: minutes instead of dates, one line an event."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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


class Together:
    """Cases that tests speak of one by one, derived all at once: a single one takes as long as all.

    Each is of a source of its own, so that none changes what another's can say, but where it is put ``beside`` one.
    """

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {"cases": [], "events": [], "messages": []}

    def __call__(self, row: dict[str, Any], *lines: str, beside: str | None = None,
                 messages: Iterable[dict[str, Any]] = ()) -> str:
        """Add a case with its events and messages; returns the name it is found by."""
        name = f"c{len(self.tables['cases'])}"
        source = next((one["source"] for one in self.tables["cases"] if one["id"] == beside), f"of {name}")
        told = {"cases": [row | {"id": name}], "events": events(name, *lines),
                "messages": [message | {"id": f"{name}/{message['id']}", "case": name} for message in messages]}
        for table, rows in told.items():
            self.tables[table] += [row | {"source": source} for row in rows]
        return name

    def derive(self, home: Home) -> Callable[..., Any]:
        """Derive all; returns what gives the fact of a case, or its rows of another grain."""
        append(home, **self.tables)
        refresh(home)
        found = {grain: facts(home, grain) for grain in ("case", "segment")}

        def told(name: str, grain: str = "case") -> Any:
            rows = [row for row in found[grain] if row["case"] == name]
            return rows[0] if grain == "case" else rows
        return told


def derived(home: Home, row: dict[str, Any], *lines: str, **tables: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the case fact of one case with these events."""
    append(home, cases=[row], events=events(row["id"], *lines), **tables)
    refresh(home)
    return next(fact for fact in facts(home) if fact["case"] == row["id"])
