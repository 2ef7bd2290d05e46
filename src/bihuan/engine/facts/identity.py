"""What makes a row the same row: its id, or, where a system gives none, what the row says."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from .lake import quoted
from .schema import TEXT, TIME, SourceTable

# Rows of these tables often come without an id, in millions: the id is then not stored but made when it is read,
# out of the columns that tell one row from another. ``rows`` sees to it that no two rows agree in all of them.
TELLING = {"events": ("case", "at", "seq", "activity", "actor"), "messages": ("case", "at", "seq", "sender", "text")}


def key_sql(table: SourceTable, name: str, alias: str = "") -> str:
    """SQL of one key column, the id of a row without one included."""
    dot = f"{alias}." if alias else ""
    if name != "id" or table.name not in TELLING:
        return dot + quoted(name)
    kinds = dict(table.fields)
    told = content_sql((dot + quoted(part), kinds[part]) for part in TELLING[table.name])
    return f"coalesce({dot}{quoted(name)}, {told})"


def content_sql(columns: Iterable[tuple[str, pa.DataType]], *, length: int = 20) -> str:
    """SQL: the first ``length`` hexadecimal digits of an md5 over (column, type), the same in every release.

    Between the texts stands a separator, so that ("ab", "") and ("a", "b") differ; None differs from "".
    """
    parts = (f"coalesce({_text(column, kind)}, chr(30))" for column, kind in columns)
    return f"left(md5({' || chr(31) || '.join(parts)}), {length})"


def _text(column: str, kind: pa.DataType) -> str:
    if kind == TIME:
        return f"epoch_us({column})::VARCHAR"
    return column if kind == TEXT else f"{column}::VARCHAR"
