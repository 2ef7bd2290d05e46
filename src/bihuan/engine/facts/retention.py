"""Deleting what people wrote when it has been kept long enough: the texts go, the row and its numbers stay.

A row keeps its time, its role and its pseudonyms, so that the figures of the past stay what they were. Who wrote or
acted as the customer loses the name as in a deletion on request; who did so for the company keeps it. Files that held
what is due are written anew, one at a time, and the old ones removed at once: a stopped run goes on where it was.
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
from .people import NAMING
from .privacy.forgetting import forget_names, note_cases
from .privacy.writers import WRITING, all_rows, company_among, register_company, unknown, without_customer
from .schema import MARK_ALONE, TABLES
from .store import connect

SILENT, SILENT_CASES = "silent_customers", "silent_cases"


@dataclass(frozen=True)
class Kind:
    """One kind of data with a time of its own: a table, the time a row counts from, and what columns become.

    Without a time a row counts from when its customer was last heard of; ``whose`` names that customer where the row
    does, ``only`` is a further condition.
    """

    table: str
    time: str
    columns: Mapping[str, str]
    whose: str = "id"
    only: str = "true"


KINDS: dict[str, Kind] = {
    "messages": Kind("messages", "at", {"text": "NULL", "attributes": MARK_ALONE,
                                        "sender": without_customer("sender", "sender_kind")}),
    "answers": Kind("answers", "at", {"text": "NULL"}),
    "cases": Kind("cases", "opened", dict.fromkeys(("subject", "attributes"), "NULL")),
    "events": Kind("events", "at", {"attributes": "NULL", "actor": without_customer("actor", "actor_kind")}),
    # What identifies a customer, from the last time that anything was heard of them.
    "customers": Kind("customers", "", dict.fromkeys(("name", "phone", "email", "attributes"), "NULL")),
}
# What a kind holds in further tables: what customers were called and reached by before, and what they wrote under.
OF_SILENT = f'"case" IN (SELECT id FROM {SILENT_CASES})'
ALSO = {"customers": (
    Kind("customer_history", "", {"value": "NULL"}, "customer", "lower(attribute) IN ('name', 'phone', 'email')"),
    Kind("messages", "", {"sender": without_customer("sender", "sender_kind")}, "", OF_SILENT),
    Kind("events", "", {"actor": without_customer("actor", "actor_kind")}, "", OF_SILENT))}
# Where customers are named, by number or name.
CUSTOMERS = (("cases", "customer"), ("customers", "id"), ("customers", "name"))
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
    """One file that was written anew: the ids of the rows emptied (of customers where the ``table`` names them);
    ``done`` of ``total`` files looked at."""

    table: str
    ids: tuple[str, ...]
    done: int
    total: int


def due(home: Home, kind: str, before: datetime) -> int:
    """Return how many stored rows of a kind, of every version, hold a text or a customer's name of before a moment."""
    with _engine(home, kind, before) as con:
        return sum(_count(con, what, file, before) for what, file in _files(home, kind))


def strangers(home: Home, kind: str, before: datetime) -> list[str]:
    """Return the names that go with the due rows of a kind although nothing says that they are a customer's.

    Their source tells no kinds of people, and no agent of the register or of a case, and no customer, is called so.
    """
    found: set[str] = set()
    with _engine(home, kind, before) as con:
        rows = all_rows(home, "cases", "customers")
        told = [f"SELECT {column} AS name FROM {rows[table]}" for table, column in CUSTOMERS if table in rows]
        customers = {name for (name,) in con.execute(" UNION ".join(told)).fetchall()} if told else set()
        for what, file in _files(home, kind):
            if what.table in WRITING:
                column, _moment, of_kind = NAMING[what.table]
                found |= {name for (name,) in con.execute(
                    f"SELECT DISTINCT {column} FROM {lake.scan([file.path])} "
                    f"WHERE {_condition(what, file, before)} AND {unknown(column, of_kind)}").fetchall()}
    return sorted(found - customers)


def expire(home: Home, kind: str, before: datetime, *,
           cancelled: Callable[[], bool] | None = None) -> Iterator[Emptied]:
    """Empty what is due of a kind, file by file; each is yielded when its old bytes are gone.

    Superseded versions and rows of undone batches are emptied too, and the facts of cases that lose a name which might
    have been a colleague's are computed anew. Stops between two files when ``cancelled``.
    """
    files = _files(home, kind)
    with _engine(home, kind, before) as con:
        for number, (what, file) in enumerate(files, start=1):
            if cancelled is not None and cancelled():
                break
            with locked(home, "commit"):
                _know_silent(home, con, kind, before)   # anew: somebody may have been heard of meanwhile
                ids = _rewrite(home, con, what, file, before)
            yield Emptied(what.table, ids, number, len(files))
        else:
            for table in {what.table for what, _file in files}:
                lake.vacuum(home.lake / table, hours=0)
    forget_names(home)


def _files(home: Home, kind: str) -> list[tuple[Kind, LakeFile]]:
    parts = [KINDS[kind], *ALSO.get(kind, ())]
    return [(what, file) for what in parts for file in lake.files(home.lake / what.table)]


def _count(con: duckdb.DuckDBPyConnection, what: Kind, file: LakeFile, before: datetime) -> int:
    condition = _condition(what, file, before)
    return int(con.execute(f"SELECT count(*) FROM {lake.scan([file.path])} WHERE {condition}").fetchall()[0][0])


def _condition(what: Kind, file: LakeFile, before: datetime) -> str:
    present = set(pq.read_schema(file.path).names)
    holds = " OR ".join(f"{quoted(name)} IS DISTINCT FROM ({new})" for name, new in what.columns.items()
                       if name in present) or "false"
    if not what.time:
        whose = f"{quoted(what.whose)} IN (SELECT id FROM {SILENT}) AND " if what.whose else ""
        return f"{whose}{what.only} AND ({holds})"
    return f"{quoted(what.time)} < TIMESTAMPTZ {literal(before.isoformat())} AND ({holds})"


@contextmanager
def _engine(home: Home, kind: str, before: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that knows who writes for the company, and for customers who has been silent since the moment."""
    parts = [KINDS[kind], *ALSO.get(kind, ())]
    with open_engine(home) as con:
        _know_silent(home, con, kind, before)
        rows = all_rows(home, *(what.table for what in parts if what.table in WRITING), "cases")
        told = ["SELECT NULL::VARCHAR AS name"]
        for table in rows.keys() & set(WRITING):
            column, _moment, of_kind = NAMING[table]
            told.append(f"SELECT DISTINCT {column} AS name FROM {rows[table]} WHERE {of_kind} IS NULL")
        agents = [rows["cases"]] if "cases" in rows else []
        register_company(con, company_among(home, con, " UNION ".join(told), agents) if len(told) > 1 else ())
        yield con


def _know_silent(home: Home, con: duckdb.DuckDBPyConnection, kind: str, before: datetime) -> None:
    """Tell a connection, for kinds without a time, who has been silent since before the moment, and their cases.

    Somebody of whom nothing was ever heard, under any of their numbers, counts from when they became a customer, else
    from when they were told of.
    """
    if KINDS[kind].time:
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
        rows.register(SILENT, silent)
        cases = rows.sql(f"""
            SELECT k.id FROM cases k JOIN customer_numbers n ON n.customer = k.customer
            JOIN {SILENT} s ON s.id = n.number UNION
            SELECT id FROM cases WHERE customer IN (SELECT id FROM {SILENT})""").to_arrow_table()
    con.register(SILENT, silent)
    con.register(SILENT_CASES, cases)


def _rewrite(home: Home, con: duckdb.DuckDBPyConnection, what: Kind, file: LakeFile,
             before: datetime) -> tuple[str, ...]:
    """Write one file anew without its due texts; returns the ids of the rows that held one."""
    table, folder, condition = TABLES[what.table], home.lake / what.table, _condition(what, file, before)
    if not Path(file.path).exists():    # merged with others meanwhile: the next run looks at the merged file
        return ()
    key = key_sql(table, what.whose or "id")
    found = con.sql(f"SELECT {key} AS id FROM {lake.scan([file.path])} WHERE {condition} ORDER BY 1"
                    ).to_arrow_table()
    ids = tuple(found["id"].to_pylist())
    if not ids:
        return ()
    if what.table in WRITING:
        note_cases(home, _nameless(con, what, file, condition))
    present = pq.read_schema(file.path)
    changed = [f"CASE WHEN {condition} THEN {new} ELSE {quoted(name)} END::VARCHAR AS {quoted(name)}"
               for name, new in what.columns.items() if name in present.names]
    if what.table in TELLING:           # an id made of what the row says must be kept before it says less
        changed.append(f"{key_sql(table, 'id')} AS id")
    schema = table.schema if file.schema == lake.fingerprint(table.schema) else present
    added = lake.copy_out(con, f"SELECT * REPLACE ({', '.join(changed)}) FROM {lake.scan([file.path])}", folder,
                          prefix=file.batch, schema=schema)
    gone = RemoveAction(os.path.basename(file.path), False, int(time.time() * 1000), os.path.getsize(file.path), {})
    delta = DeltaTable(str(folder))
    delta.create_write_transaction([*added, gone], "append", delta.schema())
    Path(file.path).unlink(missing_ok=True)
    return ids


def _nameless(con: duckdb.DuckDBPyConnection, what: Kind, file: LakeFile, condition: str) -> list[str]:
    """The cases of a file that lose a name of which nothing says that it is a customer's."""
    column, _moment, of_kind = NAMING[what.table]
    found = con.execute(f'SELECT DISTINCT "case" FROM {lake.scan([file.path])} '
                        f"WHERE {condition} AND {unknown(column, of_kind)}").fetchall()
    return [one for (one,) in found]
