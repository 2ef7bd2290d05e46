"""A survey's report says the same in Word, PDF and Excel, and nothing of it becomes a formula."""

import zipfile

import docx
import openpyxl
import pytest

from bihuan.engine.indicators.contracts import Result
from bihuan.engine.report.errors import ReportError
from bihuan.engine.report.survey.contracts import Line, SurveyReport
from bihuan.engine.report.survey.write import write_survey


def line(title, value, n=200, unit="score", **more):
    return Line(title, Result("", "1", "", {}, value, n, value - 0.1, value + 0.1, unit=unit, **more))


REPORT = SurveyReport(
    "售后调查 2", "zh-hans", (("调查", "care.2"),), (line("总体满意度", 4.06), line("NPS", 39.8, unit="points")),
    (line("=物流", 3.1), line("服务", 4.2, n=12, small=True)), ("最低维度：物流（3.1）。",),
    ("地区“华东”的物流低于其他 0.97 分（95% 0.71–1.23，n=80/240，q<0.001）",), 30, (("有效", 240),))


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


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ReportError):
        write_survey(REPORT, tmp_path / "r.odt")
