"""Load records that are dictionaries, when only the last one tells which columns there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import duckdb
import pyarrow as pa

from ..lake import quoted
from .base import CHUNK


def load_flat(con: duckdb.DuckDBPyConnection, name: str, records: Iterable[dict[str, str | None]]) -> list[str]:
    """Make the text table ``name`` out of dictionaries; a key first met late becomes a column that is NULL before."""
    columns: list[str] = []
    con.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} (_none VARCHAR)")
    for chunk in _chunks(records):
        seen = {key: None for record in chunk for key in record}
        for key in seen:
            if key not in columns:
                columns.append(key)
                con.execute(f"ALTER TABLE {quoted(name)} ADD COLUMN {quoted(key)} VARCHAR")
        con.register("chunk", pa.table({key: pa.array([record.get(key) for record in chunk], pa.string())
                                        for key in seen}))
        con.execute(f"INSERT INTO {quoted(name)} BY NAME SELECT * FROM chunk")
        con.unregister("chunk")
    if columns:
        con.execute(f"ALTER TABLE {quoted(name)} DROP COLUMN _none")
    return columns


def _chunks(records: Iterable[dict[str, str | None]]) -> Iterator[list[dict[str, str | None]]]:
    stream = iter(records)
    while chunk := list(islice(stream, CHUNK)):
        yield chunk
