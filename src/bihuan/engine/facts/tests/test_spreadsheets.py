"""Spreadsheets and Parquet: real dates beside texts of dates, times, typed columns, sheets."""

from datetime import UTC, datetime, time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.importing import import_file, preview, sniff
from bihuan.engine.facts.mapping import parse

from .files import rows

pytestmark = pytest.mark.usefixtures("without_facts")

MESSAGES = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]
CALLS = ["Call Id", "Agent", "Date", "Time", "Topic", "Answered (Y/N)", "Resolved", "Speed of answer in seconds",
         "AvgTalkDuration", "Satisfaction rating"]


def book(path, records, *, name="Sheet1", empty_first=False):
    workbook = xlsxwriter.Workbook(path)
    stamp, clock = (workbook.add_format({"num_format": form}) for form in ("yyyy/m/d h:mm:ss", "h:mm:ss"))
    if empty_first:
        workbook.add_worksheet("cover")
    sheet = workbook.add_worksheet(name)
    for line, record in enumerate(records):
        for column, cell in enumerate(record):
            if isinstance(cell, datetime):
                sheet.write_datetime(line, column, cell, stamp)
            elif isinstance(cell, time):
                sheet.write_datetime(line, column, cell, clock)
            elif cell is not None:
                sheet.write(line, column, cell)
    workbook.close()
    return path


def test_replies_with_texts_of_dates_and_real_dates_in_one_column(home, tmp_path):
    records = [MESSAGES,
               [2549, "U1", "漏水", "2019/4/25 9:32:09", "\n\t\t一楼漏水\n", "您好", "2019/5/10 14:56:53"],
               [2555, "U2", "噪音", datetime(2019, 4, 24, 15, 40, 4), "吵", "已处理", "2019/5/9"],
               [2557, "U2", "噪音", "2019/4/31 1:00:00", "吵", "已处理", "2019/5/9"]]
    result = import_file(home, book(tmp_path / "a.xlsx", records))
    assert (result.mapping, result.read, result.accepted) == ("gov_replies", 3, 2)
    assert [(cell.row, cell.column, cell.value) for cell in result.cells] == [(4, "留言时间", "2019/4/31 1:00:00")]
    assert rows(home, "SELECT external_id, make_timestamp(epoch_us(opened))::VARCHAR, "
                      "make_timestamp(epoch_us(first_response_at))::VARCHAR FROM cases ORDER BY 1") == [
        ("2549", "2019-04-25 01:32:09", "2019-05-10 06:56:53"), ("2555", "2019-04-24 07:40:04", "2019-05-08 16:00:00")]
    assert rows(home, "SELECT attributes ->> '留言详情' FROM cases WHERE external_id = '2549'") == [("一楼漏水",)]
    assert rows(home, "SELECT kind, actor_kind, count(*) FROM events GROUP BY ALL ORDER BY 1") == [
        ("opened", "customer", 2), ("responded", "agent", 2)]


def test_calls_become_cases_stamps_and_ratings(home, tmp_path):
    records = [CALLS,
               ["ID1", "Diane", "2021-01-01", time(9, 12, 58), "Contract", "Y", "Y", 109, time(0, 2, 23), 3],
               ["ID2", "Becky", "2021-01-01", time(9, 30, 0), "Contract", "N", "N", None, None, None]]
    result = import_file(home, book(tmp_path / "calls.xlsx", records))
    assert (result.mapping, result.accepted) == ("call_records", 2)
    assert rows(home, 'SELECT id, kind, make_timestamp(epoch_us("at"))::VARCHAR, origin FROM events '
                      'ORDER BY "case", "at"') == [
        ("calls:ID1#queued", "queued", "2021-01-01 01:12:58", "stamp"),
        ("calls:ID1#answered", "answered", "2021-01-01 01:14:47", "stamp"),
        ("calls:ID1#ended", "ended", "2021-01-01 01:17:10", "stamp"),
        ("calls:ID2#queued", "queued", "2021-01-01 01:30:00", "stamp"),
        ("calls:ID2#abandoned", "abandoned", "2021-01-01 01:30:00", "stamp")]
    assert rows(home, 'SELECT metric, value, agent, "case" FROM answers') == [("csat", 3.0, "Diane", "calls:ID1")]
    assert rows(home, "SELECT external_id, resolved FROM cases ORDER BY 1") == [("ID1", True), ("ID2", False)]


def test_the_first_sheet_that_holds_anything_is_read_or_the_one_named(home, tmp_path):
    path = book(tmp_path / "a.xlsx", [["case_id", "opened"], ["1", "2024-03-01"]], name="data", empty_first=True)
    seen = sniff(home, path)
    assert (seen.format, seen.sheets, seen.columns) == ("xlsx", ("cover", "data"), ("case_id", "opened"))
    assert len(preview(home, path, preset="cases").rows) == 1
    chosen = parse('table = "cases"\nsheet = "missing"\n[fields]\nexternal_id = "case_id"\nopened = "opened"\n')
    with pytest.raises(FactsError, match="cover, data"):
        preview(home, path, mapping=chosen)


def test_a_key_to_the_columns_before_the_records_is_passed_over(home, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as made:
        key, data, pivot = (made.add_worksheet(name) for name in ("说明", "数据", "透视"))
        for number, line in enumerate([["字段", "含义"], ["工单编号", "唯一"], ["渠道", "来源"]]):
            key.write_row(number, 0, line)
            pivot.write_row(number, 0, line)
        data.write_row(0, 0, ["case_id", "opened", "channel", "agent"])
        for number in range(1, 5):
            data.write_row(number, 0, [f"T{number}", "2024-03-01 10:00", "phone", "A1"])
    seen = sniff(home, tmp_path / "a.xlsx")
    assert (seen.sheet, seen.columns[0], seen.preset) == ("数据", "case_id", "cases")
    assert import_file(home, tmp_path / "a.xlsx").accepted == 4


def test_typed_columns_of_parquet_stay_what_they_are(home, tmp_path):
    pq.write_table(pa.table({
        "case_id": pa.array([1, 2, 3]), "opened": pa.array([datetime(2024, 3, 1, tzinfo=UTC)] * 3),
        "resolved_at": pa.array([datetime(2024, 3, 1, 12)] * 3), "resolved": [True, False, None],
        "reopen_count": [0, 2, None], "note": pa.array([1.0, 2.5, None])}), tmp_path / "a.parquet")
    result = import_file(home, tmp_path / "a.parquet")
    assert (result.mapping, result.accepted) == ("cases", 3)
    assert rows(home, "SELECT external_id, make_timestamp(epoch_us(opened))::VARCHAR, "
                      "make_timestamp(epoch_us(resolved_at))::VARCHAR, resolved, reopen_count, attributes ->> 'note' "
                      "FROM cases ORDER BY 1") == [
        ("1", "2024-03-01 00:00:00", "2024-03-01 04:00:00", True, 0, "1"),
        ("2", "2024-03-01 00:00:00", "2024-03-01 04:00:00", False, 2, "2.5"),
        ("3", "2024-03-01 00:00:00", "2024-03-01 04:00:00", None, None, None)]


def test_a_web_page_called_xls_says_what_to_do(home, tmp_path):
    (tmp_path / "a.xls").write_text("<html><table><tr><td>工单编号</td></tr></table></html>", encoding="utf-8")
    with pytest.raises(FactsError) as refused:
        sniff(home, tmp_path / "a.xls")
    assert refused.value.code == "web_page" and "另存为 xlsx" in refused.value.text("zh")
