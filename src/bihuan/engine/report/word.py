"""Writes a document as Word: real heading styles, repeated table heads, fixed column widths, Chinese fonts."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document as new_document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from ..charts.render import to_png
from .parts import Document, Heading, Paragraph, Picture, Table

TEXT_WIDTH = 16.6    # cm between the margins of an A4 page
BODY, HEAD = ("Times New Roman", "宋体"), ("Arial", "黑体")
BLACK, GREY = RGBColor(0, 0, 0), RGBColor(0x55, 0x55, 0x55)
SHADE = "E9EDF2"
LANGUAGES = {"zh-hans": "zh-CN", "zh-hant": "zh-TW", "en": "en-GB"}


def write_word(document: Document, path: Path) -> None:
    """Write the document to ``path`` (.docx)."""
    word = new_document()
    _page(word, document)
    _style(word.styles["Normal"], BODY, 10.5, BLACK)
    _language(word.styles["Normal"], document.lang)
    for level, size in ((1, 15), (2, 12)):
        _style(word.styles[f"Heading {level}"], HEAD, size, BLACK)
    _title(word, document)
    for part, following in zip(document.parts, (*document.parts[1:], None)):
        _write(word, part, stays=isinstance(following, (Picture, Table)))
    word.core_properties.title = document.title
    word.core_properties.language = LANGUAGES[document.lang]
    word.save(str(path))


def _page(word: Any, document: Document) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, document.footer + "　", 8, GREY)
    before, between, after = document.page.replace("{pages}", "{page}").split("{page}")
    for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        _run(paragraph, text, 8, GREY)
        if field:
            _field(paragraph, field)


def _title(word: Any, document: Document) -> None:
    title = word.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(12)
    _run(title, document.title, 20, BLACK, fonts=HEAD, bold=True)
    table = word.add_table(rows=0, cols=2)
    _grid(table, (0.2, 0.8))
    for name, value in document.facts:
        cells = table.add_row().cells
        _cell(cells[0], name, head=True)
        _cell(cells[1], value)
    _fix(table, (0.2, 0.8))


def _write(word: Any, part: Heading | Paragraph | Table | Picture, *, stays: bool) -> None:
    """Write one part; a paragraph that ``stays`` is on the page of the chart or table that it speaks of."""
    if isinstance(part, Heading):
        heading = word.add_heading(part.text, level=part.level)
        heading.paragraph_format.space_before = Pt(16 if part.level == 1 else 10)
        heading.paragraph_format.space_after = Pt(6)
    elif isinstance(part, Paragraph):
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(4)
        paragraph.paragraph_format.line_spacing = 1.3
        paragraph.paragraph_format.keep_with_next = stays
        _run(paragraph, part.text, 9 if part.note else 10.5, GREY if part.note else BLACK)
    elif isinstance(part, Table):
        _table(word, part)
    else:
        _picture(word, part)


def _table(word: Any, part: Table) -> None:
    table = word.add_table(rows=1, cols=len(part.head))
    shares = tuple(width / sum(part.widths) for width in part.widths)
    _grid(table, shares)
    for column, (cell, text) in enumerate(zip(table.rows[0].cells, part.head)):
        _cell(cell, text, head=True, right=column in part.right)
    _repeat(table.rows[0])
    for place, row in enumerate(part.rows):
        line = table.add_row()
        _whole(line)
        for column, (cell, text) in enumerate(zip(line.cells, row)):
            _cell(cell, text, right=column in part.right)
            if column == part.marked and part.colours[place]:
                _edge(cell, str(part.colours[place]))
    _fix(table, shares)
    word.add_paragraph().paragraph_format.space_after = Pt(2)


def _picture(word: Any, part: Picture) -> None:
    paragraph = word.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(BytesIO(to_png(part.option, part.width, part.height)), width=Cm(15.6))
    shape._inline.docPr.set("descr", part.caption)
    caption = word.add_paragraph()
    caption.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(caption, part.caption, 9, GREY)


def _cell(cell: Any, text: str, *, head: bool = False, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for number, line in enumerate(text.split("\n")):
        run = _run(paragraph, line, 9, BLACK, fonts=HEAD if head else BODY)
        if number:
            run._r.insert(1, OxmlElement("w:br"))
    if head:
        _shade(cell, SHADE)


def _run(
    paragraph: Any, text: str, size: float, colour: RGBColor, *, fonts: tuple[str, str] = BODY, bold: bool = False
) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.font.color.rgb, run.font.bold = Pt(size), colour, bold
    _fonts(run._r.get_or_add_rPr(), fonts)
    return run


def _style(style: Any, fonts: tuple[str, str], size: float, colour: RGBColor) -> None:
    style.font.size, style.font.color.rgb = Pt(size), colour
    _fonts(style.element.get_or_add_rPr(), fonts)


def _language(style: Any, lang: str) -> None:
    """Say which Chinese it is: the shape and place of punctuation depend on it."""
    properties = style.element.get_or_add_rPr()
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), LANGUAGES[lang] if lang == "en" else "en-US")
    language.set(qn("w:eastAsia"), "zh-CN" if lang == "en" else LANGUAGES[lang])
    properties.append(language)


def _fonts(properties: Any, fonts: tuple[str, str]) -> None:
    """Name the Latin and the Chinese font: Word picks the latter from eastAsia alone."""
    found = properties.get_or_add_rFonts()
    for attribute in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        found.attrib.pop(qn(attribute), None)
    for attribute, font in (("w:ascii", fonts[0]), ("w:hAnsi", fonts[0]), ("w:eastAsia", fonts[1])):
        found.set(qn(attribute), font)


def _field(paragraph: Any, name: str) -> None:
    """Append a field that the reader's program computes, each piece in a run of its own so that all keep the size."""
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = _run(paragraph, "1" if kind == "shown" else "", 8, GREY)
        if kind == "code":
            code = OxmlElement("w:instrText")
            code.text = name
            run._r.append(code)
        elif kind != "shown":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _grid(table: Any, shares: tuple[float, ...]) -> None:
    """Give the table borders and fixed columns: without gridCol widths other programs make all columns equal."""
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, share in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), shares):
        column.set(qn("w:w"), str(round(Cm(TEXT_WIDTH * share).twips)))


def _fix(table: Any, shares: tuple[float, ...]) -> None:
    for row in table.rows:
        for cell, share in zip(row.cells, shares):
            cell.width = Cm(TEXT_WIDTH * share)


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for attribute, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        shade.set(qn(attribute), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _edge(cell: Any, colour: str) -> None:
    """Mark a cell by a thick left border: it prints, and the text stays black on white."""
    borders = OxmlElement("w:tcBorders")
    left = OxmlElement("w:left")
    for attribute, value in (("w:val", "single"), ("w:sz", "36"), ("w:color", colour.lstrip("#"))):
        left.set(qn(attribute), value)
    borders.append(left)
    cell._tc.get_or_add_tcPr().append(borders)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    _whole(row)


def _whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
