"""R13: long ids, phone numbers and leading zeros survive, byte for byte."""

import csv

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from bihuan.engine.facts.importing import import_file

from .files import rows, written

pytestmark = pytest.mark.usefixtures("without_facts")

IDS = ["1234567890123456789", "0012345", "219E01BE", "9007199254740993", "00000000000000000001"]
PHONES = ["013800138000", "02112345678", "+8613800138000", "0086-21-5555", "400-800-8000"]


def as_csv(folder):
    lines = [f"{number},2024-03-01 09:00:00,{phone}" for number, phone in zip(IDS, PHONES)]
    return written(folder, "ids.csv", "\n".join(["工单编号,创建时间,客户编号", *lines]) + "\n")


def as_xlsx(folder):
    book = xlsxwriter.Workbook(folder / "ids.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["工单编号", "创建时间", "客户编号"])
    for line, (number, phone) in enumerate(zip(IDS, PHONES), start=1):
        for column, text in enumerate([number, "2024-03-01 09:00:00", phone]):
            sheet.write_string(line, column, text)
    book.close()
    return folder / "ids.xlsx"


def as_parquet(folder):
    pq.write_table(pa.table({"工单编号": IDS, "创建时间": ["2024-03-01 09:00:00"] * 5, "客户编号": PHONES}),
                   folder / "ids.parquet")
    return folder / "ids.parquet"


@pytest.mark.parametrize("make", [as_csv, as_xlsx, as_parquet])
def test_ids_and_phone_numbers_survive(home, tmp_path, make):
    result = import_file(home, make(tmp_path))
    assert (result.mapping, result.accepted) == ("cases", 5)
    assert sorted(rows(home, "SELECT external_id, customer FROM cases")) == sorted(zip(IDS, PHONES))
    with open(as_csv(tmp_path), encoding="utf-8") as file:
        original = {(row["工单编号"], row["客户编号"]) for row in csv.DictReader(file)}
    assert set(rows(home, "SELECT external_id, customer FROM cases")) == original


def test_a_number_whose_last_digits_the_spreadsheet_lost_is_refused(home, tmp_path):
    book = xlsxwriter.Workbook(tmp_path / "lost.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["工单编号", "创建时间"])
    sheet.write_row(1, 0, [1234567890123456789, "2024-03-01 09:00:00"])
    sheet.write_row(2, 0, [188006, "2024-03-01 09:00:00"])
    book.close()
    result = import_file(home, tmp_path / "lost.xlsx")
    assert [(cell.row, cell.column, cell.code) for cell in result.cells] == [(2, "工单编号", "digits_lost")]
    assert rows(home, "SELECT external_id FROM cases") == [("188006",)]
