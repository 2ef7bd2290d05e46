"""What files that people edited and sent back have in common: where a cell is, what it says, why nothing is taken.

A hidden sheet of such a file tells of what it is and of which version it was made.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.readers.archive import check_archive

from .table1_errors import FILES

META = "bihuan"
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


def sheets_of(path: str | os.PathLike[str]) -> tuple[dict[str, str], list[list[Any]]]:
    """Return what the hidden sheet says and the cells of the other one; nothing of both for any other file."""
    try:
        check_archive(Path(path))
        book = CalamineWorkbook.from_path(str(path))
        sheets = book.sheet_names
        meta = {str(row[0]): str(row[1]) for row in _rows(book, META) if len(row) > 1} if META in sheets else {}
        return meta, _rows(book, next(name for name in sheets if name != META)) if meta else []
    except (CalamineError, FactsError, StopIteration, OSError, ValueError):
        return {}, []


def _rows(book: CalamineWorkbook, name: str) -> list[list[Any]]:
    """The cells of a sheet from its first row and column on, the empty ones before its first filled one included."""
    sheet = book.get_sheet_by_name(name)
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def cell_of(rows: list[list[Any]], row: int, column: int) -> Any:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""


def text_of(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\r\n", "\n").strip()


def short(text: str) -> str:
    line = text.replace("\n", " ")
    return line if len(line) <= 40 else line[:39] + "…"
