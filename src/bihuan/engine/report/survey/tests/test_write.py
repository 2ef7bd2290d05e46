"""A survey's report says the same in Word, PDF and Excel, and nothing of it becomes a formula."""

import zipfile
from dataclasses import replace

import docx
import openpyxl
import pytest

from bihuan.engine.indicators.contracts import Result
from bihuan.engine.report.errors import ReportError
from bihuan.engine.report.survey.contracts import (
    Bound,
    Change,
    Line,
    Margin,
    Point,
    Sample,
    Stage,
    Stratum,
    SurveyReport,
    Trend,
)
from bihuan.engine.report.survey.write import write_survey


def line(title, value, n=200, unit="score", **more):
    return Line(title, Result("", "1", "", {}, value, n, value - 0.1, value + 0.1, unit=unit, **more))


REPORT = SurveyReport(
    "售后调查 2", "zh-hans", (("调查", "care.2"),), (line("总体满意度", 4.06), line("NPS", 39.8, unit="points")),
    (line("=物流", 3.1), line("服务", 4.2, n=12, small=True)), ("最低维度：物流（3.1）。",),
    ("地区“华东”的物流低于其他 0.97 分（95% 0.71–1.23，n=80/240，q<0.001）",), 30, (("有效", 240),))

RATE = line("", 0.31, unit="%").result
WHOLE = replace(
    REPORT, sample=Sample((("随机种子", "7"),), (Stratum("重点客户", 40, 38, 38, 1, 2, 37),), (
        Change("人工加入", "重点客户", "续约前必问", "2026-03-02"),)),
    stages=(Stage("名单", 400), Stage("有效答卷（占已发送）", 124, RATE)),
    margins=(Margin("地区：华东", 0.4, 0.41, 0.2, 25, RATE, "作答偏少"),),
    bounds=(Bound("总体满意度", line("", 4.06).result, line("", 2.1).result, line("", 4.8).result),),
    speaks_for=("R 指标 0.81（0.76 – 0.86，n = 400）。",),
    trend=(Trend("物流", (Point("第1期", line("", 3.4).result), Point("第2期", line("", 3.1).result, "-0.30"))),))


@pytest.mark.parametrize("form", ["docx", "pdf", "xlsx"])
def test_each_form_is_written(tmp_path, form):
    path = write_survey(REPORT, tmp_path / f"r.{form}")
    assert path.read_bytes()[:4] in (b"PK\x03\x04", b"%PDF") and list(tmp_path.iterdir()) == [path]


def test_word_says_every_number_and_finding(tmp_path):
    word = docx.Document(str(write_survey(REPORT, tmp_path / "r.docx")))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert {"4.06", "39.8", "3.10", "12（样本不足）"} <= set(cells)
    assert REPORT.findings[0] in [paragraph.text for paragraph in word.paragraphs]


def test_excel_has_numbers_as_numbers_text_as_text_and_a_native_chart(tmp_path):
    path = write_survey(REPORT, tmp_path / "r.xlsx")
    sheet = openpyxl.load_workbook(path)["各维度"]
    assert sheet["B2"].value == 3.1 and sheet["A2"].data_type == "s" and sheet["A2"].value == "=物流"
    assert any(name.startswith("xl/charts/chart") for name in zipfile.ZipFile(path).namelist())


def test_word_says_whom_was_asked_who_answered_and_how_it_went_on(tmp_path):
    word = docx.Document(str(write_survey(WHOLE, tmp_path / "r.docx")))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert {"续约前必问", "31.0%", "21.0% – 41.0%", "作答偏少", "2.10", "4.80", "第2期", "-0.30"} <= set(cells)
    assert WHOLE.speaks_for[0] in [paragraph.text for paragraph in word.paragraphs]


def test_excel_has_sheets_of_sample_response_representation_and_trend_in_numbers(tmp_path):
    path = write_survey(WHOLE, tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(path)
    assert book["样本"]["D2"].value == 38 and book["样本"]["C6"].value == "续约前必问"
    assert [cell.value for cell in book["回收"][3]] == ["有效答卷（占已发送）", 124, 0.31, 0.21, 0.41]
    assert book["代表性"]["E2"].value == 25 and book["代表性"]["G6"].value == 4.8
    assert [cell.value for cell in book["各期趋势"]["C"]][1:] == [3.4, 3.1]
    assert sum(name.startswith("xl/charts/chart") for name in zipfile.ZipFile(path).namelist()) == 2


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ReportError):
        write_survey(REPORT, tmp_path / "r.odt")


def test_a_report_of_some_groups_says_which_parts_are_the_whole_waves(tmp_path):
    some = replace(WHOLE, kept=True)
    word = docx.Document(str(write_survey(some, tmp_path / "r.docx")))
    heads = {paragraph.text for paragraph in word.paragraphs}
    assert {"样本（全期次）", "回收（全期次）", "这些答案代表谁（全期次）", "有效性（全期次）", "总体数字"} <= heads
    names = openpyxl.load_workbook(write_survey(some, tmp_path / "r.xlsx")).sheetnames
    assert {"样本（全期次）", "回收（全期次）", "代表性（全期次）", "有效性（全期次）", "总体数字"} <= set(names)
