"""Writes a survey's report as Word, PDF or Excel, by the ending of the file's name."""

from __future__ import annotations

import os
from pathlib import Path

import xlsxwriter

from ...charts.render import can_draw
from ...charts.wording import interval_text, value_text
from ...indicators.contracts import Result
from ..excel import FORMATS, SAFE
from ..parts import Document, Heading, Paragraph, Part, Picture, Table
from ..pdf import write_pdf
from ..word import write_word
from ..words import Words, words_for
from ..write import check_format
from .contracts import Line, SurveyReport


def write_survey(report: SurveyReport, path: str | os.PathLike[str]) -> Path:
    """Write the report to ``path`` (.docx, .pdf or .xlsx) in one step and return the path. Raises ReportError."""
    target = Path(path)
    suffix = check_format(target)
    draft = target.with_name(f".{target.stem}.{os.getpid()}{suffix}")
    try:
        if suffix == ".xlsx":
            _write_excel(report, draft)
        else:
            (write_word if suffix == ".docx" else write_pdf)(lay_out(report), draft)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def lay_out(report: SurveyReport) -> Document:
    """Return the report as the parts that Word and PDF share; without pictures where they cannot be drawn."""
    words = words_for(report.lang)
    say = words.say
    parts: list[Part] = [Heading(say("摘要")), *(Paragraph(text) for text in report.summary)]
    for title, paragraphs in report.written:
        parts += [Heading(title), *(Paragraph(text) for text in paragraphs)]
    parts += [Heading(say("总体")), _table(report.numbers, words)]
    if report.dimensions:
        parts += [Heading(say("各维度")), _table(report.dimensions, words)]
    if can_draw():
        parts += [Picture(option, caption) for caption, option in report.charts]
    elif report.charts:
        parts.append(Paragraph(say("本机不能绘图，图表从略。"), note=True))
    parts += [Heading(say("交叉分析")), *(Paragraph(text) for text in report.findings or (
        say("没有一条差异超出偶然：不能断定哪一组与其余不同。"),)),
        Paragraph(say("共比较 {n} 次，全部一起作 Benjamini-Hochberg 校正。", n=f"{report.compared:,}"), note=True)]
    if report.themes:
        parts += [Heading(say("意见主题")), Table(
            (say("主题"), say("提及率"), say("95% 置信区间"), "n"),
            tuple((name, *_cells(result, words)) for name, result in report.themes), (4, 2, 3, 2), right=(1, 2, 3))]
    parts += [Heading(say("有效性")), Table((say("项目"), say("份数")), tuple(
        (label, f"{count:,}") for label, count in report.validity), (4, 1), right=(1,))]
    return Document(report.title, report.lang, report.facts, tuple(parts), report.footer,
                    say("第 {page} 页，共 {pages} 页", page="{page}", pages="{pages}"))


def _table(lines: tuple[Line, ...], words: Words) -> Table:
    say = words.say
    weighted = any(line.weighted for line in lines)
    head = (say("数字"), say("数值"), say("95% 置信区间"), "n", *([say("加权值")] if weighted else []))
    rows = tuple((line.title, *_cells(line.result, words), *([_value(line.weighted, words)] if weighted else []))
                 for line in lines)
    return Table(head, rows, (4, 2, 3, 2, *([2] if weighted else [])), right=tuple(range(1, len(head))))


def _cells(result: Result, words: Words) -> tuple[str, str, str]:
    mark = words.say("（样本不足）") if result.small else ""
    return (_value(result, words), interval_text(result.low, result.high, result.unit, words.labels),
            f"{result.n:,}{mark}")


def _value(result: Result | None, words: Words) -> str:
    return "—" if result is None else value_text(result.value, result.unit, words.labels)


def _write_excel(report: SurveyReport, path: Path) -> None:
    """Sheets of numbers as numbers, with a native chart of the dimensions and their error bars."""
    say = words_for(report.lang).say
    with xlsxwriter.Workbook(str(path), SAFE) as book:
        head = book.add_format({"bold": True, "bg_color": "#E9EDF2", "border": 1})
        formats = {unit: book.add_format({"num_format": code}) for unit, code in FORMATS.items()}
        cover = book.add_worksheet(say("摘要"))
        cover.set_column(0, 1, 24)
        cover.set_column(1, 1, 90)
        cover.write_string(0, 0, report.title, book.add_format({"bold": True, "font_size": 16}))
        written = [(title, text) for title, paragraphs in report.written for text in paragraphs]
        rows = [*report.facts, *(("", text) for text in report.summary), *written,
                *(("", text) for text in report.findings)]
        for place, (name, text) in enumerate(rows, start=2):
            cover.write_string(place, 0, name)
            cover.write_string(place, 1, text, book.add_format({"text_wrap": True}))
        for title, lines in ((say("总体"), report.numbers), (say("各维度"), report.dimensions)):
            if lines:
                sheet = book.add_worksheet(title)
                _lines(sheet, lines, say, head, formats)
                if lines is report.dimensions:
                    sheet.insert_chart(1, 9, _native(book, title, len(lines)))
        sheet = book.add_worksheet(say("有效性"))
        for place, (label, count) in enumerate(report.validity):
            sheet.write_string(place, 0, label)
            sheet.write_number(place, 1, count)


def _lines(sheet, lines: tuple[Line, ...], say, head, formats) -> None:
    sheet.set_column(0, 0, 28)
    for column, text in enumerate((say("数字"), say("数值"), say("下限"), say("上限"), "n", say("加权值"), "-", "+")):
        sheet.write_string(0, column, text, head)
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line.title)
        result, form = line.result, formats.get(line.result.unit)
        weighted = line.weighted.value if line.weighted else None
        below = None if result.value is None or result.low is None else result.value - result.low
        above = None if result.value is None or result.high is None else result.high - result.value
        for column, number in enumerate((result.value, result.low, result.high, result.n, weighted, below, above), 1):
            if number is not None:
                sheet.write_number(row, column, number, None if column == 4 else form)


def _native(book, title: str, count: int):
    chart = book.add_chart({"type": "bar"})
    chart.add_series({
        "name": [title, 0, 1], "categories": [title, 1, 0, count, 0], "values": [title, 1, 1, count, 1],
        "x_error_bars": {"type": "custom", "plus_values": f"='{title}'!$H$2:$H${count + 1}",
                         "minus_values": f"='{title}'!$G$2:$G${count + 1}"}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True})
    return chart
