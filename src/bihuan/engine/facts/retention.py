"""Deleting what people wrote when it has been kept long enough: the texts go, the row and its numbers stay.

A row keeps its time, its role and its pseudonyms, so that the figures of the past stay what they were. Files that held
a due text are written anew, one at a time, and the old ones removed at once: a stopped run goes on where it was.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.transaction import RemoveAction

from bihuan.engine.home import Home

from . import lake
from .connection import open_engine
from .identity import TELLING, key_sql
from .lake import LakeFile, literal, quoted
from .locks import locked
from .schema import MARK_ALONE, TABLES
from .store import connect

SILENT = "silent_customers"


@dataclass(frozen=True)
class Kind:
    """One kind of data with a time of its own: a table, the time a row counts from, and what columns become.

    Without a time a row counts from when its customer was last heard of; ``whose`` names that customer, ``only`` is a
    further condition.
    """

    table: str
    time: str
    columns: Mapping[str, str]
    whose: str = "id"
    only: str = "true"


KINDS: dict[str, Kind] = {
    "messages": Kind("messages", "at", {"text": "NULL", "attributes": MARK_ALONE}),
    "answers": Kind("answers", "at", {"text": "NULL"}),
    "cases": Kind("cases", "opened", dict.fromkeys(("subject", "attributes"), "NULL")),
    "events": Kind("events", "at", {"attributes": "NULL"}),
    # What identifies a customer, from the last time that anything was heard of them.
    "customers": Kind("customers", "", dict.fromkeys(("name", "phone", "email", "attributes"), "NULL")),
}
# What a kind holds in a second table: what customers were called and reached by before.
ALSO = {"customers": Kind("customer_history", "", {"value": "NULL"}, "customer",
                          "lower(attribute) IN ('name', 'phone', 'email')")}
# Those of whom something was heard since a moment: they wrote, answered or had a case.
HEARD = """
    SELECT customer FROM cases WHERE opened >= {moment}
    UNION ALL SELECT coalesce(a.customer, c.customer) FROM answers a LEFT JOIN cases c ON c.id = a."case"
      WHERE a.at >= {moment}
    UNION ALL SELECT coalesce(i.customer, c.customer) FROM invitations i LEFT JOIN cases c ON c.id = i."case"
      WHERE i.answered_at >= {moment}
    UNION ALL SELECT c.customer FROM messages m JOIN cases c ON c.id = m."case"
      WHERE m.at >= {moment} AND m.sender_kind IS NOT DISTINCT FROM 'customer'"""


@dataclass(frozen=True)
class Emptied:
    """One file that was written anew: the ids of the rows emptied; ``done`` of ``total`` files looked at."""

    ids: tuple[str, ...]
    done: int
    total: int


def due(home: Home, kind: str, before: datetime) -> int:
    """Return how many stored rows of a kind, of every version, hold a text from before a moment."""
    with _engine(home, KINDS[kind], before) as con:
        return sum(_count(con, what, file, before) for what, file in _files(home, kind))


def expire(home: Home, kind: str, before: datetime, *,
           cancelled: Callable[[], bool] | None = None) -> Iterator[Emptied]:
    """Empty the due texts of a kind, file by file; each is yielded when its old bytes are gone.

    Superseded versions and rows of undone batches are emptied too. Stops between two files when ``cancelled``.
    """
    files = _files(home, kind)
    for number, (what, file) in enumerate(files, start=1):
        if cancelled is not None and cancelled():
            return
        with locked(home, "commit"), _engine(home, what, before) as con:
            ids = _rewrite(home, con, what, file, before)
        yield Emptied(ids, number, len(files))
    for table in {what.table for what, _file in files}:
        lake.vacuum(home.lake / table, hours=0)


def _files(home: Home, kind: str) -> list[tuple[Kind, LakeFile]]:
    parts = [KINDS[kind], *([ALSO[kind]] if kind in ALSO else [])]
    return [(what, file) for what in parts for file in lake.files(home.lake / what.table)]


def _count(con: duckdb.DuckDBPyConnection, what: Kind, file: LakeFile, before: datetime) -> int:
    condition = _condition(what, file, before)
    return int(con.execute(f"SELECT count(*) FROM {lake.scan([file.path])} WHERE {condition}").fetchall()[0][0])


def _condition(what: Kind, file: LakeFile, before: datetime) -> str:
    present = set(pq.read_schema(file.path).names)
    holds = " OR ".join(f"{quoted(name)} IS DISTINCT FROM ({new})" for name, new in what.columns.items()
                       if name in present) or "false"
    if not what.time:
        return f"{quoted(what.whose)} IN (SELECT id FROM {SILENT}) AND {what.only} AND ({holds})"
    return f"{quoted(what.time)} < TIMESTAMPTZ {literal(before.isoformat())} AND ({holds})"


@contextmanager
def _engine(home: Home, what: Kind, before: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that, for customers, knows who has been silent since before the moment, under any of their numbers.

    Somebody of whom nothing was ever heard counts from when they became a customer, else from when they were told of.
    """
    if what.time:
        with open_engine(home) as con:
            yield con
        return
    moment = f"TIMESTAMPTZ {literal(before.isoformat())}"
    with connect(home, blocked=True) as rows:
        silent = rows.sql(f"""
            WITH heard AS ({HEARD.format(moment=moment)})
            SELECT c.id FROM customers c LEFT JOIN customer_numbers n ON n.number = c.id
            LEFT JOIN (SELECT customer, max(opened) AS last FROM cases GROUP BY customer) s
              ON s.customer = coalesce(n.customer, c.id)
            WHERE coalesce(s.last, c.since, c.recorded_at) < {moment}
              AND coalesce(n.customer, c.id) NOT IN (SELECT customer FROM heard WHERE customer IS NOT NULL)
            """).to_arrow_table()
    with open_engine(home) as con:
        con.register(SILENT, silent)
        yield con


def _rewrite(home: Home, con: duckdb.DuckDBPyConnection, what: Kind, file: LakeFile,
             before: datetime) -> tuple[str, ...]:
    """Write one file anew without its due texts; returns the ids of the rows that held one."""
    table, folder, condition = TABLES[what.table], home.lake / what.table, _condition(what, file, before)
    if not Path(file.path).exists():    # merged with others meanwhile: the next run looks at the merged file
        return ()
    key = key_sql(table, what.whose)
    found = con.sql(f"SELECT {key} AS id FROM {lake.scan([file.path])} WHERE {condition} ORDER BY 1"
                    ).to_arrow_table()
    ids = tuple(found["id"].to_pylist())
    if not ids:
        return ()
    present = pq.read_schema(file.path)
    changed = [f"CASE WHEN {condition} THEN {new} ELSE {quoted(name)} END::VARCHAR AS {quoted(name)}"
               for name, new in what.columns.items() if name in present.names]
    if what.table in TELLING:           # an id made of what the row says must be kept before it says less
        changed.append(f"{key} AS id")
    schema = table.schema if file.schema == lake.fingerprint(table.schema) else present
    added = lake.copy_out(con, f"SELECT * REPLACE ({', '.join(changed)}) FROM {lake.scan([file.path])}", folder,
                          prefix=file.batch, schema=schema)
    gone = RemoveAction(os.path.basename(file.path), False, int(time.time() * 1000), os.path.getsize(file.path), {})
    delta = DeltaTable(str(folder))
    delta.create_write_transaction([*added, gone], "append", delta.schema())
    Path(file.path).unlink(missing_ok=True)
    return ids
