"""Forms of the documents as Excel, out and back: one line a thing, some cells to write in, all others locked.

A hidden sheet keeps what every cell read when the file was written, so that a file read back says cell by cell what was
changed, and whether something was changed meanwhile.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.readers.archive import check_archive

from .excel import SAFE

META = "bihuan"
FIRST = 3            # row of the first line, below title, note and head
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST_CELL = 30_000
_DAY_MARKS = str.maketrans("年月日/.", "-----")


@dataclass(frozen=True)
class Column:
    """``kind``: text, day or score; ``open`` columns may be written in."""

    key: str
    title: str
    width: int = 18
    kind: str = "text"
    open: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a form: ``id`` names the thing, ``cells`` its texts by column key; days as 2026-11-28."""

    id: str
    cells: dict[str, str]


@dataclass(frozen=True)
class Form:
    """A form with its lines; ``code`` says which form it is, so that no other is read for it."""

    code: str
    title: str
    note: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    lang: str = "zh-hans"


@dataclass(frozen=True)
class Change:
    """A cell that reads other than when the file was written; ``row`` and ``letter`` as Excel shows them.

    ``problem``: why it may not be taken: locked, day, score, or "" .
    """

    id: str
    key: str
    row: int
    letter: str
    was: str
    now: str
    problem: str = ""


@dataclass(frozen=True)
class Reading:
    """What a file says; ``problem``: not_excel or other_form. ``extra``: rows that belong to no line."""

    changes: tuple[Change, ...] = ()
    extra: tuple[int, ...] = ()
    problem: str = ""
    ids: tuple[str, ...] = field(default=())


def write_form(form: Form, path: str | os.PathLike[str]) -> Path:
    """Write the form to ``path`` (.xlsx) and return it."""
    target = Path(path)
    with xlsxwriter.Workbook(str(target), SAFE) as book:
        font = "宋体" if form.lang != "en" else "Calibri"
        base = {"font_name": font, "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1}
        formats = {
            "locked": book.add_format(base | {"bg_color": "#F3F4F6"}),
            "text": book.add_format(base | {"locked": False, "num_format": "@"}),
            "day": book.add_format(base | {"locked": False, "num_format": "yyyy-mm-dd"}),
            "score": book.add_format(base | {"locked": False, "num_format": "0.##"}),
            "head": book.add_format(base | {"bold": True, "align": "center", "bg_color": "#E9EDF2"}),
            "title": book.add_format({"bold": True, "font_size": 16, "align": "center", "font_name": font}),
            "plain": book.add_format({"font_size": 10, "align": "center", "font_name": font}),
        }
        sheet = book.add_worksheet(form.title[:31])
        _head(sheet, form, formats)
        for place, line in enumerate(form.lines):
            _line(sheet, form, FIRST + place, line, formats)
        sheet.protect("", {"format_columns": True, "format_rows": True})
        sheet.freeze_panes(FIRST, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(FIRST - 1)
        _hidden(book, form)
    return target


def read_form(path: str | os.PathLike[str], code: str, columns: Sequence[Column]) -> Reading:
    """Return what was changed in a file of this form since it was written.

    ``columns`` are all that the form may have: which of them may be written in is never taken from the file, since
    whoever holds the file can rewrite its hidden sheet.
    """
    known = {column.key: column for column in columns}
    try:
        check_archive(Path(path))
        book = CalamineWorkbook.from_path(str(path))
        kept = json.loads("".join(str(row[0]) for row in _rows(book, META)))
        rows = _rows(book, next(name for name in book.sheet_names if name != META))
        told = [known[column["key"]] for column in kept["columns"]]
        lines = [Line(str(one["id"]), {key: str(text) for key, text in one["cells"].items()}) for one in kept["lines"]]
    except (CalamineError, FactsError, StopIteration, OSError, ValueError, KeyError, TypeError, IndexError,
            AttributeError):
        return Reading(problem="not_excel")
    if len(set(told)) < len(told):
        return Reading(problem="not_excel")
    if kept.get("code") != code:
        return Reading(problem="other_form")
    changes = []
    for row, line in enumerate(lines, FIRST):
        for place, column in enumerate(told):
            changes += _changed(rows, row, place, column, line)
    extra = tuple(row + 1 for row in range(FIRST + len(lines), len(rows))
                  if any(_text(cell) for cell in rows[row][:len(told)]))
    return Reading(tuple(changes), extra, "", tuple(line.id for line in lines))


def _head(sheet: Any, form: Form, formats: dict[str, Any]) -> None:
    last = len(form.columns) - 1
    for place, column in enumerate(form.columns):
        sheet.set_column(place, place, column.width)
    sheet.set_row(0, 28)
    sheet.merge_range(0, 0, 0, last, "", formats["title"])
    sheet.write_string(0, 0, form.title, formats["title"])
    sheet.merge_range(1, 0, 1, last, "", formats["plain"])
    sheet.write_string(1, 0, form.note, formats["plain"])
    sheet.set_row(2, 32)
    for place, column in enumerate(form.columns):
        sheet.write_string(2, place, column.title, formats["head"])


def _line(sheet: Any, form: Form, row: int, line: Line, formats: dict[str, Any]) -> None:
    longest = max((len(line.cells.get(one.key, "")) / one.width for one in form.columns), default=0)
    sheet.set_row(row, min(max(32, 15 * (int(longest * 2) + 1)), 300))
    for place, column in enumerate(form.columns):
        text = line.cells.get(column.key, "")
        cell = formats[column.kind if column.open else "locked"]
        if column.kind == "day" and text:
            sheet.write_datetime(row, place, datetime.fromisoformat(text), cell if column.open else formats["day"])
        elif column.kind == "score" and text and column.open:
            sheet.write_number(row, place, float(text), cell)
        else:
            sheet.write_string(row, place, text[:LONGEST_CELL], cell)


def _hidden(book: Any, form: Form) -> None:
    told = json.dumps({"code": form.code, "columns": [vars(column) for column in form.columns],
                       "lines": [{"id": line.id, "cells": line.cells} for line in form.lines]}, ensure_ascii=False)
    sheet = book.add_worksheet(META)
    for place in range(0, len(told), LONGEST_CELL):
        sheet.write_string(place // LONGEST_CELL, 0, told[place:place + LONGEST_CELL])
    sheet.very_hidden()


def _rows(book: CalamineWorkbook, name: str) -> list[list[Any]]:
    return [list(row) for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]


def _changed(rows: list[list[Any]], row: int, place: int, column: Column, line: Line) -> list[Change]:
    raw = rows[row][place] if row < len(rows) and place < len(rows[row]) else ""
    was = line.cells.get(column.key, "").replace("\r\n", "\n").strip()
    now, problem = _read(raw, column)
    if now == was:
        return []
    if not column.open:
        problem = "locked"
    return [Change(line.id, column.key, row + 1, LETTERS[place], was, now, problem)]


def _read(raw: Any, column: Column) -> tuple[str, str]:
    """The text of a cell as the form keeps it, and what is wrong with it."""
    if column.kind == "day":
        if isinstance(raw, datetime | date):
            return raw.strftime("%Y-%m-%d"), ""
        text = _text(raw)
        parts = text.translate(_DAY_MARKS).rstrip("-").split("-")
        try:
            return (date(*(int(part) for part in parts)).isoformat(), "") if text else ("", "")
        except (ValueError, TypeError):
            return text, "day"
    text = _text(raw)
    if column.kind == "score" and text:
        try:
            return f"{float(text):g}", ""
        except ValueError:
            return text, "score"
    return text, ""


def _text(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\r\n", "\n").strip()

