"""Writes 表1 as Excel in the form's own layout: merged blocks, computed cells locked, people's cells open.

The sheet is protected without a password: it keeps people from typing over what the system computed, and whoever
must may lift it. A hidden sheet names the table, its version and what each line is, for reading the file back.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from .excel import SAFE
from .reading_back import META
from .table1_contracts import GROUPS, LINES, Block, Mark, Table1
from .veiling import DEFAULT, Rules, is_veiled, veiled
from .words import Words, words_for

HEAD = (
    "客户信息", "评价维度", "评价指标", "评分标准(1-5分)", "客户评分", "", "具体事例/备注(客户原话/场景描述)",
    "责任部门/人", "改进措施", "完成时限", "跟踪结果(二次评分/效果说明)", "",
)
WIDTHS = (22, 12, 14, 26, 26, 11, 36, 13, 24, 12, 13, 26)
LINE_HEIGHT = 62     # points: what a merged block cannot grow to by itself
FIRST = 3            # row of the first block, below title, period and head
SYSTEM = 4           # column of the computed score
# Column of each thing that people write.
OPEN = {"score": 5, "scene": 6, "owner": 7, "measure": 8, "due": 9, "second": 10, "effect": 11}
SCORES, DAYS, TEXTS = ("score", "second"), ("due",), ("scene", "owner", "measure", "effect")


@dataclass(frozen=True)
class Locked:
    """What a cell of the first five columns reads, by row and column from 0."""

    row: int
    column: int
    text: str


def write_file(table: Table1, path: str | os.PathLike[str], rules: Rules = DEFAULT) -> Path:
    """Write the table to ``path`` (.xlsx) in one step and return the path; ``rules`` say what is veiled."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.stem}.{os.getpid()}.xlsx")
    try:
        write_sheet(table, draft, rules)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def write_sheet(table: Table1, path: Path, rules: Rules = DEFAULT) -> None:
    """Write the table to ``path`` (.xlsx)."""
    with xlsxwriter.Workbook(str(path), SAFE) as book:
        sheet = Sheet(book, words_for(table.lang), rules)
        sheet.begin(table)
        for place, block in enumerate(table.blocks):
            sheet.block(block, FIRST + place * len(LINES), table)
        sheet.end(table)


def locked_cells(table: Table1) -> list[Locked]:
    """Return every computed or printed cell of the blocks as it is written: what a file read back must still say."""
    say = words_for(table.lang).say
    found = []
    for place, block in enumerate(table.blocks):
        row = FIRST + place * len(LINES)
        found.append(Locked(row, 0, about(block, table)))
        for line, (title, _, _) in enumerate(LINES):
            found += [Locked(row + line, 2, say(title)), Locked(row + line, 3, table.standards[line]),
                      Locked(row + line, SYSTEM, computed(block, line))]
    return found


def about(block: Block, table: Table1) -> str:
    """Return the first column of a block."""
    say = words_for(table.lang).say
    dated = say("评价日期：{value}", value=table.dated)
    if table.subject == "customer":
        lines = [say("客户编号：{value}", value=block.customer), say("客户类型：{value}", value=block.kind or "—"),
                 say("联系渠道：{value}", value=block.channels or "—"), dated]
    else:
        lines = [say("评价对象：{value}", value=block.customer), say("类别：{value}", value=block.kind or "—"), dated]
    return "\n".join(lines)


def computed(block: Block, line: int) -> str:
    """Return the computed side of a score cell: the level above, what it rests on below."""
    cell = block.cells[line]
    return f"{cell.text}\n{cell.note}" if cell.note else cell.text


class Sheet:
    """One protected sheet of 表1."""

    def __init__(self, book: Any, words: Words, rules: Rules) -> None:
        self.words, self.book, self.rules = words, book, rules
        base = {"font_name": "宋体" if words.lang != "en" else "Calibri", "font_size": 10, "valign": "vcenter",
                "text_wrap": True, "border": 1}
        self.locked = book.add_format(base | {"bg_color": "#F3F4F6"})
        self.score = book.add_format(base | {"bg_color": "#F3F4F6", "align": "center"})
        self.head = book.add_format(base | {"bold": True, "align": "center", "bg_color": "#E9EDF2"})
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center", "font_name": base["font_name"]})
        self.plain = book.add_format({"font_size": 10, "align": "center", "font_name": base["font_name"]})
        self.open = book.add_format(base | {"locked": False, "num_format": "@"})
        self.human = self._score(base, words.say("人工"))
        self.second = self._score(base, words.say("二次"))
        self.date = book.add_format(base | {"locked": False, "num_format": "yyyy-mm-dd"})
        self.sheet = book.add_worksheet(words.say("表1"))

    def _score(self, base: dict[str, Any], word: str) -> Any:
        return self.book.add_format(base | {"locked": False, "align": "center", "num_format": f'"{word} "0.0'})

    def begin(self, table: Table1) -> None:
        sheet, say = self.sheet, self.words.say
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 28)
        last = len(HEAD) - 1
        sheet.merge_range(0, 0, 0, last, "", self.title)
        sheet.write_string(0, 0, say("客户服务质量评价表"), self.title)
        sheet.merge_range(1, 0, 1, last, "", self.plain)
        told = [say("评价周期：{period}", period=table.period)]
        told += [table.meta[name] for name in ("scope", "number") if table.meta.get(name)]
        sheet.write_string(1, 0, " · ".join(told), self.plain)
        sheet.set_row(2, 32)
        for column, text in enumerate(HEAD):
            if text:
                sheet.write_string(2, column, say(text), self.head)
        for first in (SYSTEM, OPEN["second"]):
            sheet.merge_range(2, first, 2, first + 1, "", self.head)
            sheet.write_string(2, first, say(HEAD[first]), self.head)

    def block(self, block: Block, first: int, table: Table1) -> None:
        """Write one block: the first column and the dimensions are merged over their lines."""
        last = first + len(LINES) - 1
        self.sheet.merge_range(first, 0, last, 0, "", self.locked)
        self.sheet.write_string(first, 0, about(block, table), self.locked)
        row = first
        for title, count in GROUPS:
            self.sheet.merge_range(row, 1, row + count - 1, 1, "", self.locked)
            self.sheet.write_string(row, 1, self.words.say(title), self.locked)
            row += count
        for place, (title, _, _) in enumerate(LINES):
            row = first + place
            self.sheet.set_row(row, LINE_HEIGHT)
            self.sheet.write_string(row, 2, self.words.say(title), self.locked)
            self.sheet.write_string(row, 3, table.standards[place], self.locked)
            self.sheet.write_string(row, SYSTEM, computed(block, place), self.score)
            self._mark(row, block.marks[place])

    def _mark(self, row: int, mark: Mark) -> None:
        for name in SCORES:
            form = self.human if name == "score" else self.second
            value = getattr(mark, name)
            if value is None:
                self.sheet.write_blank(row, OPEN[name], None, form)
            else:
                self.sheet.write_number(row, OPEN[name], value, form)
            self.sheet.data_validation(row, OPEN[name], row, OPEN[name], {
                "validate": "list", "source": [f"{half / 2:g}" for half in range(2, 11)], "ignore_blank": True,
                "error_title": self.words.say("人工评分"),
                "error_message": self.words.say("请填 1 到 5 分，可用半分。"),
            })
        for name in TEXTS:
            text = getattr(mark, name)
            # What is veiled is locked: an edit of it could not be joined with what it hides.
            form = self.locked if is_veiled(name, text, self.rules) else self.open
            self.sheet.write_string(row, OPEN[name], veiled(name, text, self.rules), form)
        if mark.due:
            day = datetime.combine(date.fromisoformat(mark.due), datetime.min.time())
            self.sheet.write_datetime(row, OPEN["due"], day, self.date)
        else:
            self.sheet.write_blank(row, OPEN["due"], None, self.date)

    def end(self, table: Table1) -> None:
        """Protect, set up the print, and write the hidden sheet that tells what the blocks are."""
        sheet = self.sheet
        sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
        sheet.freeze_panes(FIRST, 3)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
        sheet.set_footer("&C&P / &N")
        sheet.set_h_pagebreaks([FIRST + place * len(LINES) for place in range(2, len(table.blocks), 2)])
        meta = self.book.add_worksheet(META)
        meta.very_hidden()
        rows = [("period", table.period), ("dated", table.dated), ("fingerprint", table.fingerprint),
                *((f"meta:{name}", value) for name, value in table.meta.items()),
                *((f"version:{name}", version) for name, version in table.versions.items())]
        for line, (name, value) in enumerate(rows):
            meta.write_string(line, 0, name)
            meta.write_string(line, 1, value)
        places = [(block, place) for block in table.blocks for place in range(len(LINES))]
        for line, (block, place) in enumerate(places):
            score = block.cells[place].score
            cells = (f"row:{FIRST + line}", block.customer, LINES[place][1] or LINES[place][0],
                     "" if score is None else str(score))
            for column, text in enumerate(cells):
                meta.write_string(len(rows) + line, column, text)
