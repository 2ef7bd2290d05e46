"""Deleting a person from the records: identifiers and texts leave every version of every row, the counts stay.

The lake keeps the pseudonym, so that the numbers of the past stay what they were; nothing in it leads to the person any
more. Files that held something are written anew and the old ones removed at once, not after the usual hour.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.transaction import AddAction, RemoveAction

from bihuan.engine.facts import lake
from bihuan.engine.facts.connection import open_engine
from bihuan.engine.facts.lake import LakeFile, literal, quoted
from bihuan.engine.facts.locks import locked
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.home import Home

from .leaks import files_with

# Table -> (condition, {column: what it becomes}); ``erased_cases`` are the customer's, of all versions.
OF_CASE = '"case" IN (SELECT id FROM erased_cases)'
ERASED: dict[str, tuple[str, dict[str, str]]] = {
    "customers": ("id IN ($1)", dict.fromkeys(("name", "phone", "email", "attributes"), "NULL")),
    "customer_history": ("customer IN ($1)", {"value": "NULL"}),
    "cases": ("customer IN ($1)", dict.fromkeys(("subject", "attributes"), "NULL")),
    "messages": (OF_CASE, {"text": "NULL", "attributes": "NULL",
                           "sender": "CASE WHEN sender_kind = 'customer' THEN NULL ELSE sender END"}),
    "events": (OF_CASE, {"attributes": "NULL", "actor": "CASE WHEN actor_kind = 'customer' THEN NULL ELSE actor END"}),
    "answers": (f"customer IN ($1) OR {OF_CASE}", {"text": "NULL"}),
}


@dataclass(frozen=True)
class Erased:
    """What was done: rows emptied by table, files written anew, uploads deleted, and files that still hold a value."""

    rows: dict[str, int]
    files: int
    uploads: int
    remaining: tuple[str, ...]


def erase(home: Home, customers: Sequence[str], *, values: Iterable[str] = ()) -> Erased:
    """Empty what identifies a customer, under all their numbers, in every version of the records; delete uploads too.

    ``values`` are the person's telephone and mail: uploads that hold one are deleted, other files are named.
    """
    rows: dict[str, int] = {}
    written, values = 0, list(values)
    numbers = ", ".join(literal(customer) for customer in customers)
    with locked(home, "commit"), open_engine(home) as con:
        con.execute("SET preserve_insertion_order = false")
        _collect_cases(home, con, numbers)
        for table, (condition, emptied) in ERASED.items():
            for file in lake.files(home.lake / table):
                count = _rewrite(home, con, table, file, condition, emptied, numbers)
                rows[table] = rows.get(table, 0) + count
                written += bool(count)
            if rows.get(table):
                lake.vacuum(home.lake / table, hours=0)
    uploads = _delete_uploads(home, values)
    remaining = sorted({name for value in values for name in files_with(home.path, value)})
    return Erased({table: count for table, count in rows.items() if count}, written, uploads, tuple(remaining))


def _collect_cases(home: Home, con: duckdb.DuckDBPyConnection, numbers: str) -> None:
    con.execute("CREATE TEMP TABLE erased_cases (id VARCHAR)")
    paths = [file.path for file in lake.files(home.lake / "cases")]
    if paths:
        con.execute(f"INSERT INTO erased_cases SELECT DISTINCT id FROM {lake.scan(paths, union=True)} "
                    f"WHERE customer IN ({numbers})")


def _rewrite(home: Home, con: duckdb.DuckDBPyConnection, table: str, file: LakeFile, condition: str,
             emptied: dict[str, str], numbers: str) -> int:
    """Write one file anew under its batch's name; returns how many rows were emptied, 0 when nothing had to be."""
    # COPY takes no parameters: the numbers stand in the text, quoted.
    condition = condition.replace("$1", numbers)
    present = pq.read_schema(file.path)
    changes = {name: new for name, new in emptied.items() if name in present.names}
    holds = " OR ".join(f"{quoted(name)} IS DISTINCT FROM ({new})" for name, new in changes.items())
    scan = lake.scan([file.path])
    row = con.execute(f"SELECT count(*) FROM {scan} WHERE ({condition}) AND ({holds})").fetchone()
    count = row[0] if row else 0
    if not count:
        return 0
    replaced = ", ".join(
        f"CASE WHEN {condition} THEN {new} ELSE {quoted(name)} END::VARCHAR AS {quoted(name)}" for name, new in changes.items())
    known = TABLES[table].schema
    schema: pa.Schema = known if file.schema == lake.fingerprint(known) else present
    added = lake.copy_out(con, f"SELECT * REPLACE ({replaced}) FROM {scan}", home.lake / table, prefix=file.batch,
                          schema=schema)
    _swap(home.lake / table, file, added)
    Path(file.path).unlink(missing_ok=True)
    return count


def _swap(folder: Path, file: LakeFile, added: list[AddAction]) -> None:
    gone = RemoveAction(os.path.basename(file.path), False, int(time.time() * 1000), os.path.getsize(file.path), {})
    table = DeltaTable(str(folder))
    table.create_write_transaction([*added, gone], "append", table.schema())


def _delete_uploads(home: Home, values: Iterable[str]) -> int:
    """Delete uploaded files that hold a value: their rows were imported, and the copy is no longer needed."""
    found = {name.partition("!")[0] for value in values for name in files_with(home.uploads, value)}
    for name in found:
        Path(name).unlink(missing_ok=True)
    return len(found)
