"""Deleting a person from the records: identifiers and texts leave every version of every row, the counts stay.

The lake keeps the pseudonym, so that the numbers of the past stay what they were; nothing in it leads to the person any
more. Files that held something are written anew and the old ones removed at once, not after the usual hour.
"""

from __future__ import annotations

import csv
import io
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
from bihuan.engine.home import Home, write_atomically

from .emptying import ERASED, OWNERS, kept_id, replaced
from .forgetting import forget_names, note_cases
from .leaks import files_with
from .vault import open_vault
from .writers import all_rows, collect_cases, find_writers

SHORTEST_VALUE = 7      # shorter ones stand in other people's records too
# Where files of a watched folder lie once they were taken in: copies.
TAKEN_IN = "done"


@dataclass(frozen=True)
class Erased:
    """What was done: rows emptied by table, files written anew, uploads deleted, lines taken out of the files of
    rejected rows and bad cells, and files that still hold a value."""

    rows: dict[str, int]
    files: int
    uploads: int
    rejected: int
    remaining: tuple[str, ...]


def erase(home: Home, customers: Sequence[str], *, values: Iterable[str] = ()) -> Erased:
    """Empty what identifies a customer, under all their numbers, in every version of the records; delete uploads too.

    ``values`` are what identifies the person: uploads that hold one are deleted, and lines of rejected rows that hold
    one or a number of theirs; other files are named.
    """
    rows: dict[str, int] = {}
    written, values = 0, list(values)
    numbers = ", ".join(literal(customer) for customer in customers)
    with locked(home, "commit"), open_engine(home) as con:
        con.execute("SET preserve_insertion_order = false")
        collect_cases(home, con, numbers)
        nameless = find_writers(home, con, all_rows(home, "cases", "events", "messages"))
        note_cases(home, nameless.to_pylist())
        for table, (condition, emptied) in ERASED.items():
            for file in lake.files(home.lake / table):
                count = _rewrite(home, con, table, file, condition, emptied, numbers)
                rows[table] = rows.get(table, 0) + count
                written += bool(count)
            if rows.get(table):
                lake.vacuum(home.lake / table, hours=0)
    forget_names(home)
    uploads, rejected = _delete_uploads(home, values), _clean_papers(home, customers, values)
    remaining = sorted({name for value in values for name in files_with(home.path, value)})
    return Erased({table: count for table, count in rows.items() if count}, written, uploads, rejected, tuple(remaining))


def erase_again(home: Home) -> tuple[int, tuple[str, ...]]:
    """Empty, in a restored workspace, what it holds of customers deleted since the backup was made.

    Who was deleted is known by the keys of the vault, which lie apart from backups; without them nobody is. Returns how
    many customers, and the files that still hold a telephone or mail of theirs.
    """
    vault = open_vault(home)
    with open_engine(home) as con:
        scans = [(OWNERS[table], lake.scan([file.path for file in files], union=True))
                 for table in OWNERS if (files := lake.files(home.lake / table))]
        union = " UNION ".join(f"SELECT {quoted(column)} FROM {scan}" for column, scan in scans)
        gone = vault.destroyed_among(
            lambda: [one for (one,) in con.execute(union).fetchall() if one is not None] if union else [])
        if not gone:
            return 0, ()
        people = [file.path for file in lake.files(home.lake / "customers")]
        listed = ", ".join(literal(one) for one in sorted(gone))
        found = con.execute(f"SELECT DISTINCT phone, email FROM {lake.scan(people, union=True)} "
                            f"WHERE id IN ({listed})").fetchall() if people else []
    values = sorted({value for row in found for value in row if value and len(value) >= SHORTEST_VALUE})
    done = erase(home, sorted(gone), values=values)
    vault.sweep()
    return len(gone), done.remaining


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
    columns = ", ".join([*replaced(condition, changes), *kept_id(table, condition)])
    known = TABLES[table].schema
    schema: pa.Schema = known if file.schema == lake.fingerprint(known) else present
    added = lake.copy_out(con, f"SELECT * REPLACE ({columns}) FROM {scan}", home.lake / table, prefix=file.batch,
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
    folders = [home.uploads, *(home.path / "inbox").rglob(TAKEN_IN)]
    found = {name.partition("!")[0] for value in values for folder in folders for name in files_with(folder, value)}
    for name in found:
        Path(name).unlink(missing_ok=True)
    return len(found)


def _clean_papers(home: Home, customers: Sequence[str], values: Iterable[str]) -> int:
    """Take the person's lines out of the files of rejected rows and bad cells; returns how many lines.

    A line is theirs when it holds a value anywhere, or one of their numbers as a cell. Nothing is left of a file
    whose every line was theirs.
    """
    numbers, values, gone = set(customers), [value for value in values if value], 0
    for file in sorted([*home.batches.glob("*.rejected.csv"), *home.batches.glob("*.cells.csv")]):
        with file.open(encoding="utf-8-sig", newline="") as opened:
            header, *lines = list(csv.reader(opened)) or [[]]
        kept = [line for line in lines if not _is_theirs(line, numbers, values)]
        if len(kept) == len(lines):
            continue
        gone += len(lines) - len(kept)
        if kept:
            _write_lines(file, [header, *kept])
        else:
            file.unlink()
    return gone


def _is_theirs(line: Sequence[str], numbers: set[str], values: Sequence[str]) -> bool:
    return not numbers.isdisjoint(line) or any(value in cell for value in values for cell in line)


def _write_lines(file: Path, lines: Sequence[Sequence[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    write_atomically(file, "\ufeff" + text.getvalue())
