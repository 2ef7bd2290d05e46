"""表1 is opened again: the known layout, counts and levels as evaluated, people's cells open and the rest locked."""

import pytest
from openpyxl import load_workbook

from bihuan.engine.charts.wording import value_text
from bihuan.engine.home import publish
from bihuan.engine.indicators.bands import score_by_bands
from bihuan.engine.indicators.contracts import Query, Scope
from bihuan.engine.indicators.evaluate import evaluate
from bihuan.engine.indicators.passports import shipped
from bihuan.engine.report.table1 import build_table1
from bihuan.engine.report.table1_sheet import write_file

MARCH = Query(period="2024-03")
HEAD = ["客户信息", "评价维度", "评价指标", "评分标准(1-5分)", "客户评分", None, "具体事例/备注(客户原话/场景描述)",
        "责任部门/人", "改进措施", "完成时限", "跟踪结果(二次评分/效果说明)", None]
CUSTOMERS = ("C0303", "C0305")


@pytest.fixture(scope="module")
def book(phone_home, tmp_path_factory):
    path = tmp_path_factory.mktemp("t1") / "表1.xlsx"
    return load_workbook(write_file(build_table1(phone_home, MARCH, chosen=CUSTOMERS), path))


def test_the_columns_are_those_of_the_form(book):
    assert [cell.value for cell in book["表1"][3]] == HEAD


def test_one_merged_block_a_customer_and_merged_dimensions(book):
    merged = {str(area) for area in book["表1"].merged_cells.ranges}
    assert {"A4:A9", "B4:B5", "B6:B7", "B8:B9", "A10:A15"} <= merged
    assert book["表1"]["A4"].value == "客户编号：C0303\n客户类型：新客\n联系渠道：电话\n评价日期：2024-03-31"
    dimensions = [book["表1"][f"B{row}"].value for row in (4, 6, 8)]
    assert dimensions == ["一级 响应速度", "二级 问题解决能力", "三级 服务态度"]


def test_a_time_has_the_customers_own_level(book, phone_home):
    own = evaluate(phone_home, Query(indicators=("pickup",), period="2024-03", by=("customer",)))
    wait = next(one for one in own if one.group["customer"] == "C0303")
    level, note = book["表1"]["E4"].value.split("\n")
    assert level == f"系统 {score_by_bands(wait.value, shipped()['pickup'].bands)}"
    assert "n = 1" in note


def test_a_rate_is_a_count_with_the_level_of_the_unit(book, phone_home):
    unit = evaluate(phone_home, Query(indicators=("fcr",), period="2024-03"))[0]
    own = evaluate(phone_home, Query(indicators=("fcr",), period="2024-03", by=("customer",)))
    fcr = next(one for one in own if one.group["customer"] == "C0303")
    level, note = book["表1"]["E6"].value.split("\n")
    assert level == f"系统 {unit.band}（单位）"
    assert note.startswith(f"{fcr.numerator:.0f}/{fcr.n} 次；") and value_text(unit.value, "%") in note


def test_what_the_system_does_not_know_is_a_dash_and_not_a_number(book):
    assert [book["表1"][cell].value for cell in ("E5", "E8", "E9")] == ["系统 —"] * 3


def test_people_fill_in_open_cells_and_cannot_touch_the_computed_ones(book):
    sheet = book["表1"]
    assert sheet.protection.sheet
    assert all(sheet[f"{column}4"].protection.locked for column in "ABCDE")
    assert not any(sheet[f"{column}4"].protection.locked for column in "FGHIJKL")
    assert sheet["F4"].number_format == '"人工 "0.0'
    rule = next(rule for rule in sheet.data_validations.dataValidation if "F4" in str(rule.sqref))
    assert rule.formula1 == '"1,1.5,2,2.5,3,3.5,4,4.5,5"'


def test_the_hidden_sheet_names_every_line(book):
    meta = book["bihuan"]
    assert meta.sheet_state == "veryHidden"
    lines = [row for row in meta.iter_rows(values_only=True) if row[0].startswith("row:")]
    assert len(lines) == 12 and lines[0][:3] == ("row:3", "C0303", "pickup")


def test_without_names_the_busiest_customers_are_taken(phone_home):
    blocks = build_table1(phone_home, MARCH).blocks
    assert len(blocks) == 20 and len({block.customer for block in blocks}) == 20


def test_customers_of_other_units_are_left_out(phone_home):
    """C0303 rang team t1 (odd numbers do)."""
    scope = Scope(units=("t2",))
    assert build_table1(phone_home, MARCH, scope, chosen=CUSTOMERS).blocks == ()


def test_the_printed_standard_follows_the_workspaces_own_bands(home):
    assert build_table1(home, Query()).standards[2].startswith("1 <60%")
    bands = {"5": 0.95, "4": 0.9, "3": 0.8, "2": 0.7}
    publish(home, targets=[{"indicator": "fcr", "scope": {}, "target": 0.9, "bands": bands, "version": "2"}])
    assert build_table1(home, Query()).standards[2] == "2 ≥70.0%; 3 ≥80.0%; 4 ≥90.0%; 5 ≥95.0%"


def test_a_unit_and_an_agent_have_levels_of_their_own(phone_home):
    table = build_table1(phone_home, MARCH, subject="unit", chosen=("t1", "t2"))
    own = {one.group["team"]: one for one in evaluate(
        phone_home, Query(indicators=("fcr",), period="2024-03", by=("team",)))}
    assert [block.customer for block in table.blocks] == ["华东一组", "华南二组"]
    for block in table.blocks:
        cell = block.cells[2]
        assert (cell.value, cell.n, cell.low, cell.score) == (
            own[block.key].value, own[block.key].n, own[block.key].low, own[block.key].band)
        assert f"n = {cell.n}" in cell.note and not cell.of_unit
    agents = build_table1(phone_home, MARCH, subject="agent", chosen=("a1", "a9"))
    assert [block.key for block in agents.blocks] == ["a1"]


def test_without_names_units_are_one_block_of_everything(phone_home):
    blocks = build_table1(phone_home, MARCH, subject="unit").blocks
    unit = evaluate(phone_home, Query(indicators=("fcr",), period="2024-03"))[0]
    assert [block.key for block in blocks] == [""] and blocks[0].cells[2].n == unit.n


def test_a_level_that_is_not_certain_says_what_it_cannot_be_told_from(phone_home):
    cells = [cell for block in build_table1(phone_home, MARCH, subject="unit", chosen=("t1", "t2")).blocks
             for cell in block.cells if cell.certain is False]
    assert cells and all("不可区分" in cell.note and cell.near for cell in cells)
