"""Delta tables written by DuckDB: its COPY makes the Parquet files, one Delta commit makes them part of the table.

A file's name says what is inside without opening it: ``<batch>.<schema>.<random>.parquet``. So a reader picks the
files of the batches it may see by name, and needs to reconcile columns only when an older schema is among them.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, Field, Schema
from deltalake.exceptions import CommitFailedError, DeltaError
from deltalake.transaction import AddAction, create_table_with_add_actions

Run = Callable[[str], list[tuple[Any, ...]]]      # runs SQL and returns its rows
ATTEMPTS = 20
DUCKDB_TYPES = {
    pa.string(): "VARCHAR", pa.float64(): "DOUBLE", pa.int64(): "BIGINT", pa.bool_(): "BOOLEAN",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
}
MIXED = "mixed"     # the batch part of a file's name when a compaction put several batches into it


@dataclass(frozen=True)
class LakeFile:
    """One Parquet file of a table: its absolute path, and the batch and schema its name tells."""

    path: str
    batch: str
    schema: str


def duckdb_type(kind: pa.DataType) -> str:
    return DUCKDB_TYPES[kind]


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def constant(text: str) -> str:
    """An SQL string that is the same in every row, as a code: written to Parquet in a third of the time."""
    return f"{literal(text)}::ENUM({literal(text)})"


def fingerprint(schema: pa.Schema) -> str:
    """Eight letters that differ when names or types of columns differ."""
    told = ",".join(f"{column.name}:{column.type}" for column in schema)
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def copy_out(con: duckdb.DuckDBPyConnection, query: str, folder: Path, *, prefix: str, schema: pa.Schema,
             run: Run | None = None) -> list[AddAction]:
    """Write the rows of ``query`` as a Parquet file under ``folder`` and return it, not yet part of any table.

    One file a batch and no partition folders: splitting by month doubled the time of writing and made a hundred tiny
    files of a hundred rows spread over eight years, while the row groups' own statistics tell months as well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{prefix}.{fingerprint(schema)}.{os.urandom(8).hex()}.parquet"
    sql = f"COPY ({_typed(con, query, schema)}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION snappy)"
    rows = (run(sql) if run else con.execute(sql).fetchall())[0][0]
    if not rows:
        path.unlink()
        return []
    return [AddAction(path=path.name, size=path.stat().st_size, partition_values={}, data_change=True,
                      modification_time=int(time.time() * 1000), stats=json.dumps({"numRecords": rows}))]


def _typed(con: duckdb.DuckDBPyConnection, query: str, schema: pa.Schema) -> str:
    """The query with the schema's types: a column of nothing but NULL has none of its own, and the file that says so
    cannot be read beside the others."""
    wanted = {column.name: duckdb_type(column.type) for column in schema}
    found = con.execute(f"DESCRIBE {query}").fetchall()
    other = [f"CAST({quoted(name)} AS {wanted[name]}) AS {quoted(name)}" for name, kind, *_ in found
             if wanted.get(name, kind) != kind and not kind.startswith("ENUM")]
    return f"SELECT * REPLACE ({', '.join(other)}) FROM ({query})" if other else query


def commit(folder: Path, actions: Sequence[AddAction], schema: pa.Schema, *, mode: str = "append") -> None:
    """Make files part of the table in one step; ``mode`` overwrite puts them in place of all there was.

    Another process may commit at the same moment: tried again until it holds.
    """
    for attempt in range(ATTEMPTS):
        try:
            if not DeltaTable.is_deltatable(str(folder)):
                create_table_with_add_actions(str(folder), Schema.from_arrow(schema), list(actions), mode="error")
            else:
                table = _with_columns(DeltaTable(str(folder)), schema)
                table.create_write_transaction(list(actions), mode, Schema.from_arrow(schema))
            return
        except (CommitFailedError, DeltaError):
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(0.01 * 2 ** min(attempt, 6))


def files(folder: Path) -> tuple[LakeFile, ...]:
    """The table's present files; none when the table does not exist yet."""
    log = folder / "_delta_log"
    if not log.is_dir():
        return ()
    newest = max((name for name in os.listdir(log) if name.endswith(".json")), default="")
    return _files(str(folder), newest)


def vacuum(folder: Path, *, hours: int = 1) -> int:
    """Delete files that left the table longer ago than ``hours``; returns how many."""
    if hours and not _any_left(folder, hours):
        return 0
    if not DeltaTable.is_deltatable(str(folder)):
        return 0
    return len(DeltaTable(str(folder)).vacuum(retention_hours=hours, dry_run=False, enforce_retention_duration=False))


def _any_left(folder: Path, hours: int) -> bool:
    """Whether a file may have left the table so long ago: looking is many times cheaper than opening the table."""
    present, before = {os.path.basename(file.path) for file in files(folder)}, time.time() - 3600 * hours
    with os.scandir(folder) as there:
        return any(one.name.endswith(".parquet") and one.name not in present and one.stat().st_mtime < before
                   for one in there)


def scan(paths: Iterable[str], *, union: bool = False) -> str:
    """The FROM item that reads these Parquet files."""
    listed = ", ".join(literal(path) for path in paths)
    return f"read_parquet([{listed}], hive_partitioning=false, union_by_name={str(union).lower()})"


@lru_cache(maxsize=256)
def _files(folder: str, _newest: str) -> tuple[LakeFile, ...]:
    """Remembered by the name of the newest log entry: opening a table takes milliseconds, and there are many."""
    found = []
    for uri in DeltaTable(folder).file_uris():
        path = uri.removeprefix("file://")
        parts = os.path.basename(path).split(".")
        found.append(LakeFile(path, parts[0], parts[1]) if len(parts) == 4 else LakeFile(path, MIXED, ""))
    return tuple(found)


def _with_columns(table: DeltaTable, schema: pa.Schema) -> DeltaTable:
    """Add the columns that a newer release brought."""
    known = {column.name for column in table.schema().fields}
    added = [Field.from_arrow(column) for column in schema if column.name not in known]
    if added:
        table.alter.add_columns(added)
        return DeltaTable(table.table_uri)
    return table
