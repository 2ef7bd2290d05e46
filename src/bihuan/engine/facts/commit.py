"""From staged rows to the lake: compare with what is known, write what is new or changed, make it visible at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import duckdb

from bihuan.engine.home import Home

from . import journal, lake
from .lake import Run, literal, quoted
from .locks import locked
from .schema import TABLES, TIME, SourceTable
from .views import nothing, source_query, superseded_file

PARTITION = "month"


def commit_staged(home: Home, con: duckdb.DuckDBPyConnection, staged: dict[str, str], *, batch: str, actor: str,
                  counts: Callable[[dict[str, dict[str, int]]], dict[str, int]] | None = None, run: Run | None = None,
                  waiting: Callable[[], None] | None = None, **about: Any) -> dict[str, dict[str, int]]:
    """Write the staged relations ({table: relation on ``con``}) as one batch; returns the counts per table.

    A staged relation has the table's fields and ``source``, one row a key. Nothing is visible until the journal's
    line, which is written last: a crash before it leaves files that no reader looks at.
    """
    run = run or (lambda sql: con.execute(sql).fetchall())
    with locked(home, "commit", waiting=waiting):
        recorded_at = journal.recording_moment(home)
        tables = {name: compare(home, con, TABLES[name], relation, run) for name, relation in staged.items()}
        for name, told in tables.items():
            if told["accepted"] or told["updated"]:
                _write(home, con, TABLES[name], told, batch, recorded_at, run)
        journal.done(home, batch, actor=actor, recorded_at=recorded_at, tables=tables,
                     counts=counts(tables) if counts else {}, **about)
    return tables


def compare(home: Home, con: duckdb.DuckDBPyConnection, table: SourceTable, relation: str,
            run: Run) -> dict[str, int]:
    """Make ``<table>_news`` (the staged rows that are new or changed, with row_hash and ``is_update``) and count."""
    known = source_query(home, table)
    hashed = _hashed(con, table, relation)
    news = quoted(f"{table.name}_news")
    if known == nothing(table.schema):
        run(f"CREATE OR REPLACE TEMP VIEW {news} AS SELECT *, false AS is_update FROM ({hashed})")
        (rows,) = run(f"SELECT count(*) FROM {relation}")[0]
        return {"accepted": rows, "updated": 0, "unchanged": 0}
    key = " AND ".join(f"h.{quoted(name)} IS NOT DISTINCT FROM k.{quoted(name)}" for name in table.key)
    keys = ", ".join(quoted(name) for name in table.key)
    run(f"""CREATE OR REPLACE TEMP TABLE {news} AS
            SELECT h.*, k.row_hash IS NOT NULL AS is_update FROM ({hashed}) h
            LEFT JOIN (SELECT {keys}, row_hash FROM ({known})) k ON {key}
            WHERE k.row_hash IS DISTINCT FROM h.row_hash""")
    rows, new, updated = run(f"""SELECT (SELECT count(*) FROM {relation}), count(*) FILTER (NOT is_update),
                                 count(*) FILTER (is_update) FROM {news}""")[0]
    return {"accepted": new, "updated": updated, "unchanged": rows - new - updated}


def _hashed(con: duckdb.DuckDBPyConnection, table: SourceTable, relation: str) -> str:
    """The staged rows with a hash over all fields, by which a re-import finds what is equal."""
    if "row_hash" in {row[0] for row in con.execute(f"DESCRIBE {relation}").fetchall()}:
        return f"SELECT * FROM {relation}"
    return f"SELECT s.*, {content_hash(table.names, table, alias='s')} AS row_hash FROM {relation} s"


def content_hash(names: Sequence[str], table: SourceTable, *, alias: str) -> str:
    """SQL: md5 over the columns' texts with separators, so that ("ab", "") and ("a", "b") differ in every release."""
    kinds = dict(table.fields)
    parts = []
    for name in names:
        value = f"{alias}.{quoted(name)}"
        text = f"epoch_us({value})::VARCHAR" if kinds[name] == TIME else f"{value}::VARCHAR"
        parts.append(f"coalesce({text}, chr(30))")
    return f"md5({' || chr(31) || '.join(parts)})"


def _write(home: Home, con: duckdb.DuckDBPyConnection, table: SourceTable, told: dict[str, int], batch: str,
           recorded_at: datetime, run: Run) -> None:
    folder, news = home.lake / table.name, quoted(f"{table.name}_news")
    moment = f"TIMESTAMPTZ {literal(recorded_at.isoformat())}"
    fields = ", ".join(quoted(name) for name in table.names)
    month = f"coalesce(strftime({quoted(table.time)}, '%Y-%m'), 'none')" if table.time else "'none'"
    query = (f"SELECT {fields}, source, {literal(batch)} AS batch, {moment} AS recorded_at, row_hash, "
             f"{month} AS {PARTITION} FROM {news}")
    actions = lake.copy_out(con, query, folder, prefix=batch, schema=table.schema, partition=PARTITION, run=run)
    if told["updated"]:
        keys = ", ".join(quoted(name) for name in table.key)
        home.batches.mkdir(parents=True, exist_ok=True)
        run(f"COPY (SELECT {keys}, {moment} AS recorded_at FROM {news} WHERE is_update) "
            f"TO {literal(str(superseded_file(home, batch, table.name)))} (FORMAT parquet)")
    lake.commit(folder, actions, table.schema, partition=PARTITION)
