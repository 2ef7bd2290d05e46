"""Spreadsheets (xlsx, xls, xlsb, ods): sheets as records of text, hidden, merged and calculated cells as they are."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import python_calamine as calamine
from python_calamine import CalamineWorkbook

from ..errors import FactsError
from ..mapping.model import Mapping
from ..sniffing import LOOK_AT, Header, find_header
from .archive import check_archive
from .base import NUMBERS_PER_SHEET, UNREAD, Raw, Reject, load_texts
from .cells import text_of
from .inside import Inside, look_inside

EVERY_SHEET = "*"
Cells = list[str | None]


@dataclass
class Sheet:
    """One sheet, opened: its place among the sheets, what it hides, and its records from row 1 on."""

    name: str
    place: int
    inside: Inside
    merged: list[tuple[tuple[int, int], tuple[int, int]]]
    records: Iterator[Cells]


class Loaded:
    """A workbook's sheets, each read once."""

    def __init__(self, book: CalamineWorkbook, path: Path) -> None:
        self.book, self.path = book, path
        self._sheets: dict[str, calamine.CalamineSheet | None] = {}

    def get(self, name: str) -> calamine.CalamineSheet | None:
        """A sheet by its name; None for one that is none (a chart), or empty."""
        if name not in self._sheets:
            self._sheets[name] = self._load(name)
        return self._sheets[name]

    def _load(self, name: str) -> calamine.CalamineSheet | None:
        try:
            found = self.book.get_sheet_by_name(name)
        except calamine.WorksheetNotFound:
            return None
        except (calamine.CalamineError, OSError, ValueError) as error:
            raise FactsError("broken_sheet", file=self.path.name, problem=f"{name}: {error}") from None
        return found if found.total_height else None


@dataclass(frozen=True)
class Head:
    """The first records of a sheet and what its header is."""

    sheet: Sheet
    header: Header
    first: list[Cells]


def sheets(path: Path) -> list[str]:
    return list(_book(path).sheet_names)


def head(path: Path, *, sheet: str | None, header_row: int | None, rows: int
         ) -> tuple[str | None, int, list[str], list[list[Any]]]:
    """(Name, index of the header, column names, the first ``rows`` records as text) of a sheet."""
    told = Mapping("head", (), sheet=None if sheet == EVERY_SHEET else sheet, header_row=header_row)
    found = next(heads(path, told, rows=rows), None)
    if found is None:
        return None, 0, [], []
    after = found.header.index + 1
    return found.sheet.name, found.header.index, found.header.columns, found.first[after:after + rows]


def heads(path: Path, mapping: Mapping, *, rows: int = 0) -> Iterator[Head]:
    """The sheets to be read: the mapping's, else the one that looks like records; "*": all headed as that one is."""
    book, wanted = _book(path), mapping.sheet
    if wanted not in (None, EVERY_SHEET, *book.sheet_names):
        raise FactsError("unknown_sheet", sheet=wanted, sheets=", ".join(book.sheet_names), file=path.name)
    loaded = Loaded(book, path)
    main = _main(loaded) if wanted in (None, EVERY_SHEET) else wanted
    if wanted != EVERY_SHEET:
        yield from _headed(loaded, mapping, [main], rows)
        return
    columns = next((one.header.columns for one in _headed(loaded, mapping, [main], rows)), None)
    yield from (one for one in _headed(loaded, mapping, book.sheet_names, rows) if one.header.columns == columns)


def _headed(loaded: Loaded, mapping: Mapping, names: Sequence[str | None], rows: int) -> Iterator[Head]:
    """The sheets of these names that hold anything, opened, with their headers."""
    for place, name in enumerate(loaded.book.sheet_names):
        sheet = _opened(loaded, name, place, fill=mapping.merged_cells == "fill") if name in names else None
        if sheet is not None:
            first = list(islice(sheet.records, max(LOOK_AT, mapping.header_row or 0) + rows))
            yield Head(sheet, find_header(first, mapping.header_row, mapping.header_lines), first)


def _main(loaded: Loaded) -> str | None:
    """The sheet to read where none is named: the first that holds anything, unless that is a few lines and another one
    a table that is longer and wider, or much wider: a cover, a key to the columns, a pivot table stands before it."""
    first, best, name = (0, 0), 0, None
    for each in loaded.book.sheet_names:
        found = loaded.get(each)
        if found is None:
            continue
        size = found.height, found.width
        if name is None:
            first, best, name = size, size[0], each
            if best > LOOK_AT:
                break
        elif size[0] > best and size[1] > first[1] and (size[0] > LOOK_AT or size[1] >= 2 * first[1]):
            best, name = size[0], each
    return name


def read(con: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping) -> Raw:
    """Read the sheets into a table of texts; rows left out because they are hidden are rejects."""
    numbers: list[int] = []
    rejects: list[Reject] = []
    stream = heads(path, mapping)
    first = next(stream, None)
    if first is None:
        raise FactsError("no_records", file=path.name)
    columns = first.header.columns
    kept = _kept(first, mapping)

    def records() -> Iterator[Sequence[str | None]]:
        for one in chain([first], stream):
            hidden = one.sheet.inside.hidden_rows if mapping.hidden_rows == "leave_out" else ()
            start = one.sheet.place * NUMBERS_PER_SHEET if mapping.sheet == EVERY_SHEET else 0
            for number, cells in enumerate(chain(one.first, one.sheet.records), start=1):
                if number <= one.header.index + 1 or not any(cells):
                    continue
                record = (cells + [None] * len(columns))[:len(columns)]
                if number in hidden:
                    rejects.append(Reject(start + number, tuple(cell or "" for cell in record), "hidden_row"))
                    continue
                numbers.append(start + number)
                yield [record[place] for place in kept]

    load_texts(con, "raw_text", [columns[place] for place in kept], records())
    return Raw("raw_text", [columns[place] for place in kept],
               numbering=lambda: np.asarray(numbers, dtype=np.int64), rejects=rejects, tabular=True,
               doubtful=bool(first.sheet.inside.unread) or mapping.sheet == EVERY_SHEET,
               sheets=tuple(_book(path).sheet_names) if mapping.sheet == EVERY_SHEET else ())


def _kept(head: Head, mapping: Mapping) -> list[int]:
    """The places of the columns that are read."""
    hidden = head.sheet.inside.hidden_columns if mapping.hidden_columns == "leave_out" else ()
    return [place for place, _ in enumerate(head.header.columns) if place not in hidden]


def _book(path: Path) -> CalamineWorkbook:
    """The workbook, once it is known to be whole; raises "broken_sheet", "bomb" or "locked_sheet"."""
    if zipfile.is_zipfile(path):
        check_archive(path)
    try:
        return CalamineWorkbook.from_path(str(path))
    except calamine.PasswordError:
        raise FactsError("locked_sheet", file=path.name) from None
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise FactsError("broken_sheet", file=path.name, problem=str(error)) from None


def _opened(loaded: Loaded, name: str, place: int, *, fill: bool) -> Sheet | None:
    """A sheet with something in it, else None (a chart, an empty sheet)."""
    found = loaded.get(name)
    if found is None:
        return None
    inside = look_inside(loaded.path, name)
    merged = [one for one in found.merged_cell_ranges or () if one[1][0] > one[0][0]]
    start = found.start[0] if found.start else 0
    plain: Iterator[Cells] = chain(([] for _ in range(start)), ([text_of(cell) for cell in row]
                                                               for row in found.iter_rows()))
    return Sheet(name, place, inside, merged, _mended(plain, inside, merged if fill else []))


def _mended(records: Iterator[Cells], inside: Inside, merged: list[tuple[tuple[int, int], tuple[int, int]]]
            ) -> Iterator[Cells]:
    """The records with what stands in unreadable cells, and the value of a cell merged downwards on each of its rows.

    A merge over the header's lines has its own rule; one over a single line says what its first cell says.
    """
    unread: dict[int, dict[int, str]] = {}
    for (row, column), text in inside.unread.items():
        unread.setdefault(row, {})[column] = UNREAD + text
    starts: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _right) in merged:
        starts.setdefault(top + 1, []).append((left, bottom + 1))
    filling: dict[int, tuple[int, str | None]] = {}
    for number, cells in enumerate(records, start=1):
        for column, text in unread.get(number, {}).items():
            cells += [None] * (column + 1 - len(cells))
            cells[column] = text
        for column, (last, value) in list(filling.items()):
            if number > last:
                del filling[column]
            elif column < len(cells) and cells[column] is None:
                cells[column] = value
        for column, last in starts.get(number, ()):
            filling[column] = (last, cells[column] if column < len(cells) else None)
        yield cells
