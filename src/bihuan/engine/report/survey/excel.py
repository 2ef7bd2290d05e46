"""A survey's report as a workbook: numbers as numbers, native charts with error bars."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from ...indicators.contracts import Result
from ..excel import FORMATS, SAFE
from ..words import Words, words_for
from .contracts import Line, Sample, SurveyReport
from .layout import of_wave

# A cell is a text, a count, nothing, or a number in a unit.
Cell = str | int | None | tuple[float | None, str]
NUMBER = ("数值", "下限", "上限", "n")


def write_excel(report: SurveyReport, path: Path) -> None:
    """Write the report to ``path`` (.xlsx): a sheet a chapter, those without content left out."""
    with xlsxwriter.Workbook(str(path), SAFE) as book:
        sheets = _Sheets(book, words_for(report.lang), report)
        sheets.cover(report)
        sheets.sample(report.sample)
        sheets.funnel(report)
        sheets.speaks_for(report)
        sheets.numbers("总体数字", report.numbers)
        sheets.numbers("各维度", report.dimensions, chart=True)
        sheets.trend(report)
        sheets.themes(report)
        sheets.grid("有效性", ("项目", "份数"), report.validity, whole=True)


class _Sheets:
    """Writes the sheets of one workbook."""

    def __init__(self, book: Any, words: Words, report: SurveyReport) -> None:
        self.book, self.say, self.words, self.report = book, words.say, words, report
        self.head = book.add_format({"bold": True, "bg_color": "#E9EDF2", "border": 1, "text_wrap": True})
        self.text = book.add_format({"text_wrap": True})
        self.units = {unit: book.add_format({"num_format": code}) for unit, code in FORMATS.items()}

    def grid(self, title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]], *, sheet: Any = None,
             start: int = 0, whole: bool = False) -> Any:
        """Write a table on a sheet of its own, or below on one that is there; None without rows.

        ``whole``: it is the whole wave's, which the sheet's name says in a report of some groups.
        """
        if not rows:
            return sheet
        if sheet is None:
            sheet = self.book.add_worksheet(of_wave(title, self.report, self.words) if whole else self.say(title))
            sheet.set_column(0, 0, 28)
            sheet.set_column(1, len(head) - 1, 14)
        for column, text in enumerate(head):
            sheet.write_string(start, column, self.say(text), self.head)
        for place, row in enumerate(rows, start=start + 1):
            for column, cell in enumerate(row):
                self._cell(sheet, place, column, cell)
        return sheet

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, tuple):
            if cell[0] is not None:
                sheet.write_number(row, column, cell[0], self.units.get(cell[1]))
        elif isinstance(cell, str):
            sheet.write_string(row, column, cell)
        elif cell is not None:
            sheet.write_number(row, column, cell)

    def cover(self, report: SurveyReport) -> None:
        sheet = self.book.add_worksheet(self.say("摘要"))
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 90)
        sheet.write_string(0, 0, report.title, self.book.add_format({"bold": True, "font_size": 16}))
        written = [(title, text) for title, paragraphs in report.written for text in paragraphs]
        rows = [*report.facts, *(("", text) for text in report.summary), *written,
                *(("", text) for text in report.findings)]
        for place, (name, text) in enumerate(rows, start=2):
            sheet.write_string(place, 0, name)
            sheet.write_string(place, 1, text, self.text)

    def sample(self, sample: Sample | None) -> None:
        if sample is None:
            return
        sheet = self.grid("样本", ("层", "抽样框内", "可询问", "抽中", "人工加入", "人工移出", "已询问", "有效",
                                   "误差 (95%)"), [
            (one.name, one.size, one.eligible, one.drawn, one.added, one.removed, one.asked, one.valid,
             (one.margin, "%")) for one in sample.strata], whole=True)
        below = len(sample.strata) + 3
        self.grid("样本", ("变动", "层", "原因", "日期"),
                  [(one.kind, one.stratum, one.reason, one.day) for one in sample.changes], sheet=sheet, start=below)
        below += len(sample.changes) + 3
        self.grid("样本", ("项目", "内容"), sample.facts, sheet=sheet, start=below)

    def funnel(self, report: SurveyReport) -> None:
        self.grid("回收", ("阶段", "人数", "占前一阶段", "下限", "上限"), [
            (one.label, one.count, *_number(one.share)[:3]) for one in report.stages], whole=True)

    def speaks_for(self, report: SurveyReport) -> None:
        sheet = self.grid("代表性", ("分组", "全部客户", "受邀", "作答", "n", "回收率", "下限", "上限", "说明"), [
            (one.group, (one.population, "%"), (one.invited, "%"), (one.answered, "%"), one.n,
             *_number(one.rate)[:3], one.mark) for one in report.margins], whole=True)
        below = len(report.margins) + 3 if report.margins else 0
        self.grid("代表性", ("数字", "作答者", "下限", "上限", "n", "最低", "最高", "最低，含抽样误差",
                             "最高，含抽样误差"), [
            (one.title, *_number(one.value)[:3], one.low.n, (one.low.value, one.low.unit),
             (one.high.value, one.high.unit), (one.low.low, one.low.unit), (one.high.high, one.high.unit))
            for one in report.bounds], sheet=sheet, start=below, whole=True)

    def numbers(self, title: str, lines: Sequence[Line], *, chart: bool = False) -> None:
        rows = [(line.title, *_number(line.result), *_number(line.weighted)[:3], *_around(line.result))
                for line in lines]
        sheet = self.grid(title, ("数字", *NUMBER, "加权值", "加权下限", "加权上限", "-", "+"), rows)
        if sheet is not None and chart:
            drawn = self.book.add_chart({"type": "bar"})
            drawn.add_series(self._series(title, 1, len(rows), names=0, errors="IJ"))
            drawn.set_legend({"none": True})
            drawn.set_y_axis({"reverse": True})
            sheet.insert_chart(1, 11, drawn)

    def trend(self, report: SurveyReport) -> None:
        rows = [(line.title, point.wave, *_number(point.result), point.change, *_around(point.result))
                for line in report.trend for point in line.points]
        sheet = self.grid("各期趋势", ("数字", "期次", *NUMBER, "较上期", "-", "+"), rows)
        first, drawn = 1, None
        for line in report.trend:
            last = first + len(line.points) - 1
            units = {point.result.unit for point in line.points if point.result is not None}
            if units == {"score"}:
                drawn = drawn or self.book.add_chart({"type": "line"})
                drawn.add_series(self._series("各期趋势", first, last, names=1, errors="HI") | {"name": line.title})
            first = last + 1
        if sheet is not None and drawn is not None:
            sheet.insert_chart(1, 10, drawn)

    def _series(self, title: str, first: int, last: int, *, names: int, errors: str) -> dict[str, Any]:
        """A series of rows ``first`` to ``last`` with its error bars from the columns below and above."""
        name = self.say(title)
        below, above = (f"='{name}'!${column}${first + 1}:${column}${last + 1}" for column in errors)
        bars = "x_error_bars" if names == 0 else "y_error_bars"
        return {"name": [name, 0, names + 1], "categories": [name, first, names, last, names],
                "values": [name, first, names + 1, last, names + 1],
                bars: {"type": "custom", "plus_values": above, "minus_values": below}}

    def themes(self, report: SurveyReport) -> None:
        self.grid("意见主题", ("主题", "提及率", "下限", "上限", "n"),
                  [(name, *_number(result)) for name, result in report.themes])


def _number(result: Result | None) -> tuple[Cell, Cell, Cell, Cell]:
    """Return value, ends of the interval and n as numbers."""
    if result is None:
        return None, None, None, None
    return ((result.value, result.unit), (result.low, result.unit), (result.high, result.unit), result.n)


def _around(result: Result | None) -> tuple[Cell, Cell]:
    """Return by how much the interval reaches below and above the value, as error bars want it."""
    if result is None or result.value is None:
        return None, None
    return ((None if result.low is None else result.value - result.low, result.unit),
            (None if result.high is None else result.high - result.value, result.unit))
