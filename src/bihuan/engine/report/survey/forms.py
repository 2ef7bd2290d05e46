"""Forms (一) to (三) of the survey form on one protected sheet, and what people wrote into it read back.

All that the system knows is locked; open is what a person says of each dimension. Personal data are masked and never
written back.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from ..basics import COLUMNS as BASICS
from ..basics import PART as FIRST_PART
from ..basics import TITLE
from ..excel import SAFE
from ..reading_back import LETTERS, META, Problem, cell_of, sheets_of, short, text_of
from ..veiling import DEFAULT, Rules, veil
from ..words import words_for

SECOND_PART, THIRD_PART = "（二）客户基本信息", "（三）满意度调查评分与反馈"
CUSTOMERS = ("客户名称", "客户类型（新/老/VIP）", "联系人", "联系方式", "最近交易/服务日期")
SCORES = ("调查维度", "评分（1-5分）", "客户具体评价/建议")
WIDTHS = (24, 26, 40, 24, 22)
OPEN = 2             # column of what people write
LONGEST = 2000


@dataclass(frozen=True)
class FormLine:
    """One dimension: its score as text, and what somebody wrote of what customers say."""

    dimension: str
    score: str
    text: str = ""


@dataclass(frozen=True)
class SurveyForms:
    """``customers`` are masked already, ``of`` how many there are where not all are listed. ``meta``: the survey and
    the version of what people wrote.
    """

    lang: str
    basics: tuple[str, str, str, str]
    customers: tuple[tuple[str, ...], ...]
    lines: tuple[FormLine, ...]
    meta: Mapping[str, str] = field(default_factory=dict)
    of: int = 0

    @property
    def fingerprint(self) -> str:
        """What the locked cells say, in short: another customer or score makes another file."""
        told = [self.basics, self.customers, [(line.dimension, line.score) for line in self.lines]]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Change:
    """A cell that says something else than before; ``row`` from 1 and ``column`` as the spreadsheet shows them."""

    dimension: str
    row: int
    column: str
    was: str
    now: str


@dataclass(frozen=True)
class FormsReading:
    """What a file says. With ``problems`` nothing of it may be taken; ``base`` is the version it was made from."""

    changes: tuple[Change, ...]
    base: str
    problems: tuple[Problem, ...] = ()


def write_forms(forms: SurveyForms, path: str | os.PathLike[str], rules: Rules = DEFAULT) -> Path:
    """Write the three forms to ``path`` (.xlsx) and return the path."""
    target = Path(path)
    with xlsxwriter.Workbook(str(target), SAFE) as book:
        sheet = book.add_worksheet(words_for(forms.lang).say("表（一）至（三）"))
        base = {"border": 1, "text_wrap": True, "valign": "vcenter"}
        locked, head = book.add_format(base | {"bg_color": "#F3F4F6"}), book.add_format(
            base | {"bold": True, "bg_color": "#E9EDF2"})
        open_, bold = book.add_format(base | {"locked": False, "num_format": "@"}), book.add_format({"bold": True})
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        for (row, column), (text, style) in _cells(forms).items():
            formats = {"head": head, "part": bold, "locked": locked, "open": open_}
            # What is veiled is locked: an edit of it could not be joined with what it hides.
            veiled = style == "open" and veil(text, rules) != text
            sheet.write_string(row, column, veil(text, rules) if style == "open" else text,
                               locked if veiled else formats[style])
            if style == "open":
                sheet.set_row(row, 48)
        sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        meta = book.add_worksheet(META)
        meta.very_hidden()
        for place, (name, value) in enumerate([("fingerprint", forms.fingerprint), *(
                (f"meta:{name}", value) for name, value in forms.meta.items())]):
            meta.write_string(place, 0, name)
            meta.write_string(place, 1, value)
    return target


def read_forms(path: str | os.PathLike[str], forms: SurveyForms, rules: Rules = DEFAULT) -> FormsReading:
    """Compare a file with the forms it was made from, cell by cell."""
    meta, rows = sheets_of(path)
    if not meta:
        return FormsReading((), "", (Problem("not_excel"),))
    if meta.get("meta:survey") != forms.meta.get("survey"):
        return FormsReading((), meta.get("meta:version", ""), (Problem("other_table"),))
    changes, problems = [], []
    stale = meta.get("fingerprint") != forms.fingerprint
    for (row, column), (text, style) in _cells(forms).items():
        now, letter = text_of(cell_of(rows, row, column)), LETTERS[column]
        if style != "open":
            if now != text.strip() and not stale:
                problems.append(Problem("locked_changed", row + 1, letter, short(text), short(now)))
            continue
        if veil(text, rules) != text:
            if now != veil(text, rules).strip():
                problems.append(Problem("veiled_changed", row + 1, letter))
        elif now != text.strip():
            dimension = text_of(cell_of(rows, row, 0))
            changes.append(Change(dimension, row + 1, letter, text, now[:LONGEST]))
    if stale:
        problems = [Problem("stale_file")]
    return FormsReading(() if problems else tuple(changes), meta.get("meta:version", ""), tuple(problems))


def _cells(forms: SurveyForms) -> dict[tuple[int, int], tuple[str, str]]:
    """Every cell by row and column from 0, with what it is: part, head, locked or open."""
    say = words_for(forms.lang).say
    found: dict[tuple[int, int], tuple[str, str]] = {(0, 0): (say(TITLE), "part")}

    def table(row: int, part: str, head: tuple[str, ...], rows: list[tuple[Any, ...]], open_: int = -1) -> int:
        found[row, 0] = say(part), "part"
        found.update({(row + 1, column): (say(text), "head") for column, text in enumerate(head)})
        for place, line in enumerate(rows):
            found.update({(row + 2 + place, column): (str(text), "open" if column == open_ else "locked")
                          for column, text in enumerate(line)})
        return row + 3 + len(rows)

    row = table(1, FIRST_PART, BASICS, [forms.basics])
    begin, row = row, table(row, SECOND_PART, CUSTOMERS, list(forms.customers))
    if forms.of > len(forms.customers):
        # Never silently less: beside the heading, so that the layout stays as it is known.
        found[begin, 1] = say("共 {all} 位，只列前 {n} 位").format(
            all=f"{forms.of:,}", n=f"{len(forms.customers):,}"), "part"
    table(row, THIRD_PART, SCORES, [(line.dimension, line.score, line.text) for line in forms.lines], OPEN)
    return found
