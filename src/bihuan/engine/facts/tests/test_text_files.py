"""Delimited text as the world writes it: encodings, delimiters, title rows, quoted line breaks, torn records."""

import pytest

from bihuan.engine.facts.importing import import_file, preview, sniff
from bihuan.engine.facts.mapping import parse
from bihuan.engine.facts.sniffing import encoding_of, header_of, unique_names

from .files import CASES, rows, written

pytestmark = pytest.mark.usefixtures("without_facts")

CHINESE = ("工单编号,创建时间,客户编号,渠道,坐席\n0001,2024-03-01 09:00,客户甲,电话,张三\n"
           "0002,2024-03-02 10:00,客户乙,微信,李四\n")
TRADITIONAL = "工單編號,創建時間,客戶編號,處理人\n0001,2024-03-01 09:00,客戶甲,陳大文\n"


@pytest.mark.parametrize(("encoding", "found"), [
    ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16"),
    ("utf-16-le", "utf-16-le"),
])
def test_the_same_rows_come_out_of_every_encoding(home, tmp_path, encoding, found):
    file = written(tmp_path, "a.csv", CHINESE, encoding)
    assert encoding_of(file) == found
    assert preview(home, file, preset="cases").rows[1][1:6] == ("0002", "客户乙", "wechat", None, None)


def test_big5_is_told_from_gb18030(tmp_path):
    assert encoding_of(written(tmp_path, "t.csv", TRADITIONAL * 3, "big5")) == "big5"
    assert encoding_of(written(tmp_path, "s.csv", CHINESE * 3, "gb18030")) == "gb18030"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(home, tmp_path, delimiter):
    seen = sniff(home, written(tmp_path, "a.csv", CASES.replace(",", delimiter)))
    assert (seen.delimiter, seen.columns[0], seen.header_row, seen.preset) == (delimiter, "case_id", 1, "cases")


@pytest.mark.parametrize(("header_end", "row_end"), [(",", ""), ("", ","), (",", ",")])
def test_a_delimiter_at_the_end_of_lines_makes_no_record_bad(home, tmp_path, header_end, row_end):
    lines = CASES.splitlines()
    text = "\n".join([lines[0] + header_end, *(line + row_end for line in lines[1:])]) + "\n"
    assert import_file(home, written(tmp_path, "a.csv", text), dry_run=True).accepted == 3


def test_title_rows_above_the_header_are_passed_over_and_counted(home, tmp_path):
    titles = "三月工单报表,,,,\n导出时间,2024-04-01,,,\n\n"
    file = written(tmp_path, "a.csv", titles + CASES + "T-004,never,C1,phone,A1\n")
    result = import_file(home, file, preset="cases", dry_run=True)
    assert sniff(home, file).header_row == 4
    assert [(cell.row, cell.column, cell.value) for cell in result.cells] == [(8, "opened", "never")]


def test_a_line_break_inside_quotes_does_not_end_the_record(home, tmp_path):
    text = 'case_id,opened,subject\n1,2024-03-01,"first\nsecond, ""quoted"""\n2,2024-03-02,plain\n3,bad,x\n'
    file = written(tmp_path, "a.csv", text)
    result = import_file(home, file, preset="cases")
    assert rows(home, "SELECT subject FROM cases WHERE external_id = '1'") == [('first\nsecond, "quoted"',)]
    assert [cell.row for cell in result.cells] == [4]


def test_a_packed_file_is_read(home, tmp_path):
    assert len(preview(home, written(tmp_path, "a.csv.gz", CASES), preset="cases").rows) == 3


def test_blanks_around_cells_do_not_count_and_empty_lines_keep_the_numbers_right(home, tmp_path):
    text = "case_id , opened,agent\n  T1 ,2024-03-01 09:00:00,\tA1 \n\n\n T2,tomorrow,　A1\n,,\n"
    result = import_file(home, written(tmp_path, "a.csv", text), preset="cases")
    assert rows(home, "SELECT id, agent FROM cases") == [("files:T1", "A1")]
    assert (result.read, [cell.row for cell in result.cells]) == (2, [5])


def test_torn_records_are_named_and_the_others_imported(home, tmp_path):
    text = "case_id,opened,agent\n1,2024-03-01,A\n2,2024-03-01\n3,2024-03-01,A,extra\n4,2024-03-01,B\n"
    result = import_file(home, written(tmp_path, "a.csv", text), preset="cases")
    assert (result.read, result.accepted, result.quarantined) == (4, 2, 2)
    assert [(cell.row, cell.code) for cell in result.cells] == [(3, "too_few_columns"), (4, "too_many_columns")]


def test_bytes_that_are_no_text_are_named(home, tmp_path):
    raw = b"case_id,opened,agent\n1,2024-03-01,ok\n2,2024-03-01,\xff\xfe\xff\n"
    chosen = parse('table = "cases"\nsource = "s"\nencoding = "utf-8"\n[fields]\nexternal_id = "case_id"\n'
                   'opened = "opened"\nagent = "agent"\n')
    result = import_file(home, written(tmp_path, "a.csv", raw), mapping=chosen)
    assert [(cell.row, cell.column, cell.code) for cell in result.cells] == [(3, "agent", "bad_encoding")]


def test_day_or_month_first_is_told_by_the_column_itself(home, tmp_path):
    text = "case_id,opened\n1,3/4/2024 10:00\n2,25/4/2024 10:00\n"
    found = preview(home, written(tmp_path, "a.csv", text), preset="cases").rows
    assert ["2024-04-03" in str(row) or "2024-04-25" in str(row) for row in found] == [True, True]


def test_a_date_that_could_be_either_is_not_guessed(home, tmp_path):
    result = import_file(home, written(tmp_path, "a.csv", "case_id,opened\n1,3/4/2024\n"), preset="cases", dry_run=True)
    assert [cell.code for cell in result.cells] == ["ambiguous_date"]


def test_header_cells_become_distinct_names():
    assert unique_names(["\ufeffa", " a ", "", "b\nc", None]) == ["a", "a_2", "column_3", "b c", "column_5"]


def test_the_header_is_the_first_wide_row_of_words():
    assert header_of([["report"], [""], ["id", "name", "when"], ["1", "x", "2024-01-01"]])[0] == 2
    assert header_of([["1", "2"], ["a", "b"], ["3", "4"]])[0] == 1


@pytest.mark.parametrize(("lines", "index", "names"), [
    ([["工单号", "时间", "", "人员", ""], ["", "创建时间", "解决时间", "坐席", "班组"],
      ["G1", "2024-03-01", "", "A1", "一组"]],
     1, ["工单号", "创建时间", "解决时间", "坐席", "班组"]),
    ([["评价", "评价"], ["标签", "评论"], ["1", "很快"], ["0", "太慢"]], 1, ["标签", "评论"]),
    ([["客户", "", "坐席", ""], ["编号", "姓名", "编号", "姓名"], ["K1", "甲", "A1", "乙"]],
     1, ["客户 编号", "客户 姓名", "坐席 编号", "坐席 姓名"]),
    ([["客户", "客户", "坐席", "坐席"], ["编号", "姓名", "编号", "姓名"], ["K1", "甲", "A1", "乙"]],
     1, ["客户 编号", "客户 姓名", "坐席 编号", "坐席 姓名"]),
    ([["工单", "", "处理", "", "是否解决"], ["工单号", "渠道", "坐席", "创建时间", ""],
      ["G1", "电话", "A1", "2024-03-01", "是"]],
     1, ["工单号", "渠道", "坐席", "创建时间", "是否解决"]),
    ([["三月报表", "", ""], ["工单号", "创建时间", ""], ["G1", "2024-03-01", "客户已来电"]],
     1, ["工单号", "创建时间", "column_3"]),
    ([["工单号", "备注", "备注"], ["G1", "甲", "乙"]], 0, ["工单号", "备注", "备注_2"]),
    ([["工单号", "创建时间", ""], ["G1", "2024-03-01", "客户已来电"]], 0, ["工单号", "创建时间", "column_3"]),
])
def test_a_header_of_merged_cells_is_read_as_one(lines, index, names):
    assert header_of(lines) == (index, names)
    assert header_of(lines, index + 1) == (index, names)


def test_what_a_spreadsheet_left_of_a_failed_formula_is_no_value(home, tmp_path):
    """A text, a word of a list, a time and a number of a case; #N/A says that there is nothing."""
    path = written(tmp_path, "a.csv", "工单编号,创建时间,渠道,问题类型,客户等级\n"
                   "T1,2026-01-02 10:00,电话,#VALUE!,VIP\nT2,2026-01-02 11:00,#REF!,退款,#N/A\n"
                   "T3,#DIV/0!,邮件,退款,VIP\n#REF!,2026-01-03 12:00,邮件,退款,VIP\n")
    result = import_file(home, path, preset="cases")
    assert (result.read, result.accepted, result.quarantined) == (4, 2, 2)
    assert [(cell.row, cell.column, cell.value, cell.code, cell.refused) for cell in result.cells] == [
        (2, "问题类型", "#VALUE!", "formula_error", False), (3, "渠道", "#REF!", "formula_error", False),
        (4, "创建时间", "#DIV/0!", "formula_error", True), (5, "工单编号", "#REF!", "formula_error", True)]
    assert rows(home, "SELECT external_id, channel, topic, tier FROM cases ORDER BY 1") == [
        ("T1", "phone", None, "VIP"), ("T2", None, "退款", None)]
