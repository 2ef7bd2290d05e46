"""Words of files: plain in two encodings, office files with their runs, and what a machine cannot read."""

import zipfile

import docx
import pytest
import xlsxwriter

from bihuan.engine.facts.privacy.files import read_plain, text_of
from bihuan.engine.facts.privacy.masking import mask_text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_plain_file_is_read_in_the_encodings_of_offices(tmp_path, encoding):
    (tmp_path / "a.txt").write_bytes("签到表：王敏".encode(encoding))
    assert read_plain(tmp_path / "a.txt") == "签到表：王敏"


def test_a_document_says_a_number_that_its_runs_cut_in_two(tmp_path):
    made = docx.Document()
    paragraph = made.add_paragraph()
    paragraph.add_run("请拨 138")
    paragraph.add_run("00138000")
    made.add_paragraph("第二段")
    made.save(tmp_path / "a.docx")
    _without_picture(tmp_path / "a.docx")
    text = text_of(tmp_path / "a.docx")
    assert text is not None and "13800138000\n" in text and "13800138000" not in mask_text(text)


def test_numbers_of_neighbouring_cells_stay_apart(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for column, value in enumerate(("合计", 1380, 138000, "Ann & Co")):
            sheet.write(0, column, value)
    text = text_of(tmp_path / "a.xlsx")
    assert text is not None and "1380138000" not in text and "Ann & Co" in text


@pytest.mark.parametrize(("name", "raw"), [
    ("a.pdf", b"%PDF-1.7"), ("a.jpg", b"\xff\xd8"), ("a.txt", b"\x00\xff\xfe\x81"), ("a.docx", b"PK no zip"),
])
def test_what_no_machine_reads_is_none(tmp_path, name, raw):
    (tmp_path / name).write_bytes(raw)
    assert text_of(tmp_path / name) is None


def _without_picture(path):
    """python-docx puts a thumbnail into what it makes; offices do so at times, too."""
    with zipfile.ZipFile(path) as file:
        held = {name: file.read(name) for name in file.namelist()}
    assert text_of(path) is None and any(name.endswith(".jpeg") for name in held)
    with zipfile.ZipFile(path, "w") as file:
        for name, raw in held.items():
            if not name.endswith(".jpeg"):
                file.writestr(name, raw)
