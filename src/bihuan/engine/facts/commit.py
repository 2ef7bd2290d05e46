"""From staged rows to the lake: compare with what is known, write what is new or changed, make it visible at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import duckdb
from deltalake.transaction import AddAction

from bihuan.engine.home import Home

from . import journal, lake
from .compaction import compact
from .identity import key_sql
from .lake import Run, literal, quoted
from .locks import locked
from .privacy.emptying import empty_erased
from .privacy.sealing import seal_staged
from .schema import TABLES, SourceTable
from .views import nothing, source_query, superseded_file


def commit_staged(home: Home, con: duckdb.DuckDBPyConnection, staged: dict[str, str], *, batch: str, actor: str,
                  counts: Callable[[dict[str, dict[str, int]]], dict[str, int]] | None = None, run: Run | None = None,
                  waiting: Callable[[], None] | None = None, unordered: bool = False,
                  **about: Any) -> dict[str, dict[str, int]]:
    """Write the staged relations ({table: relation on ``con``}) as one batch; returns the counts per table.

    A staged relation has the table's fields and ``source``, one row a key. Nothing is visible until the journal's
    line, which is written last: a crash before it leaves files that no reader looks at. ``unordered``: rows may lie in
    any order in the file, and are written faster so; ``con`` must be the only one of its engine.
    """
    run = run or (lambda sql: con.execute(sql).fetchall())
    with locked(home, "commit", waiting=waiting):
        recorded_at = journal.recording_moment(home)
        if unordered:
            con.execute("SET preserve_insertion_order = false")
        try:
            staged = seal_staged(home, con, empty_erased(home, con, staged))
            tables = {name: compare(home, TABLES[name], relation, run) for name, relation in staged.items()}
            written = {name: _write(home, con, TABLES[name], told, batch, recorded_at, run)
                       for name, told in tables.items() if told["accepted"] or told["updated"]}
        except BaseException:
            _sweep(home, batch)
            raise
        for name, actions in written.items():
            lake.commit(home.lake / name, actions, TABLES[name].schema)
        journal.done(home, batch, actor=actor, recorded_at=recorded_at, tables=tables,
                     counts=counts(tables) if counts else {}, **about)
        for name in written:
            compact(home, TABLES[name])
    return tables


def _sweep(home: Home, batch: str) -> None:
    """Remove the files of a batch that is given up before any table knows of them."""
    for file in [*home.lake.glob(f"*/{batch}.*"), *home.batches.glob(f"{batch}.superseded.*")]:
        file.unlink(missing_ok=True)


def compare(home: Home, table: SourceTable, relation: str, run: Run) -> dict[str, int]:
    """Make ``<table>_news`` (the staged rows that are new or say something else, with ``is_update``) and count.

    What is equal is found by comparing the fields themselves: no hash that another release might compute otherwise.
    """
    known, news = source_query(home, table, as_written=True), quoted(f"{table.name}_news")
    if known == nothing(table.schema):
        run(f"CREATE OR REPLACE TEMP VIEW {news} AS SELECT *, false AS is_update FROM {relation}")
        (rows,) = run(f"SELECT count(*) FROM {relation}")[0]
        return {"accepted": rows, "updated": 0, "unchanged": 0}
    match = " AND ".join(f"{key_sql(table, name, 'h')} IS NOT DISTINCT FROM k.{quoted(name)}" for name in table.key)
    differs = " OR ".join(f"h.{quoted(name)} IS DISTINCT FROM k.{quoted(name)}"
                          for name in [*table.names, "source"] if name not in table.key)
    run(f"""CREATE OR REPLACE TEMP TABLE {news} AS SELECT h.*, k.batch IS NOT NULL AS is_update
            FROM {relation} h LEFT JOIN ({known}) k ON {match} WHERE k.batch IS NULL OR {differs}""")
    rows, new, updated = run(f"""SELECT (SELECT count(*) FROM {relation}), count(*) FILTER (NOT is_update),
                                 count(*) FILTER (is_update) FROM {news}""")[0]
    return {"accepted": new, "updated": updated, "unchanged": rows - new - updated}


def _write(home: Home, con: duckdb.DuckDBPyConnection, table: SourceTable, told: dict[str, int], batch: str,
           recorded_at: datetime, run: Run) -> list[AddAction]:
    folder, news = home.lake / table.name, quoted(f"{table.name}_news")
    moment = f"TIMESTAMPTZ {literal(recorded_at.isoformat())}"
    fields = ", ".join(quoted(name) for name in table.names)
    query = (f"SELECT {fields}, source, {lake.constant(batch)} AS batch, {moment} AS recorded_at "
             f"FROM {news}")
    actions = lake.copy_out(con, query, folder, prefix=batch, schema=table.schema, run=run)
    if told["updated"]:
        home.batches.mkdir(parents=True, exist_ok=True)
        keys = ", ".join(f"{key_sql(table, name, 'n')} AS {quoted(name)}" for name in table.key)
        run(f"COPY (SELECT {keys}, {moment} AS recorded_at FROM {news} n WHERE is_update) "
            f"TO {literal(str(superseded_file(home, batch, table.name)))} (FORMAT parquet)")
    return actions
