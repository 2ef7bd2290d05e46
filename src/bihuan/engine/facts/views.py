"""Which rows may be seen: the SQL of a source table as it is known, and of a derived grain."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bihuan.engine.home import Home

from . import journal, lake
from .grains import GRAINS
from .identity import TELLING, key_sql
from .lake import LakeFile, duckdb_type, quoted
from .schema import SourceTable

VERSION = "fact_version"
# Mappings of tables whose answers stand apart from what is said of their response: when, in which survey, on which way.
# An answer "<response>#<question>" has that from the row "<response>", whichever came first.
APART = ("qualtrics_answers",)


def source_query(home: Home, table: SourceTable, *, known_at: datetime | None = None, as_written: bool = False) -> str:
    """The SQL of a source view. A plain scan unless some key has more than one version; ``as_written``: without what
    rows have from others."""
    batches = [batch for batch in journal.batches(home) if batch.visible(known_at)]
    visible = {batch.id for batch in batches}
    found = [file for file in lake.files(home.lake / table.name) if file.batch in visible or file.batch == lake.MIXED]
    if not found:
        return nothing(table.schema)
    columns = _columns(table.schema, found)
    if table.name in TELLING:
        columns = columns.replace('"id"', f'{key_sql(table, "id")} AS "id"', 1)
    rows = f"SELECT {columns} FROM {_scan(table.schema, found)} {_of_batches(found, visible)}"
    newer = _newer(home, [batch.id for batch in batches], table.name)
    rows = _newest(rows, table, newer) if newer else rows
    apart = [batch.id for batch in batches if batch.mapping in APART and table.name == "answers" and not as_written]
    return _with_response(rows, apart) if apart else rows


def _with_response(rows: str, apart: list[str]) -> str:
    """Give answers that came apart from their response what its row says."""
    listed = ", ".join(lake.literal(batch) for batch in apart)
    told = f'SELECT id, "at", survey, channel, status FROM ({rows}) WHERE batch NOT IN ({listed})'
    return (f'SELECT a.* REPLACE (coalesce(r."at", a."at") AS "at", coalesce(r.survey, a.survey) AS survey, '
            f"coalesce(r.channel, a.channel) AS channel, coalesce(r.status, a.status) AS status) "
            f"FROM ({rows}) a LEFT JOIN ({told}) r ON a.batch IN ({listed}) AND r.id = split_part(a.id, '#', 1)")


def superseded_file(home: Home, batch: str, table: str) -> Path:
    """Where a batch notes the keys of whose rows it brought a newer version; absent when it brought none."""
    return home.batches / superseded_name(batch, table)


def _newer(home: Home, batches: list[str], table: str) -> list[str]:
    """The files that tell what these batches superseded; few batches have one, and the folder is looked at once."""
    there = set(os.listdir(home.batches)) if home.batches.is_dir() else set()
    found = (superseded_file(home, batch, table) for batch in batches if superseded_name(batch, table) in there)
    return [str(path) for path in found]


def superseded_name(batch: str, table: str) -> str:
    return f"{batch}.superseded.{table}.parquet"


def fact_query(home: Home, grain: str) -> str:
    """The SQL of a fact view; a row counts unless a later version took its case back."""
    schema, found = GRAINS[grain], lake.files(home.facts / grain)
    rows = [file for file in found if file.batch.startswith("v")]
    gone = [file.path for file in found if file.batch.startswith("gone")]
    if not rows:
        return nothing(schema)
    scan = _scan(versioned(schema), rows)
    if not gone:
        return f"SELECT {_columns(schema, rows)} FROM {scan}"
    taken = f'SELECT "case", max({VERSION}) AS latest FROM {lake.scan(gone)} GROUP BY "case"'
    return (f'SELECT {_columns(schema, rows, "f")} FROM {scan} f LEFT JOIN ({taken}) g ON f."case" = g."case" '
            f"WHERE g.latest IS NULL OR f.{VERSION} >= g.latest")


def _columns(schema: pa.Schema, found: list[LakeFile], alias: str = "") -> str:
    """The columns of a view; one that no file has yet is NULL."""
    present = {column.name for column in schema} if _same(schema, found) else _present(found)
    dot = f"{alias}." if alias else ""
    return ", ".join(dot + quoted(column.name) if column.name in present
                     else f"NULL::{duckdb_type(column.type)} AS {quoted(column.name)}" for column in schema)


def _present(found: list[LakeFile]) -> set[str]:
    return {name for path in {file.schema: file.path for file in found}.values() for name in pq.read_schema(path).names}


def _same(schema: pa.Schema, found: list[LakeFile]) -> bool:
    now = {lake.fingerprint(schema), lake.fingerprint(versioned(schema))}
    return all(file.schema in now for file in found)


def _scan(schema: pa.Schema, found: list[LakeFile]) -> str:
    return lake.scan((file.path for file in found), union=not _same(schema, found))


def _of_batches(found: list[LakeFile], visible: set[str]) -> str:
    """Names tell a file's batch; only a compacted file has to be looked into."""
    if all(file.batch != lake.MIXED for file in found):
        return ""
    return f"WHERE batch IN ({', '.join(lake.literal(batch) for batch in sorted(visible)) or 'NULL'})"


def _newest(rows: str, table: SourceTable, newer: list[str]) -> str:
    """Leave out versions older than the latest one that some batch brought for the same key."""
    key = ", ".join(quoted(name) for name in table.key)
    match = " AND ".join(f"r.{quoted(name)} IS NOT DISTINCT FROM s.{quoted(name)}" for name in table.key)
    latest = f"SELECT {key}, max(recorded_at) AS latest FROM {lake.scan(newer)} GROUP BY {key}"
    return (f"SELECT r.* FROM ({rows}) r LEFT JOIN ({latest}) s ON {match} "
            "WHERE s.latest IS NULL OR r.recorded_at >= s.latest")


def nothing(schema: pa.Schema) -> str:
    return "SELECT " + ", ".join(f"NULL::{duckdb_type(c.type)} AS {quoted(c.name)}" for c in schema) + " WHERE false"


def versioned(schema: pa.Schema) -> pa.Schema:
    return pa.schema([*schema, (VERSION, pa.int64())])
