"""Writes 表1 as Excel in the form's own layout: merged blocks, computed cells locked, people's cells open.

The sheet is protected without a password: it keeps people from typing over what the system computed, and whoever
must may lift it. A hidden sheet names what each block and line is, for reading the file back.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter

from .excel import SAFE
from .table1 import GROUPS, LINES, Block, Table1
from .words import Words, words_for

HEAD = (
    "客户信息", "评价维度", "评价指标", "评分标准(1-5分)", "客户评分", "", "具体事例/备注(客户原话/场景描述)",
    "责任部门/人", "改进措施", "完成时限", "跟踪结果(二次评分/效果说明)",
)
WIDTHS = (22, 12, 14, 26, 13, 11, 36, 13, 24, 12, 20)
LINE_HEIGHT = 46     # points: four lines of the standard, which a merged block cannot grow to by itself
FIRST = 3            # row of the first block, below title, period and head
SCORE, NOTE, DUE = 5, 6, 9
META = "bihuan"


def write_sheet(table: Table1, path: Path) -> None:
    """Write the table to ``path`` (.xlsx)."""
    with xlsxwriter.Workbook(str(path), SAFE) as book:
        sheet = Sheet(book, words_for(table.lang))
        sheet.begin(table)
        for place, block in enumerate(table.blocks):
            sheet.block(block, FIRST + place * len(LINES), table)
        sheet.end(table)


class Sheet:
    """One protected sheet of 表1."""

    def __init__(self, book: Any, words: Words) -> None:
        self.words, self.book = words, book
        base = {"font_name": "宋体" if words.lang != "en" else "Calibri", "font_size": 10, "valign": "vcenter",
                "text_wrap": True, "border": 1}
        self.locked = book.add_format(base | {"bg_color": "#F3F4F6"})
        self.score = book.add_format(base | {"bg_color": "#F3F4F6", "align": "center"})
        self.head = book.add_format(base | {"bold": True, "align": "center", "bg_color": "#E9EDF2"})
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center", "font_name": base["font_name"]})
        self.plain = book.add_format({"font_size": 10, "align": "center", "font_name": base["font_name"]})
        self.open = book.add_format(base | {"locked": False})
        human = words.say("人工") + " "
        self.human = book.add_format(base | {"locked": False, "align": "center", "num_format": f'"{human}"0.0'})
        self.date = book.add_format(base | {"locked": False, "num_format": "yyyy-mm-dd"})
        self.sheet = book.add_worksheet(words.say("表1"))

    def begin(self, table: Table1) -> None:
        sheet, say = self.sheet, self.words.say
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 28)
        last = len(HEAD) - 1
        sheet.merge_range(0, 0, 0, last, "", self.title)
        sheet.write_string(0, 0, say("客户服务质量评价表"), self.title)
        sheet.merge_range(1, 0, 1, last, "", self.plain)
        sheet.write_string(1, 0, say("评价周期：{period}", period=table.period), self.plain)
        sheet.set_row(2, 32)
        for column, text in enumerate(HEAD):
            if text:
                sheet.write_string(2, column, say(text), self.head)
        sheet.merge_range(2, SCORE - 1, 2, SCORE, "", self.head)
        sheet.write_string(2, SCORE - 1, say(HEAD[SCORE - 1]), self.head)

    def block(self, block: Block, first: int, table: Table1) -> None:
        """Write one customer: the first column and the dimensions are merged over their lines."""
        last = first + len(LINES) - 1
        say = self.words.say
        info = "\n".join((
            say("客户编号：{value}", value=block.customer), say("客户类型：{value}", value=block.kind or "—"),
            say("联系渠道：{value}", value=block.channels or "—"), say("评价日期：{value}", value=table.dated)))
        self.sheet.merge_range(first, 0, last, 0, "", self.locked)
        self.sheet.write_string(first, 0, info, self.locked)
        row = first
        for title, count in GROUPS:
            self.sheet.merge_range(row, 1, row + count - 1, 1, "", self.locked)
            self.sheet.write_string(row, 1, say(title), self.locked)
            row += count
        for place, (title, _, _) in enumerate(LINES):
            self._line(first + place, title, table.standards[place], block, place)

    def _line(self, row: int, title: str, standard: str, block: Block, place: int) -> None:
        sheet, say, cell = self.sheet, self.words.say, block.cells[place]
        sheet.set_row(row, LINE_HEIGHT)
        sheet.write_string(row, 2, say(title), self.locked)
        sheet.write_string(row, 3, standard, self.locked)
        sheet.write_string(row, SCORE - 1, cell.text, self.score)
        sheet.write_blank(row, SCORE, None, self.human)
        sheet.data_validation(row, SCORE, row, SCORE, {
            "validate": "list", "source": [f"{value / 2:g}" for value in range(2, 11)], "ignore_blank": True,
            "error_title": say("人工评分"), "error_message": say("请填 1 到 5 分，可用半分。"),
        })
        sheet.write_string(row, NOTE, cell.note, self.open)
        for column in range(NOTE + 1, len(HEAD)):
            sheet.write_blank(row, column, None, self.date if column == DUE else self.open)

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
        versions = ((f"version:{name}", version) for name, version in table.versions.items())
        rows = [("period", table.period), ("dated", table.dated), *versions]
        for line, (name, value) in enumerate(rows):
            meta.write_string(line, 0, name)
            meta.write_string(line, 1, value)
        for line, (block, place) in enumerate(self._places(table), start=len(rows)):
            score = block.cells[place].score
            meta.write_string(line, 0, f"row:{FIRST + (line - len(rows))}")
            meta.write_string(line, 1, block.customer)
            meta.write_string(line, 2, LINES[place][1] or LINES[place][0])
            meta.write_string(line, 3, "" if score is None else str(score))

    def _places(self, table: Table1) -> list[tuple[Block, int]]:
        return [(block, place) for block in table.blocks for place in range(len(LINES))]
