"""Exported files hold every row, and ids come back byte for byte."""

import csv
import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from ..services import files

ZONE = ZoneInfo("Asia/Shanghai")
IDS = ["6222020200112345678", "0571000123", "219E01BE", "+8613800000000"]
TABLE = pa.table({
    "id": IDS,
    "opened": pa.array([datetime(2026, 3, 1, 17, 30, 5, tzinfo=UTC)] * 4, pa.timestamp("us", tz="UTC")),
    "seconds": pa.array([1, None, 3, 4], pa.int64()),
})
HEADINGS = ["工单", "受理时间", "秒"]


def as_csv(table, *, bom=False):
    data = b"".join(files.csv_parts(table, HEADINGS, ZONE, bom=bom))
    return data, list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def as_book(table):
    with files.xlsx_file(table, HEADINGS, ZONE, [("指标", "x")]) as file:
        return load_workbook(file)


def test_ids_survive_a_csv_file():
    _, rows = as_csv(TABLE)
    assert [row[0] for row in rows[1:]] == IDS


def test_the_byte_order_mark_is_there_only_when_asked_for():
    assert as_csv(TABLE, bom=True)[0].startswith(b"\xef\xbb\xbf")
    assert not as_csv(TABLE)[0].startswith(b"\xef\xbb\xbf")


def test_times_are_written_in_the_workspaces_zone():
    """17:30:05 UTC is half past one of the next morning in Shanghai."""
    _, rows = as_csv(TABLE)
    assert rows[1][1] == "2026-03-02 01:30:05"


def test_no_data_is_an_empty_cell_and_not_a_zero():
    _, rows = as_csv(TABLE)
    assert rows[2][2] == ""


def test_a_text_that_a_spreadsheet_would_run_is_defused():
    _, rows = as_csv(pa.table({"id": ['=HYPERLINK("http://x")', "@x", "-cmd", "-5"]}))
    assert [row[0][0] for row in rows[1:]] == ["'", "'", "'", "-"]


def test_ids_survive_an_excel_file():
    sheet = as_book(TABLE)["明细"]
    assert [cell.value for cell in sheet["A"]] == ["工单", *IDS]
    assert sheet["C3"].value is None


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch):
    monkeypatch.setattr(files, "SHEET_ROWS", 3)
    book = as_book(TABLE)
    counts = [sheet.max_row - 1 for sheet in book.worksheets[1:]]
    assert counts == [3, 1]


def test_an_empty_table_still_has_its_headings():
    book = as_book(TABLE.slice(0, 0))
    assert [cell.value for cell in book["明细"][1]] == HEADINGS


def test_a_text_too_long_for_a_cell_is_named_and_not_cut():
    with pytest.raises(files.ExportError, match="32767"):
        files.xlsx_file(pa.table({"id": ["x" * 32768]}), ["工单"], ZONE, [])


def test_ids_and_moments_survive_parquet():
    with files.parquet_file(TABLE, ZONE) as file:
        back = pq.read_table(file)
    assert back["id"].to_pylist() == IDS
    assert back["opened"].to_pylist()[0] == datetime(2026, 3, 1, 17, 30, 5, tzinfo=UTC)
