"""Writes a report as Excel: one sheet a chapter, native charts, and the rows behind the low numbers.

Text is always written as text: nothing from the data can become a formula, a link or a number.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter

from ..charts.palette import LIMIT, LINE
from .contracts import Item, Report
from .parts import Document, Heading, Part, Picture, Table
from .words import EVIDENCE, Words, words_for

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "nan_inf_to_errors": True}
FORMATS = {"%": "0.0%", "s": "#,##0", "count": "#,##0", "points": "0.0", "score": "0.00"}
COLUMNS = 130        # characters of width shared by a sheet's columns
LINE_HEIGHT = 15     # points


def write_excel(report: Report, document: Document, path: Path) -> None:
    """Write the report to ``path`` (.xlsx)."""
    with xlsxwriter.Workbook(str(path), SAFE) as book:
        book.set_properties({"title": report.title})
        sheets = Sheets(book, words_for(report.lang))
        sheets.cover(document)
        for title, parts in _chapters(document.parts):
            sheets.chapter(title, parts)
        sheets.figures(report)
        sheets.groups(report)
        sheets.trends(report)
        sheets.rows(report)


def _chapters(parts: Sequence[Part]) -> list[tuple[str, list[Part]]]:
    """Split the document at its chapter headings."""
    found: list[tuple[str, list[Part]]] = []
    for part in parts:
        if isinstance(part, Heading) and part.level == 1:
            found.append((part.text, []))
        elif found:
            found[-1][1].append(part)
    return found


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of ``width`` characters; a Chinese character is two wide.

    >>> lines_of("华东一组\\n与 3 档不可区分", 30), lines_of("一" * 30, 30)
    (2, 2)
    """
    wide = (sum(2 if ord(sign) > 255 else 1 for sign in line) for line in text.split("\n"))
    return sum(max(1, ceil(size / width)) for size in wide)


class Sheets:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, words: Words) -> None:
        self.book, self.words = book, words
        base = {"font_name": "微软雅黑" if words.lang != "en" else "Calibri", "font_size": 10, "valign": "vcenter"}
        self.base = base
        self.text = book.add_format(base | {"text_wrap": True})
        self.cell = book.add_format(base | {"text_wrap": True, "border": 1, "border_color": "#999999"})
        self.head = book.add_format(base | {"bold": True, "text_wrap": True, "bg_color": "#E9EDF2", "border": 1,
                                            "border_color": "#999999"})
        self.title = book.add_format(base | {"bold": True, "font_size": 18})
        self.section = book.add_format(base | {"bold": True, "font_size": 12})
        self.note = book.add_format(base | {"font_color": "#555555", "text_wrap": True, "font_size": 9})
        self.numbers = {unit: book.add_format(base | {"num_format": code, "border": 1, "border_color": "#999999"})
                        for unit, code in FORMATS.items()}
        self.used: set[str] = set()

    def add(self, title: str) -> Any:
        """Add a sheet under a name that Excel takes: 31 characters, no []:*?/\\, unique."""
        name = "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:28].strip("' ") or "-"
        while name.lower() in self.used:
            name += "+"
        self.used.add(name.lower())
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C" + "&P / &N")
        sheet.hide_gridlines(2)
        return sheet

    def cover(self, document: Document) -> None:
        sheet = self.add(document.title)
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 80)
        sheet.set_row(0, 32)
        sheet.write_string(0, 0, document.title, self.title)
        for place, (name, value) in enumerate(document.facts, start=2):
            sheet.write_string(place, 0, name, self.head)
            sheet.write_string(place, 1, value, self.cell)

    def chapter(self, title: str, parts: Sequence[Part]) -> None:
        """Write paragraphs over the whole width and tables below each other, on the widest table's columns."""
        sheet = self.add(title)
        tables = [part for part in parts if isinstance(part, Table)]
        widest = max(tables, key=lambda table: len(table.head), default=None)
        widths = widest.widths if widest else (100.0,)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, max(6, COLUMNS * width / sum(widths)))
        sheet.write_string(0, 0, title, self.section)
        line, last = 2, max(len(widths) - 1, 1)
        for part in parts:
            line = self._write(sheet, part, line, last)
        if len(tables) == 1 and isinstance(parts[0], Table):
            sheet.freeze_panes(3, 0)

    def _write(self, sheet: Any, part: Part, line: int, last: int) -> int:
        if isinstance(part, Table):
            return self._table(sheet, part, line) + 1
        if isinstance(part, Picture):
            return line
        style = self.section if isinstance(part, Heading) else self.note if part.note else self.text
        # The height of a merged cell does not follow its text: it has to be said.
        sheet.set_row(line, LINE_HEIGHT * lines_of(part.text, COLUMNS) + 3)
        sheet.merge_range(line, 0, line, last, "", style)
        sheet.write_string(line, 0, part.text, style)
        return line + 1

    def _table(self, sheet: Any, table: Table, line: int) -> int:
        for column, text in enumerate(table.head):
            sheet.write_string(line, column, text, self.head)
        shares = [COLUMNS * width / sum(table.widths) for width in table.widths]
        for place, row in enumerate(table.rows, start=line + 1):
            sheet.set_row(place, LINE_HEIGHT * max(lines_of(text, width) for text, width in zip(row, shares)) + 3)
            for column, text in enumerate(row):
                sheet.write_string(place, column, text, self.cell)
        return line + len(table.rows) + 1

    def figures(self, report: Report) -> None:
        """Write the raw numbers, for those who calculate on."""
        say = self.words.say
        sheet = self.add(say("数值表"))
        head = ("指标", "口径名", "版本", "期间", "单位", "数值", "区间下限", "区间上限", "n", "等级", "目标",
                "上期数值")
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, len(head) - 1, 13)
        for column, text in enumerate(head):
            sheet.write_string(0, column, say(text), self.head)
        for place, item in enumerate(report.items, start=1):
            result = item.result
            for column, text in enumerate((item.title, result.indicator, result.version, report.period, result.unit)):
                sheet.write_string(place, column, text, self.cell)
            values = (None,) * 3 if result.suppressed else (result.value, result.low, result.high)
            number = self.numbers.get(result.unit, self.numbers["score"])
            for column, value in enumerate(values, start=5):
                self._number(sheet, place, column, value, number)
            self._number(sheet, place, 8, None if result.suppressed else result.n, self.numbers["count"])
            self._number(sheet, place, 9, None if result.suppressed else result.band, self.numbers["count"])
            self._number(sheet, place, 10, result.target, number)
            before = item.previous
            self._number(sheet, place, 11, None if before is None or before.suppressed else before.value, number)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(report.items), len(head) - 1)

    def groups(self, report: Report) -> None:
        """Write all groups of the breakdown with their raw numbers."""
        if not report.breakdown:
            return
        say = self.words.say
        sheet = self.add(say("分组数值表"))
        titles = {item.result.indicator: item.title for item in report.items}
        dimension = self.words.dimension(report.by)
        head = (say("指标"), dimension, say("数值"), say("区间下限"), say("区间上限"), "n", say("等级"))
        sheet.set_column(0, 1, 26)
        for column, text in enumerate(head):
            sheet.write_string(0, column, text, self.head)
        for line, one in enumerate(report.breakdown, start=1):
            sheet.write_string(line, 0, titles[one.indicator], self.cell)
            sheet.write_string(line, 1, self.words.value(report.by, one.group[report.by], report.names), self.cell)
            shown = (None,) * 5 if one.suppressed else (one.value, one.low, one.high, one.n, one.band)
            number = self.numbers.get(one.unit, self.numbers["score"])
            for column, value in enumerate(shown, start=2):
                self._number(sheet, line, column, value, number if column < 5 else self.numbers["count"])
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, len(report.breakdown), len(head) - 1)

    def _number(self, sheet: Any, row: int, column: int, value: float | None, style: Any) -> None:
        """Write a number, or an empty cell for no data: never a 0."""
        if value is None:
            sheet.write_blank(row, column, None, self.cell)
        else:
            sheet.write_number(row, column, value, style)

    def trends(self, report: Report) -> None:
        """Write the trend of each detailed item with a native line chart beside it."""
        items = [item for item in report.items if item.trend]
        if not items:
            return
        sheet = self.add(self.words.say("走势"))
        sheet.set_column(0, 5, 13)
        line = 0
        for item in items:
            line = self._trend(sheet, item, line)

    def _trend(self, sheet: Any, item: Item, line: int) -> int:
        labels = self.words.labels
        sheet.write_string(line, 0, item.title, self.section)
        head = (self.words.say("期间"), labels.value, "n", labels.lower, labels.centre, labels.upper)
        for column, text in enumerate(head):
            sheet.write_string(line + 1, column, text, self.head)
        number = self.numbers.get(item.result.unit, self.numbers["score"])
        first = line + 2
        for place, point in enumerate(item.trend, start=first):
            result = point.result
            sheet.write_string(place, 0, result.period, self.cell)
            self._number(sheet, place, 1, None if result.suppressed else result.value, number)
            self._number(sheet, place, 2, None if result.suppressed else result.n, self.numbers["count"])
            for column, value in ((3, point.lower), (4, point.centre), (5, point.upper)):
                self._number(sheet, place, column, value, number)
        last = first + len(item.trend) - 1
        sheet.insert_chart(line, 7, self._line_chart(sheet.get_name(), item, head, first, last))
        return max(last + 3, line + 17)

    def _line_chart(self, sheet: str, item: Item, head: Sequence[str], first: int, last: int) -> Any:
        chart = self.book.add_chart({"type": "line"})
        looks = {1: {"color": LINE, "width": 2}, 3: {"color": LIMIT, "dash_type": "dash"}, 4: {"color": LIMIT},
                 5: {"color": LIMIT, "dash_type": "dash"}}
        for column, line in looks.items():
            chart.add_series({
                "name": head[column], "categories": [sheet, first, 0, last, 0],
                "values": [sheet, first, column, last, column], "line": line,
                "marker": {"type": "circle", "size": 6, "fill": {"color": LINE}} if column == 1 else {"type": "none"},
            })
        chart.set_title({"name": item.title, "name_font": {"size": 11}})
        shown = [value for point in item.trend for value in (point.result.value, point.lower) if value is not None]
        # From 0 a control chart is a flat line: begin a little below the lowest value or limit.
        low = min(shown, default=0.0)
        chart.set_y_axis({
            "num_format": FORMATS.get(item.result.unit, "0.00"), "min": 0.95 * low if low >= 0 else None,
            "major_gridlines": {"visible": True, "line": {"color": "#DDDDDD"}},
        })
        chart.set_legend({"position": "bottom"})
        chart.show_blanks_as("gap")
        chart.set_size({"width": 620, "height": 300})
        return chart

    def rows(self, report: Report) -> None:
        """Write the rows behind the detailed numbers, as far as the report lists them."""
        say = self.words.say
        sheet = self.add(say("依据"))
        head = ("指标", "依据类型", "记录编号", "时间", "单位", "渠道", "数值", "该类记录总数")
        sheet.set_column(0, len(head) - 1, 18)
        for column, text in enumerate(head):
            sheet.write_string(0, column, say(text), self.head)
        line = 1
        for item in report.items:
            evidence = item.evidence
            for row in evidence.rows if evidence else ():
                texts = (item.title, say(EVIDENCE[evidence.kind]) if evidence else "", row.row, row.at or "",
                         self.words.value("unit", row.unit, report.names) if row.unit else "",
                         self.words.value("channel", row.channel, {}) if row.channel else "")
                for column, text in enumerate(texts):
                    sheet.write_string(line, column, text, self.cell)
                self._number(sheet, line, 6, row.value, self.numbers["score"])
                self._number(sheet, line, 7, evidence.count if evidence else None, self.numbers["count"])
                line += 1
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(line - 1, 1), len(head) - 1)
