"""What is decided about a file, how sure, why, and what else it could be; a changed decision is a changed mapping."""

import tomllib
from pathlib import Path

import pytest
import xlsxwriter

from bihuan.engine.facts import presets
from bihuan.engine.facts.decisions import change, decisions
from bihuan.engine.facts.importing import import_file
from bihuan.engine.facts.mapping import dumps, parse, text_of_mapping

from .files import rows, written

pytestmark = pytest.mark.usefixtures("without_facts")

MESSY = """三月报表,,,,,
工单编号,创建时间,解决时间,处理时长（分钟）,是否解决,重开次数
0012345,03/04/2024 10:00,04/04/2024 10:00,3.5,已办,"1,0"
1234567890123456789,05/04/2024 11:00,06/04/2024 10:00,02:23,Y,"2,0"
合计,,,,,
"""
TICKETS = parse("""
table = "cases"
source = "s"
[fields]
external_id = "工单编号"
opened = "创建时间"
resolved_at = {column = "创建时间", plus = ["处理时长（分钟）"]}
closed_at = "解决时间"
resolved = "是否解决"
reopen_count = "重开次数"
""")


def told(home, path, mapping=TICKETS):
    return {decision.key: decision for decision in decisions(home, path, mapping=mapping)}


def test_what_cannot_be_decided_comes_first_with_the_likeliest_answer_first(home, tmp_path):
    found = decisions(home, written(tmp_path, "a.csv", MESSY, "gb18030"), mapping=TICKETS)
    asked = [decision for decision in found if decision.state == "open"]
    assert found[:len(asked)] == asked
    assert {decision.key for decision in asked} == {
        "date_order|创建时间", "date_order|解决时间", "yes_no|是否解决|已办", "decimal|重开次数"}
    assert all(decision.value == "" and decision.options and decision.evidence for decision in asked)
    # Read day first the rows follow each other day by day; month first they would jump by months.
    assert {decision.key: decision.options[0].value for decision in asked} == {
        "date_order|创建时间": "dmy", "date_order|解决时间": "dmy", "yes_no|是否解决|已办": "yes",
        "decimal|重开次数": "comma"}


def test_every_decision_says_what_and_why_in_both_languages_and_shows_rows(home, tmp_path):
    found = told(home, written(tmp_path, "a.csv", MESSY, "gb18030"))
    assert all(decision.text("zh") and decision.text("en") and all(decision.why) for decision in found.values())
    assert (found["encoding"].value, found["encoding"].state) == ("gb18030", "likely")
    assert (found["delimiter"].value, found["header_row"].value) == (",", "2")
    assert [(seen.row, seen.value) for seen in found["header_row"].evidence] == [(1, "三月报表")]
    assert [(seen.row, seen.value) for seen in found["totals"].evidence] == [(5, "合计")]
    assert [seen.row for seen in found["ids|工单编号"].evidence] == [3, 4]
    assert found["zone"].value == "Asia/Shanghai"
    assert found["duration_unit|处理时长（分钟）"].value == "m"
    assert found["duration_clock|处理时长（分钟）"].value == "m:s"


def test_nothing_undecided_is_guessed_and_answers_make_it_importable(home, tmp_path):
    path = written(tmp_path, "a.csv", MESSY, "gb18030")
    before = import_file(home, path, mapping=TICKETS, dry_run=True)
    assert (before.accepted, before.quarantined) == (0, 3)
    assert {cell.code for cell in before.cells} == {"ambiguous_date", "not_yes_no", "decimal_comma", "total_row"}
    mapping = change(TICKETS, "date_order", "dmy", column="创建时间")
    mapping = change(mapping, "date_order", "dmy", column="解决时间")
    mapping = change(mapping, "decimal", "comma", column="重开次数")
    mapping = change(mapping, "yes_no", "yes", column="是否解决", about="已办")
    assert not [one for one in decisions(home, path, mapping=mapping) if one.state == "open"]
    result = import_file(home, path, mapping=mapping)
    assert (result.read, result.accepted, result.quarantined) == (3, 2, 1)
    assert rows(home, "SELECT external_id, strftime(make_timestamp(epoch_us(opened)), '%m-%d'), resolved, "
                      "reopen_count, epoch(resolved_at - opened) FROM cases ORDER BY 1") == [
        ("0012345", "04-03", True, 1, 210.0), ("1234567890123456789", "04-05", True, 2, 143.0)]


def test_a_changed_mapping_is_a_file_that_reads_back_the_same(home, tmp_path):
    mapping = change(change(TICKETS, "date_order", "mdy", column="创建时间"), "encoding", "gb18030")
    mapping = change(change(mapping, "header_row", "2"), "yes_no", "no", column="是否解决", about='"已办"')
    mapping = change(mapping, "yes_no", "missing", column="是否解决", about='"已办"')
    text = text_of_mapping(mapping, name="shared", title="共享")
    again = parse(text)
    assert (again.columns, again.encoding, again.header_row) == (mapping.columns, "gb18030", 2)
    assert again.columns["是否解决"] == {"yes": (), "no": (), "missing": ('"已办"',)}
    assert again.plans == mapping.plans and again.name == "shared"


@pytest.mark.parametrize("name", [kept.name for kept in presets.shipped().values()])
def test_every_shipped_mapping_can_be_written_back(name):
    mapping = presets.shipped()[name]
    assert tomllib.loads(dumps(mapping.told)) == mapping.told
    assert parse(text_of_mapping(mapping), name=name).plans == mapping.plans


def test_a_column_that_tells_is_sure_and_one_that_does_not_follows_it(home, tmp_path):
    text = "工单编号,创建时间,解决时间\n1,03/04/2024,25/04/2024\n2,05/04/2024,06/04/2024\n"
    found = told(home, written(tmp_path, "a.csv", text))
    assert (found["date_order|解决时间"].value, found["date_order|解决时间"].state) == ("dmy", "sure")
    assert [seen.row for seen in found["date_order|解决时间"].evidence] == [2]
    assert (found["date_order|创建时间"].value, found["date_order|创建时间"].state) == ("dmy", "likely")


@pytest.mark.parametrize(("first", "second", "likeliest"), [
    ("29/7/13 10:00", "30/7/13 9:00", "dmy"), ("13-7-29 10:00", "13-7-30 9:00", "ymd"), ("1/2/13", "2/2/13", "dmy")])
def test_a_year_of_two_digits_is_read_by_the_order_that_somebody_tells(home, tmp_path, first, second, likeliest):
    text = f"工单编号,创建时间,解决时间\n1,{first},\n2,{second},\n"
    path = written(tmp_path, "a.csv", text)
    asked = told(home, path)["date_order|创建时间"]
    assert (asked.state, asked.options[0].value, len(asked.options)) == ("open", likeliest, 3)
    assert {cell.code for cell in import_file(home, path, mapping=TICKETS, dry_run=True).cells} == {"ambiguous_date"}
    import_file(home, path, mapping=change(TICKETS, "date_order", likeliest, column="创建时间"))
    days = [day for (day,) in rows(home, "SELECT strftime(make_timestamp(epoch_us(opened) + 28800000000), '%Y-%m-%d') "
                                         "FROM cases ORDER BY 1")]
    assert days == (["2013-02-01", "2013-02-02"] if first == "1/2/13" else ["2013-07-29", "2013-07-30"])


def test_a_year_of_two_digits_does_not_hide_which_number_is_the_day(home, tmp_path):
    path = written(tmp_path, "a.csv", "工单编号,创建时间,解决时间\n1,7/29/13 9:30,\n2,8/1/13 9:30 PM,\n")
    asked = told(home, path)["date_order|创建时间"]
    assert (asked.value, asked.state) == ("mdy", "sure")
    assert import_file(home, path, mapping=TICKETS).accepted == 2


def test_columns_may_be_written_in_different_orders(home, tmp_path):
    text = "工单编号,创建时间,解决时间\n1,04/13/2024,25/04/2024\n"
    import_file(home, written(tmp_path, "a.csv", text), mapping=TICKETS)
    assert rows(home, "SELECT strftime(make_timestamp(epoch_us(opened) + 28800000000), '%m-%d'), "
                      "strftime(make_timestamp(epoch_us(closed_at) + 28800000000), '%m-%d') FROM cases") == [
        ("04-13", "04-25")]


def workbook(path, *, sheets=("三月",), stored="Y1"):
    """A title, cells merged downwards, a hidden row and column, formulas with and without their results."""
    book = xlsxwriter.Workbook(path)
    for name in sheets:
        sheet = book.add_worksheet(name)
        sheet.merge_range(0, 0, 0, 3, "工单报表")
        sheet.write_row(1, 0, ["工单编号", "坐席", "创建时间", "备注"])
        sheet.write_row(2, 0, [f"{name}1", "", "2024-03-01"])
        sheet.write_row(3, 0, [f"{name}2", "", "2024-03-01"])
        sheet.merge_range(2, 1, 3, 1, "A1")
        sheet.write_row(4, 0, [f"{name}3", "A2", "2024-03-01"])
        sheet.set_row(4, None, None, {"hidden": True})
        sheet.write_formula(5, 0, '="X"&1', None, "")
        sheet.write_row(5, 1, ["A2", "2024-03-01"])
        sheet.write_formula(6, 0, "=B7&1", None, f"{name}{stored}")
        sheet.write_row(6, 1, ["A2", "2024-03-01"])
        sheet.write_row(7, 0, [f"{name}8", "A2"])
        sheet.write_formula(7, 2, "=1/0", None, "#DIV/0!")
        sheet.set_column(3, 3, None, None, {"hidden": True})
    book.close()
    return path


def test_what_a_spreadsheet_hides_is_found(home, tmp_path):
    found = told(home, workbook(tmp_path / "a.xlsx"), presets.get(home, "cases"))
    assert (found["hidden_rows"].state, [seen.row for seen in found["hidden_rows"].evidence]) == ("open", [5])
    assert "备注" in found["hidden_columns"].why[0]
    assert found["merged_cells"].value == "fill" and "1 个没有结果" in found["formulas"].why[0]
    assert "sheet" not in found


def test_formulas_count_by_their_stored_result_and_without_one_are_refused(home, tmp_path):
    result = import_file(home, workbook(tmp_path / "a.xlsx"), preset="cases")
    assert (result.read, result.accepted, result.quarantined) == (6, 4, 2)
    assert [(cell.row, cell.column, cell.value, cell.code) for cell in result.cells] == [
        (6, "工单编号", '="X"&1', "formula_without_value"), (8, "创建时间", "#DIV/0!", "formula_error")]
    assert rows(home, "SELECT external_id, agent FROM cases ORDER BY 1") == [
        ("三月1", "A1"), ("三月2", "A1"), ("三月3", "A2"), ("三月Y1", "A2")]


def test_hidden_rows_can_be_left_out_and_are_counted_and_named(home, tmp_path):
    mapping = change(presets.get(home, "cases"), "hidden_rows", "leave_out")
    result = import_file(home, workbook(tmp_path / "a.xlsx"), mapping=mapping)
    assert (result.read, result.accepted, result.quarantined) == (6, 3, 3)
    assert (5, "hidden_row") in [(cell.row, cell.code) for cell in result.cells]
    assert "三月3" not in Path(str(result.rejected_file)).read_text("utf-8")


def test_sheets_with_the_same_header_are_read_together_when_asked(home, tmp_path):
    path = workbook(tmp_path / "a.xlsx", sheets=("三月", "四月"))
    sheet = told(home, path, presets.get(home, "cases"))["sheet"]
    assert (sheet.state, [option.value for option in sheet.options]) == ("open", ["*", "三月", "四月"])
    result = import_file(home, path, mapping=change(presets.get(home, "cases"), "sheet", "*"))
    assert (result.read, result.accepted, result.quarantined) == (12, 8, 4)
    assert [(cell.sheet, cell.row) for cell in result.cells] == [("三月", 6), ("三月", 8), ("四月", 6), ("四月", 8)]
    assert "四月!6" in Path(str(result.rejected_file)).read_text("utf-8")


@pytest.mark.parametrize(("cells", "key", "state", "likeliest"), [
    (["85", "90"], "percent_scale|比例", "open", "points"), (["0.85", "0.9"], "percent_scale|比例", "likely", "share"),
])
def test_percentages_without_their_sign_are_asked_about(home, tmp_path, cells, key, state, likeliest):
    mapping = parse('table = "attributions"\nsource = "s"\n[fields]\nid = "编号"\ncase = "工单"\nkind = "类别"\n'
                    'share = {column = "比例", parser = "percent"}\n')
    path = written(tmp_path, "a.csv", "编号,工单,类别,比例\n" + "".join(f"{c},T1,service,{c}\n" for c in cells))
    found = told(home, path, mapping)[key]
    assert (found.state, found.options[0].value) == (state, likeliest)
    if state == "open":
        assert {cell.code for cell in import_file(home, path, mapping=mapping, dry_run=True).cells} == {"percent_scale"}
        import_file(home, path, mapping=change(mapping, "percent_scale", "points", column="比例"))
        assert rows(home, "SELECT share FROM attributions ORDER BY 1") == [(0.85,), (0.9,)]


def test_a_decision_that_no_mapping_can_say_is_refused():
    with pytest.raises(KeyError):
        change(TICKETS, "preset", "cases")
