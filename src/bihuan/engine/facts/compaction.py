"""Put many small files of a table into one: every file costs a reader a millisecond, and every batch makes one."""

from __future__ import annotations

import os
import time
from pathlib import Path

from deltalake import DeltaTable
from deltalake.transaction import AddAction, RemoveAction

from bihuan.engine.home import Home

from . import journal, lake
from .connection import share_engine
from .lake import LakeFile
from .schema import SourceTable

MANY = 64                # from so many small files on
SMALL = 32 << 20         # bytes; larger files are left as they are


def compact(home: Home, table: SourceTable) -> int:
    """Merge the small files of a table when there are many; returns how many were merged. Call under "commit".

    The merged file holds the rows of several batches, so readers of it look at the column ``batch``. Rows of imports
    that were cut off are left out. Readers that began before keep their files: these are deleted an hour later.
    """
    folder = home.lake / table.name
    small = [file for file in lake.files(folder) if os.path.getsize(file.path) < SMALL]
    if len(small) < MANY:
        return 0
    known = ", ".join(lake.literal(batch.id) for batch in journal.batches(home))
    if any(file.schema != lake.fingerprint(table.schema) for file in small):
        return 0         # files of an older release lack columns: they are read with care, not rewritten
    columns = ", ".join(lake.quoted(column.name) for column in table.schema)
    query = f"SELECT {columns} FROM {lake.scan(file.path for file in small)} WHERE batch IN ({known})"
    with share_engine(home) as con:
        added = lake.copy_out(con, query, folder, prefix=lake.MIXED, schema=table.schema)
    _replace(folder, small, added)
    lake.vacuum(folder)
    return len(small)


def _replace(folder: Path, small: list[LakeFile], added: list[AddAction]) -> None:
    """One commit that takes the small files out and puts the merged one in."""
    now = int(time.time() * 1000)
    removed = [RemoveAction(os.path.basename(file.path), False, now, os.path.getsize(file.path), {}) for file in small]
    table = DeltaTable(str(folder))
    table.create_write_transaction([*added, *removed], "append", table.schema())
