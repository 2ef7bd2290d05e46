"""Spreadsheets (xlsx, xls, xlsb, ods)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from python_calamine import CalamineWorkbook

from ..errors import FactsError
from ..mapping.model import Mapping
from ..sniffing import LOOK_AT, header_of
from .base import Raw, load_texts
from .cells import text_of


def sheets(path: Path) -> list[str]:
    return list(CalamineWorkbook.from_path(str(path)).sheet_names)


def head(path: Path, *, sheet: str | None, header_row: int | None, rows: int) -> tuple[int, list[str], list[list[Any]]]:
    """(index of the header, column names, the first ``rows`` records as text) of a sheet."""
    cells = _cells(path, sheet)
    first = [record for _, record in zip(range(max(LOOK_AT, header_row or 0) + rows), cells)]
    index, columns = header_of(first, header_row)
    return index, columns, first[index + 1:index + 1 + rows]


def read(con: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping) -> Raw:
    """Read one sheet into a table of texts: the mapping's, else the first that is not empty."""
    index, columns, _ = head(path, sheet=mapping.sheet, header_row=mapping.header_row, rows=0)
    numbers: list[int] = []

    def records() -> Iterator[list[str | None]]:
        for number, cells in enumerate(_cells(path, mapping.sheet), start=1):
            if number > index + 1 and any(cells):
                numbers.append(number)
                yield (cells + [None] * len(columns))[:len(columns)]

    load_texts(con, "raw_text", columns, records())
    return Raw("raw_text", columns, numbering=lambda: np.asarray(numbers, dtype=np.int64))


def _cells(path: Path, sheet: str | None) -> Iterator[list[str | None]]:
    book = CalamineWorkbook.from_path(str(path))
    if sheet is not None and sheet not in book.sheet_names:
        raise FactsError("unknown_sheet", sheet=sheet, sheets=", ".join(book.sheet_names), file=path.name)
    for name in [sheet] if sheet else book.sheet_names:
        found = book.get_sheet_by_name(name)
        if found.total_height:
            start = found.start[0] if found.start else 0
            yield from ([] for _ in range(start))
            for row in found.iter_rows():
                yield [text_of(cell) for cell in row]
            return
