"""What the events and messages of a source show, file by file: a file never changes, so it is looked through once."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bihuan.engine.facts.derive.timeline import ACTS
from bihuan.engine.facts.lake import LakeFile
from bihuan.engine.facts.schema import UNTIMED
from bihuan.engine.facts.views import SourceRows, sources
from bihuan.engine.home import Home, write_atomically

# Capability: the condition under which a single event shows it.
BY_EVENT = {
    "responds": f"kind IN {ACTS} AND coalesce(actor_kind, 'agent') = 'agent' AND public IS DISTINCT FROM false",
    "resolves": "kind = 'resolved'",
    "closes": "kind = 'closed'",
    "transfers": "kind = 'transferred'",
    "escalates": "kind = 'escalated'",
    "pends": "kind = 'pending'",
    "queues": "kind IN ('queued', 'answered', 'abandoned') OR actor_kind = 'bot'",
    "converses": "kind IN ('ended', 'abandoned')",
    "holds": "kind = 'hold'",
    "wraps": "kind = 'wrapped'",
    "abandons": "kind = 'abandoned'",
    "logs_ends": "kind IN ('resolved', 'closed') AND NOT stamp",
    "logs_abandons": "kind = 'abandoned' AND NOT stamp",
    "logs_holds": "kind = 'hold' AND NOT stamp",
    "logs_wraps": "kind = 'wrapped' AND NOT stamp",
}
BY_MESSAGE = {"responds": "sender_kind = 'agent' AND public IS DISTINCT FROM false", "queues": "sender_kind = 'bot'"}
Kept = dict[str, list[list[Any]]]     # by table and file
MOST_ROWS = 1000    # of one file; a file of more batches than that is looked through each time


def _flags(conditions: dict[str, str]) -> str:
    return ", ".join(f"coalesce(bool_or({conditions.get(name, 'false')}), false) AS {name}" for name in BY_EVENT)


# What rows show, by table; {rows} stands for a relation.
QUERIES = {
    "events": f"""
        SELECT source, batch, stamp, {_flags(BY_EVENT)} FROM (
            SELECT source, batch, coalesce(origin = 'stamp', false) AS stamp, kind, actor_kind, public
            FROM {{rows}} GROUP BY ALL) GROUP BY ALL""",
    "messages": f"""
        SELECT source, batch, false AS stamp, {_flags(BY_MESSAGE)} FROM {{rows}}
        WHERE attributes IS DISTINCT FROM {UNTIMED} GROUP BY ALL""",
}
NAMES = ("source", "batch", "stamp", *BY_EVENT)


def _of(query: str, rows: str) -> str:
    return query.replace("{rows}", rows)


def look_through(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``logs`` (source, batch, stamp, a flag per capability) of the views ``events`` and ``messages``."""
    con.execute("CREATE OR REPLACE TEMP TABLE logs AS "
                + " UNION ALL ".join(_of(query, table) for table, query in QUERIES.items()))


def recall_logs(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """Make the same of what is kept of each file, and keep what is new.

    What is kept tells all batches of a file apart, so that one that was undone is left out. Where rows were replaced
    by newer ones all are looked through: their file does not tell which.
    """
    file = home.facts / "logs.json"
    known = _read(file)
    found: Kept = {}
    rows: list[list[Any]] = []
    there = sources(home)
    for table, query in QUERIES.items():
        if table not in there:
            continue
        if there[table].newer:
            rows += _ask(con, _of(query, table))
            continue
        kept = _of_files(con, there[table], query, known)
        found |= kept
        rows += [row for of_file in kept.values() for row in of_file if row[1] in there[table].visible]
    kept = {name: of_file for name, of_file in found.items() if len(of_file) <= MOST_ROWS}
    if kept != known:
        write_atomically(file, json.dumps({"form": _form(), "files": kept}))
    texts = [pa.array([row[place] for row in rows], pa.string()) for place in (0, 1)]
    flags = [pa.array([row[place] for row in rows], pa.bool_()) for place in range(2, len(NAMES))]
    con.register("logs_known", pa.table([*texts, *flags], names=list(NAMES)))
    con.execute("CREATE OR REPLACE TEMP TABLE logs AS SELECT * FROM logs_known")
    con.unregister("logs_known")


def _of_files(con: duckdb.DuckDBPyConnection, rows: SourceRows, query: str, known: Kept) -> Kept:
    """What each file shows: known, or looked through now."""
    found = {}
    for file in rows.files:
        name = f"{rows.table.name}/{os.path.basename(file.path)}"
        found[name] = known[name] if name in known else _ask(con, _of(query, f"({_whole(rows, file)})"))
    return found


def _whole(rows: SourceRows, file: LakeFile) -> str:
    """The SQL of all rows of one file, whatever their batch."""
    return replace(rows, files=[replace(file, batch="")]).sql()


def _ask(con: duckdb.DuckDBPyConnection, query: str) -> list[list[Any]]:
    return [list(row) for row in con.execute(query).fetchall()]


def _read(file: Path) -> Kept:
    """What is kept, nothing where another release asked for something else."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return told["files"] if told["form"] == _form() else {}


def _form() -> str:
    return hashlib.sha256("\n".join(QUERIES.values()).encode()).hexdigest()[:16]
