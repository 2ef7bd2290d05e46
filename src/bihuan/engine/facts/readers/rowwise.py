"""Rows of a table through a source's reader, where what a row means cannot be said by its columns one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb

from ..lake import quoted
from ..mapping import Mapping
from ..sources import reader_of
from .base import CHUNK, Raw
from .cells import text_of
from .flat import load_flat

NAME = "made"


def read(con: duckdb.DuckDBPyConnection, raw: Raw, mapping: Mapping) -> Raw:
    """The records that the mapping's reader makes, one a row: the row's own columns and what the reader adds.

    One a row, so that a bad cell is told by its row in the file; with its own columns, so that a file of rejected rows
    has them and can be read again.
    """
    try:
        rows = con.sql(f"SELECT * FROM {raw.texts}").to_arrow_table()
    except duckdb.InvalidInputException:  # a torn record
        if raw.patient is None:
            raise
        raw = raw.patient()
        rows = con.sql(f"SELECT * FROM {raw.texts}").to_arrow_table()
    documents = (row for batch in rows.to_batches(CHUNK) for row in batch.to_pylist())
    made = load_flat(con, NAME, _as_text(reader_of(mapping.reader)(documents)))
    columns = list(dict.fromkeys((*raw.columns, *made)))
    for column in columns:  # a file without a row makes none
        con.execute(f"ALTER TABLE {NAME} ADD COLUMN IF NOT EXISTS {quoted(column)} VARCHAR")
    return replace(raw, relation=NAME, columns=columns, reread="", types={}, blanks=False, patient=None, plain=None)


def _as_text(records: Iterator[dict[str, Any]]) -> Iterator[dict[str, str | None]]:
    for record in records:
        yield {key: text_of(value) for key, value in record.items()}
