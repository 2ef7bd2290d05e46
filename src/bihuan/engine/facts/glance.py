"""A first look at a file: what it is, its columns and first records, before any mapping is chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb

from .lake import literal, quoted
from .readers import json as json_reader
from .readers import text, xes, xlsx
from .readers.cells import text_of
from .readers.open import format_of, readable
from .sniffing import encoding_of, shape_of


@dataclass(frozen=True)
class Glance:
    """Format, how it is written, header row (from 1; 0: none), columns and the first records as text."""

    format: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    encoding: str | None = None
    delimiter: str | None = None
    sheets: tuple[str, ...] = ()
    sheet: str | None = None
    header_row: int = 0


def glance(path: Path, *, rows: int = 5, encoding: str | None = None, delimiter: str | None = None,
           sheet: str | None = None, header_row: int | None = None) -> Glance:
    """Look at a file; what is given is not sniffed. Raises FactsError where it cannot be read."""
    with readable(path.name):
        return _glance(path, rows, encoding, delimiter, sheet, header_row)


def _glance(path: Path, rows: int, encoding: str | None, delimiter: str | None, sheet: str | None,
            header_row: int | None) -> Glance:
    kind = format_of(path)
    if kind == "csv":
        shape = shape_of(path, encoding=encoding, delimiter=delimiter, header_row=header_row)
        found = tuple(tuple(cell or None for cell in cells) for cells in text.sample(path, shape, rows))
        return Glance(kind, shape.columns, found, shape.encoding.removesuffix("-sig"), shape.delimiter,
                      header_row=shape.header_index + 1)
    if kind == "xlsx":
        name, index, columns, records = xlsx.head(path, sheet=sheet, header_row=header_row, rows=rows)
        return Glance(kind, tuple(columns), tuple(tuple(record) for record in records),
                      sheets=tuple(xlsx.sheets(path)), sheet=name, header_row=index + 1)
    if kind == "parquet":
        return _parquet(path, rows)
    if kind == "xes":
        return _flat(kind, list(islice(xes.events(path), rows)))
    if kind == "ocel":
        return Glance(kind, (), ())
    seen = _flat(kind, json_reader.sample(path, kind=kind, rows=rows))
    return replace(seen, encoding=encoding_of(path)) if kind == "transcript" else seen


def _parquet(path: Path, rows: int) -> Glance:
    con = duckdb.connect()
    columns = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM read_parquet({literal(str(path))})").fetchall()]
    cells = ", ".join(f"{quoted(name)}::VARCHAR" for name in columns)
    found = con.execute(f"SELECT {cells} FROM read_parquet({literal(str(path))}) LIMIT {int(rows)}").fetchall()
    return Glance("parquet", tuple(columns), tuple(tuple(row) for row in found))


def _flat(kind: str, records: list[dict[str, str | None]]) -> Glance:
    columns = list(dict.fromkeys(key for record in records for key in record))
    return Glance(kind, tuple(columns), tuple(tuple(text_of(record.get(key)) for key in columns) for record in records))
