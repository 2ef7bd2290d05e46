"""Files made to do harm: rectangles that fill the memory, entities that grow, values repeated without end."""

import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.importing import import_file, sniff
from bihuan.engine.facts.readers import archive, parquet

from .files import written

pytestmark = pytest.mark.usefixtures("without_facts")

SHEET = ('<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
         '<row r="1"><c r="A1"><v>1</v></c></row><row r="{row}"><c r={place}><v>2</v></c></row></sheetData>'
         "</worksheet>")


def sparse(path, row, place):
    """A workbook of two cells, the second one far away."""
    workbook = xlsxwriter.Workbook(path)
    workbook.add_worksheet("a").write(0, 0, 1)
    workbook.close()
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    parts["xl/worksheets/sheet1.xml"] = SHEET.format(row=row, place=place).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return path


@pytest.mark.parametrize(("place", "code"), [
    ('"XFD1048576"', "bomb"), ("'AAA900000'", "bomb"), ('"&#88;FD1048576"', "broken_sheet")])
def test_two_cells_far_apart_do_not_fill_the_memory(home, tmp_path, place, code):
    """A sheet of 1,048,576 x 16,384 cells, Excel's own limits, would take some 400 GB as a rectangle."""
    path = sparse(tmp_path / "a.xlsx", 1048576, place)
    for act in (lambda: sniff(home, path), lambda: import_file(home, path)):
        with pytest.raises(FactsError) as refused:
            act()
        assert refused.value.code == code


def test_a_wide_sheet_of_few_rows_is_read(tmp_path):
    path = tmp_path / "wide.xlsx"
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet("a")
    for row in range(3):
        sheet.write_row(row, 0, [f"c{row}{column}" for column in range(2000)])
    workbook.close()
    archive.check_archive(path)


def test_a_reader_that_panics_refuses_the_file_and_not_the_process():
    from bihuan.engine.facts.readers.open import readable

    panic = type("PanicException", (BaseException,), {})
    with pytest.raises(FactsError) as refused, readable("a.xlsx"):
        raise panic("capacity overflow")
    assert refused.value.code == "unreadable"
    with pytest.raises(KeyboardInterrupt), readable("a.xlsx"):
        raise KeyboardInterrupt


@pytest.mark.parametrize("declared", [
    '<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    '<!DOCTYPE log [<!ENTITY a SYSTEM "file:///etc/passwd">]>', '<!DOCTYPE log SYSTEM "http://127.0.0.1/x.dtd">'])
def test_a_log_declares_no_entities(home, tmp_path, declared):
    event = '<event><string key="concept:name" value="&a;"/></event>'
    text = f'<?xml version="1.0"?>{declared}<log><trace>{event}</trace></log>'
    with pytest.raises(FactsError) as refused:
        import_file(home, written(tmp_path, "a.xes", text))
    assert refused.value.code == "broken_xml"


def test_a_column_of_one_value_repeated_without_end_is_refused(home, tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "CELLS_FROM", 1000)
    path = tmp_path / "a.parquet"
    same = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), ["2024-03-01"])
    names = ("case_id", "opened", "channel", "resolved", "agent")
    pq.write_table(pa.table(dict.fromkeys(names, same)), path)
    with pytest.raises(FactsError) as refused:
        import_file(home, path)
    assert refused.value.code == "bomb"
