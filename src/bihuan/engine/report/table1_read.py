"""Reads an edited 表1 back: only what people may write is taken; everything else must still be what was written.

Nothing is taken from a file with a single wrong cell: every one is named by row and column, with what to do.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.readers.archive import check_archive

from .table1 import mask_text
from .table1_contracts import LINES, Mark, Table1
from .table1_errors import FILES
from .table1_marks import wrong_in
from .table1_sheet import DAYS, FIRST, META, OPEN, SCORES, is_veiled, locked_cells

LETTERS = "ABCDEFGHIJKL"


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a file from being taken; ``row`` from 1 and ``column`` as Excel shows them, 0 for none."""

    code: str
    row: int = 0
    column: str = ""
    was: str = ""
    now: str = ""
    reason: tuple[str, str] = ("", "")   # Chinese, English

    def text(self, lang: str = "zh") -> str:
        place = 0 if lang.startswith("zh") else 1
        return FILES[self.code][place].format(
            row=self.row, column=self.column, was=self.was, now=self.now, reason=self.reason[place])


@dataclass(frozen=True)
class Reading:
    """What a file says: ``marks`` by (block, line), authors as they were; ``base`` is the version it was made from."""

    marks: dict[tuple[int, int], Mark]
    base: str
    problems: tuple[Problem, ...] = ()


def read_table1(path: str | os.PathLike[str], table: Table1) -> Reading:
    """Return what people wrote into a file of this table; with ``problems`` nothing of it may be taken."""
    try:
        check_archive(Path(path))
        book = CalamineWorkbook.from_path(str(path))
        sheets = book.sheet_names
        meta = {str(row[0]): str(row[1]) for row in _rows(book, META) if len(row) > 1} if META in sheets else {}
        rows = _rows(book, next(name for name in sheets if name != META)) if meta else []
    except (CalamineError, FactsError, StopIteration, OSError, ValueError):
        return Reading({}, "", (Problem("not_excel"),))
    if not meta:
        return Reading({}, "", (Problem("not_excel"),))
    if meta.get("fingerprint") != table.fingerprint or meta.get("meta:table") != table.meta.get("table"):
        return Reading({}, meta.get("meta:version", ""), (Problem("other_table"),))
    problems = _changed(rows, table)
    marks = {}
    for block, one in enumerate(table.blocks):
        for line in range(len(LINES)):
            marks[block, line] = _mark(rows, FIRST + block * len(LINES) + line, one.marks[line], problems)
    return Reading(marks, meta.get("meta:version", ""), tuple(sorted(problems, key=lambda one: (one.row, one.column))))


def _rows(book: CalamineWorkbook, name: str) -> list[list[Any]]:
    """The cells of a sheet from its first row and column on, the empty ones before its first filled one included."""
    sheet = book.get_sheet_by_name(name)
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def _cell(rows: list[list[Any]], row: int, column: int) -> Any:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\r\n", "\n").strip()


def _changed(rows: list[list[Any]], table: Table1) -> list[Problem]:
    found = []
    for cell in locked_cells(table):
        now = _text(_cell(rows, cell.row, cell.column))
        if now != cell.text.strip():
            found.append(Problem("locked_changed", cell.row + 1, LETTERS[cell.column], _short(cell.text), _short(now)))
    return found


def _mark(rows: list[list[Any]], row: int, kept: Mark, problems: list[Problem]) -> Mark:
    """The mark of one line with the authors of the kept one; what cannot be read is a problem."""
    values: dict[str, Any] = {}
    before = len(problems)
    for name, column in OPEN.items():
        raw, letter = _cell(rows, row, column), LETTERS[column]
        if name in SCORES:
            values[name] = _score(raw, row, letter, problems)
        elif name in DAYS:
            values[name] = _day(raw, row, letter, problems)
        else:
            values[name] = _written(_text(raw), getattr(kept, name), row, letter, problems)
    mark = replace(kept, **values)
    if len(problems) == before and mark != kept:
        for wrong in wrong_in(mark):
            reason = (wrong.text("zh"), wrong.text("en"))
            problems.append(Problem("row_wrong", row + 1, LETTERS[OPEN[wrong.field]], reason=reason))
    return mark


def _score(raw: Any, row: int, letter: str, problems: list[Problem]) -> float | None:
    text = _text(raw)
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        problems.append(Problem("score_unreadable", row + 1, letter, now=_short(text)))
        return None


def _day(raw: Any, row: int, letter: str, problems: list[Problem]) -> str:
    if isinstance(raw, datetime | date):
        return raw.strftime("%Y-%m-%d")
    text = _text(raw).replace("/", "-").replace(".", "-")
    if not text:
        return ""
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day).isoformat()
    except ValueError:
        problems.append(Problem("due_unreadable", row + 1, letter, now=_short(_text(raw))))
        return ""


def _written(text: str, kept: str, row: int, letter: str, problems: list[Problem]) -> str:
    if not is_veiled(kept):
        return text
    if text != mask_text(kept).strip():
        problems.append(Problem("veiled_changed", row + 1, letter))
    return kept


def _short(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= 40 else line[:39] + "…"
