"""Which rows may be seen: the SQL of a source table as it is known, and of a derived grain."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from bihuan.engine.home import Home

from . import journal, lake
from .grains import GRAINS
from .identity import TELLING, key_sql
from .lake import LakeFile, duckdb_type, quoted
from .schema import TABLES, SourceTable

VERSION = "fact_version"
# Mappings of tables whose answers stand apart from what is said of their response: when, in which survey, on which way.
# An answer "<response>#<question>" has that from the row "<response>", whichever came first.
APART = ("qualtrics_answers",)


@dataclass(frozen=True)
class SourceRows:
    """The files in which the rows of a source table lie at a moment, and what tells which of them may be seen."""

    table: SourceTable
    files: list[LakeFile]
    visible: frozenset[str]     # batches
    newer: list[str]            # files that tell what was superseded
    apart: list[str]            # batches of answers that have something from their response's row

    def sql(self) -> str:
        """A plain scan unless some key has more than one version."""
        if not self.files:
            return nothing(self.table.schema)
        columns = _columns(self.table.schema, self.files)
        if self.table.name in TELLING:
            columns = columns.replace('"id"', f'{key_sql(self.table, "id")} AS "id"', 1)
        rows = f"SELECT {columns} FROM {_scan(self.table.schema, self.files)} {_of_batches(self.files, self.visible)}"
        rows = _newest(rows, self.table, self.newer) if self.newer else rows
        return _with_response(rows, self.apart) if self.apart else rows


def source_query(home: Home, table: SourceTable, *, known_at: datetime | None = None, as_written: bool = False) -> str:
    """The SQL of a source view; ``as_written``: without what rows have from others."""
    found = sources(home, known_at=known_at, only=table.name).get(table.name)
    if found is None:
        return nothing(table.schema)
    return (replace(found, apart=[]) if as_written else found).sql()


def sources(home: Home, *, known_at: datetime | None = None, only: str = "") -> dict[str, SourceRows]:
    """Every source table of which rows may be seen, or the ``only`` one."""
    batches = [batch for batch in journal.batches(home) if batch.visible(known_at)]
    visible, papers = frozenset(batch.id for batch in batches), _listed(home.batches)
    found = {}
    for name in [only] if only else TABLES.keys() & _listed(home.lake):
        files = [file for file in lake.files(home.lake / name) if file.batch in visible or file.batch == lake.MIXED]
        if files:
            newer = [str(superseded_file(home, batch.id, name)) for batch in batches
                     if superseded_name(batch.id, name) in papers]
            apart = [batch.id for batch in batches if batch.mapping in APART and name == "answers"]
            found[name] = SourceRows(TABLES[name], files, visible, newer, apart)
    return found


def _listed(folder: Path) -> frozenset[str]:
    return frozenset(os.listdir(folder)) if folder.is_dir() else frozenset()


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


def superseded_name(batch: str, table: str) -> str:
    return f"{batch}.superseded.{table}.parquet"


@dataclass(frozen=True)
class FactRows:
    """The files in which the rows of a grain lie at a moment, and those that tell which cases were replaced."""

    schema: pa.Schema
    files: list[LakeFile]
    gone: list[LakeFile]

    def sql(self) -> str:
        """A row counts unless a later version took its case back."""
        if not self.files:
            return nothing(self.schema)
        scan = _scan(versioned(self.schema), self.files)
        if not self.gone:
            return f"SELECT {_columns(self.schema, self.files)} FROM {scan}"
        gone = lake.scan((file.path for file in self.gone), union=len({file.schema for file in self.gone}) > 1)
        taken = f'SELECT "case", max({VERSION}) AS latest FROM {gone} GROUP BY "case"'
        return (f'SELECT {_columns(self.schema, self.files, "f")} FROM {scan} f LEFT JOIN ({taken}) g '
                f'ON f."case" = g."case" WHERE g.latest IS NULL OR f.{VERSION} >= g.latest')


def fact_query(home: Home, grain: str) -> str:
    """The SQL of a fact view."""
    return _fact_rows(home, grain).sql()


def facts(home: Home) -> dict[str, FactRows]:
    """Every grain of which there are rows."""
    found = {grain: _fact_rows(home, grain) for grain in GRAINS.keys() & _listed(home.facts)}
    return {grain: rows for grain, rows in found.items() if rows.files}


def _fact_rows(home: Home, grain: str) -> FactRows:
    found = lake.files(home.facts / grain)
    return FactRows(GRAINS[grain], [file for file in found if file.batch.startswith("v")],
                    [file for file in found if file.batch.startswith("gone")])


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


def _of_batches(found: list[LakeFile], visible: frozenset[str]) -> str:
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
