"""The written files are opened again, and hold the numbers and words of the report."""

from dataclasses import replace

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader

from bihuan.engine.report.document import lay_out
from bihuan.engine.report.errors import ReportError
from bihuan.engine.report.parts import Paragraph, Table
from bihuan.engine.report.tests.invented import EVIL, report, result
from bihuan.engine.report.write import write

HEAD = "ab12cd34ef56ab12cd34ef56"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The invented report as .docx, .pdf and .xlsx."""
    folder = tmp_path_factory.mktemp("written")
    found = report().with_owner("i1", "客服一部")
    for suffix in ("docx", "pdf", "xlsx"):
        assert write(found, folder / f"r.{suffix}", audit_head=HEAD, organisation="示例公司").pictures
    return folder


def test_word_holds_titles_numbers_tables_and_pictures(folder):
    word = Document(str(folder / "r.docx"))
    headings = [one.text for one in word.paragraphs if one.style and one.style.name == "Heading 1"]
    assert headings[:3] == ["一、概述", "二、评价结果一览（低分项在前）", "三、低分项明细"]
    assert "不足" in headings[4]
    first = word.tables[1].rows[1].cells
    assert [cell.text for cell in first[1:3]] == ["一次性解决率（FCR）", "58.5%"]
    assert first[8].text == "客服一部"
    assert len(word.inline_shapes) >= 4
    assert any("相关而非因果" in heading for heading in headings)


def test_word_repeats_table_heads_and_fixes_widths_and_fonts(folder):
    word = Document(str(folder / "r.docx"))
    table = word.tables[1]._tbl
    assert table.xpath("./w:tr[1]/w:trPr/w:tblHeader")
    widths = [int(width) for width in table.xpath("./w:tblGrid/w:gridCol/@w:w")]
    assert len(set(widths)) > 3 and abs(sum(widths) - 16.6 / 2.54 * 1440) < 20
    assert word.styles["Normal"].element.xpath("./w:rPr/w:rFonts/@w:eastAsia") == ["宋体"]
    footer = word.sections[0].footer.paragraphs[0]._p
    assert footer.xpath(".//w:instrText/text()") == ["PAGE", "NUMPAGES"]
    assert HEAD[:16] in word.sections[0].footer.paragraphs[0].text


def test_word_tears_no_count_and_keeps_what_is_said_of_a_chart_with_it(folder):
    word = Document(str(folder / "r.docx"))
    widths = [int(width) for width in word.tables[1]._tbl.xpath("./w:tblGrid/w:gridCol/@w:w")]
    # "1,234,567" at 9 points: a digit is half as wide, a comma a quarter; a cell's margins take 216 twentieths of one.
    assert widths[4] >= (7 * 9 / 2 + 2 * 9 / 4) * 20 + 216
    assert widths[6] >= (4 * 9 / 2 + 9 / 4 + 8) * 20 + 216, "100.0% as a target"
    texts = [one for one in word.paragraphs if "责任部门/人：" in one.text]
    assert any(one.paragraph_format.keep_with_next for one in texts)
    assert not any("＿" in one.text for one in texts), "a line of wide signs is torn at the margin"


def test_pdf_holds_the_same_with_its_font_inside(folder):
    reader = PdfReader(str(folder / "r.pdf"))
    text = "\n".join(page.extract_text() for page in reader.pages).replace("\n", "")
    for words in ("服务质量评价报告", "58.5%", "55.0% – 62.0%", "远低于预期", "示例公司", HEAD, "未满观察期"):
        assert words in text, words
    assert "desk:INC0019" in text
    assert reader.metadata and reader.metadata.title == "服务质量评价报告"
    assert f"第 1 页，共 {len(reader.pages)} 页" in reader.pages[0].extract_text()


def test_pdf_and_word_take_what_looks_like_markup_as_text(folder):
    text = "".join(page.extract_text() for page in PdfReader(str(folder / "r.pdf")).pages)
    assert "=HYPERLINK" in text


def test_excel_has_a_sheet_a_chapter_raw_numbers_and_native_charts(folder):
    book = load_workbook(folder / "r.xlsx")
    assert book.sheetnames[0] == "服务质量评价报告" and "数值表" in book.sheetnames and "依据" in book.sheetnames
    figures = book["数值表"]
    assert [figures.cell(2, column).value for column in (1, 2, 6, 9, 10, 11)] == [
        "一次性解决率（FCR）", "fcr", 0.585, 800, 1, 0.85]
    assert figures["F2"].number_format == "0.0%"
    assert len(book["走势"]._charts) == 2


def test_print_lists_the_lowest_groups_and_excel_all_of_them(tmp_path):
    found = report()
    many = (
        result("fcr", 0.0, 0.0, 0.9, 1, group={"team": "tiny"}, small=True),
        *(result("fcr", 0.5 + place / 100, 0.4, 0.9, 50, group={"team": f"g{place:02d}"}) for place in range(19)),
    )
    document = lay_out(replace(found, breakdown=many))
    table = next(part for part in document.parts if isinstance(part, Table) and part.head[1] == "班组")
    assert [row[1] for row in table.rows] == [f"g{place:02d}" for place in range(8)]
    assert any(isinstance(part, Paragraph) and "另有 12 行" in part.text for part in document.parts)
    path = write(replace(found, breakdown=many), tmp_path / "r.xlsx").path
    assert load_workbook(path)["分组数值表"].max_row == 21


def test_no_text_in_excel_can_become_a_formula(folder):
    book = load_workbook(folder / "r.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell.value for cell in cells if cell.value == EVIL]
    assert not [cell for cell in cells if cell.hyperlink]


def test_a_withheld_value_is_in_no_file(folder):
    figures = load_workbook(folder / "r.xlsx")["数值表"]
    line = next(row for row in figures.iter_rows(values_only=True) if row[1] == "overtime_rate")
    assert line[5:10] == (None,) * 5


def test_without_echarts_the_report_is_written_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("BIHUAN_ECHARTS", str(tmp_path / "none.js"))
    written = write(report(), tmp_path / "r.docx")
    word = Document(str(written.path))
    assert not written.pictures and len(word.inline_shapes) == 0
    assert any("没有绘图组件" in paragraph.text for paragraph in word.paragraphs)


def test_an_unknown_ending_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(ReportError) as caught:
        write(report(), tmp_path / "r.odt")
    assert caught.value.code == "unknown_format"
    assert list(tmp_path.iterdir()) == []
