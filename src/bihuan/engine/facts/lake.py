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
from pathlib import Path
from threading import Lock
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
    pa.timestamp("us", tz="UTC"): "TIMESTAMP WITH TIME ZONE",      # as DESCRIBE says it
}
PLAIN = "FORMAT parquet, COMPRESSION snappy"
# Numbers and times as the differences between them, and no dictionary of many words: a quarter smaller, written in four
# fifths of the time. For tables of many numbers; the long runs of one id in a log are better in a dictionary.
PACKED = f"{PLAIN}, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 4000"
TABLES_KNOWN = 256
_known: dict[str, tuple[str, tuple[LakeFile, ...]]] = {}
_listing = Lock()
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
             run: Run | None = None, typed: bool = False, form: str = PLAIN) -> list[AddAction]:
    """Write the rows of ``query`` as a Parquet file under ``folder`` and return it, not yet part of any table.

    ``typed``: the query's columns are known to have the schema's types. ``form``: PLAIN or PACKED.

    One file a batch and no partition folders: splitting by month doubled the time of writing and made a hundred tiny
    files of a hundred rows spread over eight years, while the row groups' own statistics tell months as well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{prefix}.{fingerprint(schema)}.{os.urandom(8).hex()}.parquet"
    query = query if typed else _typed(con, query, schema)
    sql = f"COPY ({query}) TO {literal(str(path))} ({form})"
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
                _remember(folder, 0, actions, [])
            else:
                table = _with_columns(DeltaTable(str(folder)), schema)
                table.create_write_transaction(list(actions), mode, Schema.from_arrow(schema))
                _remember(folder, table.version() + 1, actions, table.file_uris() if mode == "append" else [])
            return
        except (CommitFailedError, DeltaError):
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(0.01 * 2 ** min(attempt, 6))


def files(folder: Path) -> tuple[LakeFile, ...]:
    """The table's present files; none when the table does not exist yet."""
    newest = _newest(folder)
    if newest is None:
        return ()
    with _listing:
        known = _known.get(str(folder))
    if known and known[0] == newest:
        return known[1]
    return _keep(folder, newest, DeltaTable(str(folder)).file_uris())


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


def _newest(folder: Path) -> str | None:
    """The name of the newest log entry; None when there is no table."""
    try:
        return max((name for name in os.listdir(folder / "_delta_log") if name.endswith(".json")), default="")
    except (FileNotFoundError, NotADirectoryError):
        return None


def _remember(folder: Path, version: int, added: Sequence[AddAction], before: Sequence[str]) -> None:
    """Know the files after a commit without opening the table again, unless somebody else has committed meanwhile."""
    newest = f"{version:020d}.json"
    if _newest(folder) == newest:
        _keep(folder, newest, [*(str(folder.resolve() / action.path) for action in added), *before])


def _keep(folder: Path, newest: str, uris: Iterable[str]) -> tuple[LakeFile, ...]:
    """Remember files by the name of the newest log entry: opening a table takes milliseconds, and there are many."""
    found = []
    for uri in uris:
        path = uri.removeprefix("file://")
        parts = os.path.basename(path).split(".")
        found.append(LakeFile(path, parts[0], parts[1]) if len(parts) == 4 else LakeFile(path, MIXED, ""))
    with _listing:
        _known.pop(str(folder), None)
        _known[str(folder)] = newest, tuple(found)
        if len(_known) > TABLES_KNOWN:
            del _known[next(iter(_known))]
    return tuple(found)


def _with_columns(table: DeltaTable, schema: pa.Schema) -> DeltaTable:
    """Add the columns that a newer release brought."""
    known = {column.name for column in table.schema().fields}
    added = [Field.from_arrow(column) for column in schema if column.name not in known]
    if added:
        table.alter.add_columns(added)
        return DeltaTable(table.table_uri)
    return table
