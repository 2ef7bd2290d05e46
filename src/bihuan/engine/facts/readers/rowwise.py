"""Rows of a table through a source's reader, where what a row means cannot be said by its columns one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa

from ..lake import literal, quoted
from ..mapping import Mapping
from ..sniffing import unique_names
from ..sources import reader_of
from .base import CHUNK, WHITE, Raw
from .cells import text_of
from .flat import load_flat

NAME = "made"


def read(con: duckdb.DuckDBPyConnection, raw: Raw, mapping: Mapping) -> Raw:
    """The records that the mapping's reader makes, one a row: the row's own columns and what the reader adds.

    One a row, so that a bad cell is told by its row in the file; with its own columns, so that a file of rejected rows
    has them and can be read again.
    """
    try:
        rows = _rows(con, raw)
    except duckdb.InvalidInputException:  # a torn record
        if raw.patient is None:
            raise
        raw = raw.patient()
        rows = _rows(con, raw)
    documents = (row for batch in rows.to_batches(CHUNK) for row in batch.to_pylist())
    made = load_flat(con, NAME, _as_text(reader_of(mapping.reader)(documents)))
    columns = list(dict.fromkeys((*rows.column_names, *made)))
    for column in columns:  # a file without a row makes none
        con.execute(f"ALTER TABLE {NAME} ADD COLUMN IF NOT EXISTS {quoted(column)} VARCHAR")
    return replace(raw, relation=NAME, columns=columns, reread="", types={}, blanks=False, patient=None, plain=None)


def _rows(con: duckdb.DuckDBPyConnection, raw: Raw) -> pa.Table:
    """The table as a reader knows it: headers as a database names them (Chat ID is chat_id), no blanks around texts."""
    names = unique_names([re.sub(r"\W+", "_", name.strip().lower()) for name in raw.columns])
    cells = ", ".join(f"{_bare(name, raw)} AS {quoted(told)}" for name, told in zip(raw.columns, names))
    return con.sql(f"SELECT {cells} FROM {raw.texts}").to_arrow_table()


def _bare(name: str, raw: Raw) -> str:
    return quoted(name) if name in raw.types else f"nullif(trim({quoted(name)}, {literal(WHITE)}), '')"


def _as_text(records: Iterator[dict[str, Any]]) -> Iterator[dict[str, str | None]]:
    for record in records:
        yield {key: text_of(value) for key, value in record.items()}
