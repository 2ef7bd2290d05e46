"""Form (一) 调查基本信息 of the survey form: topic, dates, responsible person, scope, in the layout offices know."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from .errors import ReportError
from .parts import Document, Heading, Table
from .pdf import write_pdf
from .word import write_word
from .words import words_for

TITLE, PART = "客户满意度调查及改进措施实施表", "（一）调查基本信息"
COLUMNS = ("调查主题", "调查日期", "调查负责人", "调查范围（客户类型/数量）")
WIDTHS = (3.0, 2.6, 2.0, 4.4)
FORMATS = ("xlsx", "docx", "pdf")


def write_basics(row: tuple[str, str, str, str], format_: str, *, lang: str = "zh-hans") -> bytes:
    """Return the form as a file's content. Its words stay those of the form in every language but English.

    ReportError ``unknown_format`` for another format.
    """
    if format_ not in FORMATS:
        raise ReportError("unknown_format", suffix=format_)
    words = words_for(lang)
    title, part, columns = words.say(TITLE), words.say(PART), tuple(words.say(column) for column in COLUMNS)
    if format_ == "xlsx":
        return _excel(title, part, columns, row)
    document = Document(title, lang, (), (Heading(part), Table(columns, (row,), WIDTHS)), title,
                        words.say("第 {page} 页，共 {pages} 页", page="{page}", pages="{pages}"))
    with TemporaryDirectory(prefix="bihuan-form-") as folder:
        path = Path(folder) / f"form.{format_}"
        (write_word if format_ == "docx" else write_pdf)(document, path)
        return path.read_bytes()


def _excel(title: str, part: str, columns: tuple[str, ...], row: tuple[str, ...]) -> bytes:
    import xlsxwriter

    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet(part[:31])
    head = book.add_format({"bold": True, "bg_color": "#E9EDF2", "border": 1, "text_wrap": True, "valign": "vcenter"})
    cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    top = book.add_format({"bold": True, "font_size": 14, "align": "center"})
    sheet.merge_range(0, 0, 0, len(columns) - 1, title, top)
    sheet.write_string(1, 0, part, book.add_format({"bold": True}))
    for place, (name, value) in enumerate(zip(columns, row)):
        sheet.set_column(place, place, WIDTHS[place] * 8)
        sheet.write_string(2, place, name, head)
        # As text: what begins with = is nobody's formula.
        sheet.write_string(3, place, value, cell)
    sheet.set_row(3, 60)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return file.getvalue()
