"""What people write into 表1 comes back from the file; whatever the system computed must come back unchanged."""

from dataclasses import replace

import pytest
from openpyxl import load_workbook

from bihuan.engine.indicators.contracts import Query
from bihuan.engine.report.errors import ReportError
from bihuan.engine.report.table1 import build_table1
from bihuan.engine.report.table1_contracts import Cell, Mark, Table1
from bihuan.engine.report.table1_marks import lacks_evidence, lacks_scene, wrong_in
from bihuan.engine.report.table1_read import read_table1
from bihuan.engine.report.table1_sheet import write_file
from bihuan.engine.report.table1_vague import is_vague

SCENE = "3 月 5 日来电两次，客户说：等了 20 分钟没人接"


@pytest.fixture(scope="module")
def table(phone_home):
    found = build_table1(phone_home, Query(period="2024-03"), chosen=("C0303", "C0305"))
    mark = Mark(score=2, scored_by="王敏", scored_at="2024-04-01T02:00:00+00:00", scene=SCENE, owner="热线一组",
                measure="晚间增加两名坐席", due="2024-04-30")
    return replace(found.with_mark(0, 0, mark), meta={"table": "7", "version": "2", "number": "评价表 7 · 第 2 版"})


@pytest.fixture
def edited(table, tmp_path):
    """Return ``edited(changes)``: the table as a file, with some cells typed over, read back."""
    def change(changes, of=table):
        path = write_file(of, tmp_path / "表1.xlsx")
        book = load_workbook(path)
        for cell, value in changes.items():
            book["表1"][cell] = value
        book.save(path)
        return read_table1(path, of)

    return change


def test_what_is_written_comes_back_with_its_author(edited, table):
    reading = edited({})
    assert reading.problems == () and reading.base == "2"
    assert reading.marks[0, 0] == table.blocks[0].marks[0]
    assert all(mark.is_empty for place, mark in reading.marks.items() if place != (0, 0))


def test_an_edit_of_peoples_cells_is_taken(edited):
    scene = "客户称接听很快，主动报了工号"
    reading = edited({"F10": 4.5, "G10": scene, "H10": "热线二组", "J10": "2024/5/9", "K4": 3.5, "L4": "复测 40 秒"})
    assert reading.problems == ()
    assert reading.marks[1, 0] == Mark(score=4.5, scene=scene, owner="热线二组", due="2024-05-09")
    assert (reading.marks[0, 0].second, reading.marks[0, 0].effect) == (3.5, "复测 40 秒")


@pytest.mark.parametrize(("cell", "column"), [("A4", "A"), ("C5", "C"), ("D6", "D"), ("E4", "E"), ("E12", "E")])
def test_a_changed_computed_cell_is_refused_by_row_and_column(edited, cell, column):
    problems = edited({cell: "系统 5"}).problems
    assert [(one.code, one.column, one.row) for one in problems] == [("locked_changed", column, int(cell[1:]))]
    assert f"第 {cell[1:]} 行 {column} 列" in problems[0].text("zh") and "Row" in problems[0].text("en")


@pytest.mark.parametrize(("changes", "row", "column", "word"), [
    ({"F5": 7}, 5, "F", "1 到 5"), ({"F5": 4.3}, 5, "F", "半分"), ({"F5": "优"}, 5, "F", "不是评分"),
    ({"J5": "下周"}, 5, "J", "不是日期"), ({"F5": 2}, 5, "G", "客户原话或场景"),
    ({"F5": 1, "G5": "服务差"}, 5, "G", "过于笼统"), ({"I5": "增加坐席"}, 5, "H", "责任部门"),
])
def test_a_wrong_cell_is_named(edited, changes, row, column, word):
    problems = edited(changes).problems
    assert [(one.row, one.column) for one in problems] == [(row, column)] and word in problems[0].text("zh")


def test_a_file_of_another_table_is_refused(edited, table, tmp_path):
    other = write_file(replace(table, meta={"table": "8", "version": "1"}), tmp_path / "b.xlsx")
    assert [one.code for one in read_table1(other, table).problems] == ["other_table"]
    (tmp_path / "c.xlsx").write_text("not a workbook")
    assert [one.code for one in read_table1(tmp_path / "c.xlsx", table).problems] == ["not_excel"]


def test_personal_data_leave_veiled_and_never_come_back(table, edited, tmp_path):
    scene = "王小明要求回电 13812345678，三次未回"
    secret = table.with_mark(0, 1, Mark(scene=scene, owner="李强 010-62345678"))
    path = write_file(secret, tmp_path / "d.xlsx")
    cell = load_workbook(path)["表1"]["G5"]
    assert cell.value == "王**要求回电 138****5678，三次未回" and cell.protection.locked
    owner = load_workbook(path)["表1"]["H5"].value
    assert owner.startswith("李强 ") and "6234" not in owner, "colleagues keep their names"
    assert edited({}, of=secret).marks[0, 1].scene == scene
    assert [one.code for one in edited({"G5": "已回电"}, of=secret).problems] == ["veiled_changed"]


def test_a_table_is_stored_whole_and_its_numbers_cannot_be_edited(table):
    text = table.to_json()
    assert Table1.from_json(text) == table
    with pytest.raises(ReportError):
        Table1.from_json(text.replace('"系统 4"', '"系统 5"', 1) if '"系统 4"' in text else text.replace("C0303", "C9"))
    assert table.with_mark(1, 1, Mark(score=4)).fingerprint == table.fingerprint


@pytest.mark.parametrize(("text", "vague"), [
    ("服务差", True), ("客服态度恶劣，客户非常不满", True), ("很慢", True), ("存在问题，需要改进", True),
    ("等了20分钟没人接", False), ("没有礼貌用语", False), ("客户说：退款拖了一周", False)])
def test_blame_without_a_scene_is_vague(text, vague):
    assert is_vague(text) is vague


def test_half_points_are_for_people_and_low_scores_need_a_scene():
    assert wrong_in(Mark(score=4.5)) == []
    assert [one.code for one in wrong_in(Mark(score=1.5))] == ["scene_missing"]
    assert wrong_in(Mark(score=1.5, scene=SCENE)) == []


def test_a_score_without_records_or_scene_has_no_evidence():
    nothing, low = Cell(None, "系统 —", ""), Cell(2, "系统 2", "", own_n=3)
    assert lacks_evidence(Mark(score=4), nothing) and not lacks_evidence(Mark(score=4, scene=SCENE), nothing)
    assert not lacks_evidence(Mark(), low) and lacks_scene(Mark(), low) and not lacks_scene(Mark(scene=SCENE), low)
