"""Reads an edited 表1 back: only what people may write is taken; everything else must still be what was written.

Nothing is taken from a file with a single wrong cell: every one is named by row and column, with what to do.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from .reading_back import LETTERS, Problem, cell_of, sheets_of, short, text_of
from .table1_contracts import LINES, Mark, Table1
from .table1_marks import wrong_in
from .table1_sheet import DAYS, FIRST, OPEN, SCORES, locked_cells
from .veiling import DEFAULT, Rules, is_veiled, veiled


@dataclass(frozen=True)
class Reading:
    """What a file says: ``marks`` by (block, line), authors as they were; ``base`` is the version it was made from."""

    marks: dict[tuple[int, int], Mark]
    base: str
    problems: tuple[Problem, ...] = ()


def read_table1(path: str | os.PathLike[str], table: Table1, rules: Rules = DEFAULT) -> Reading:
    """Return what people wrote into a file of this table; with ``problems`` nothing of it may be taken."""
    meta, rows = sheets_of(path)
    if not meta:
        return Reading({}, "", (Problem("not_excel"),))
    if meta.get("fingerprint") != table.fingerprint or meta.get("meta:table") != table.meta.get("table"):
        return Reading({}, meta.get("meta:version", ""), (Problem("other_table"),))
    problems = _changed(rows, table)
    marks = {}
    for block, one in enumerate(table.blocks):
        for line in range(len(LINES)):
            marks[block, line] = _mark(rows, FIRST + block * len(LINES) + line, one.marks[line], problems, rules)
    return Reading(marks, meta.get("meta:version", ""), tuple(sorted(problems, key=lambda one: (one.row, one.column))))


def _changed(rows: list[list[Any]], table: Table1) -> list[Problem]:
    found = []
    for cell in locked_cells(table):
        now = text_of(cell_of(rows, cell.row, cell.column))
        if now != cell.text.strip():
            found.append(Problem("locked_changed", cell.row + 1, LETTERS[cell.column], short(cell.text), short(now)))
    return found


def _mark(rows: list[list[Any]], row: int, kept: Mark, problems: list[Problem], rules: Rules) -> Mark:
    """The mark of one line with the authors of the kept one; what cannot be read is a problem."""
    values: dict[str, Any] = {}
    before = len(problems)
    for name, column in OPEN.items():
        raw, letter = cell_of(rows, row, column), LETTERS[column]
        if name in SCORES:
            values[name] = _score(raw, row, letter, problems)
        elif name in DAYS:
            values[name] = _day(raw, row, letter, problems)
        else:
            text, written = text_of(raw), getattr(kept, name)
            values[name] = written if is_veiled(name, written, rules) else text
            if values[name] != text and text != veiled(name, written, rules).strip():
                problems.append(Problem("veiled_changed", row + 1, letter))
    mark = replace(kept, **values)
    if len(problems) == before and mark != kept:
        for wrong in wrong_in(mark):
            reason = (wrong.text("zh"), wrong.text("en"))
            problems.append(Problem("row_wrong", row + 1, LETTERS[OPEN[wrong.field]], reason=reason))
    return mark


def _score(raw: Any, row: int, letter: str, problems: list[Problem]) -> float | None:
    text = text_of(raw)
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        problems.append(Problem("score_unreadable", row + 1, letter, now=short(text)))
        return None


def _day(raw: Any, row: int, letter: str, problems: list[Problem]) -> str:
    if isinstance(raw, datetime | date):
        return raw.strftime("%Y-%m-%d")
    text = text_of(raw).replace("/", "-").replace(".", "-")
    if not text:
        return ""
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day).isoformat()
    except ValueError:
        problems.append(Problem("due_unreadable", row + 1, letter, now=short(text_of(raw))))
        return ""
