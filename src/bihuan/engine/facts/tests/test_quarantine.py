"""R14: bad cells are named with row, column, value and code; the rest is imported; corrected rows complete it."""

import csv

import pytest

from bihuan.engine.facts import quarantine
from bihuan.engine.facts.importing import import_file
from bihuan.engine.facts.mapping import parse

from .files import CASES, rows, written

pytestmark = pytest.mark.usefixtures("without_facts")

HEAD = "case_id,opened,channel,resolved,agent\n"


def test_a_file_with_five_percent_bad_cells_imports_the_rest_and_names_each(home, tmp_path):
    lines, bad = [], []
    for number in range(400):
        opened, resolved = f"2024-03-{number % 28 + 1:02d} 10:00:00", "Y"
        if number % 20 == 7:
            opened = f"day {number}"
            bad.append((number + 2, "opened", opened, "bad_datetime"))
        elif number % 40 == 11:
            resolved = "perhaps"
            bad.append((number + 2, "resolved", resolved, "not_yes_no"))
        lines.append(f"T{number},{opened},phone,{resolved},A1")
    result = import_file(home, written(tmp_path, "a.csv", HEAD + "\n".join(lines) + "\n"))
    assert (result.read, result.accepted, result.quarantined) == (400, 370, 30)
    assert [(cell.row, cell.column, cell.value, cell.code) for cell in result.cells] == sorted(bad)
    assert rows(home, "SELECT count(*) FROM cases") == [(370,)]
    assert all(cell.message and cell.message_en for cell in result.cells)


def test_many_bad_records_are_gone_through_in_blocks(home, tmp_path, monkeypatch):
    monkeypatch.setattr(quarantine, "BLOCK", 7)
    monkeypatch.setattr(quarantine, "SHOWN", 5)
    lines = [f"T{number},{'never' if number % 2 else '2024-03-01'},phone,Y,A1" for number in range(80)]
    result = import_file(home, written(tmp_path, "a.csv", HEAD + "\n".join(lines) + "\n"))
    assert (result.accepted, result.quarantined, result.cells_total, len(result.cells)) == (40, 40, 40, 5)
    assert [cell.row for cell in result.cells] == [3, 5, 7, 9, 11]
    for file, count in ((result.cells_file, 40), (result.rejected_file, 40)):
        assert file is not None
        with open(file, encoding="utf-8-sig", newline="") as opened:
            assert len(list(csv.DictReader(opened))) == count


def test_a_bad_cell_in_a_descriptive_field_is_blanked_and_the_row_kept(home, tmp_path):
    result = import_file(home, written(tmp_path, "a.csv", HEAD + "T1,2024-03-01,pigeon,Y,A1\n"))
    assert (result.accepted, result.quarantined, result.cells_total) == (1, 0, 1)
    assert (result.cells[0].code, result.cells[0].refused) == ("unknown_value", False)
    assert rows(home, "SELECT channel, agent FROM cases") == [(None, "A1")]
    assert result.rejected_file is None and result.cells_file is not None


def test_of_a_day_and_a_time_in_two_columns_the_wrong_cell_is_named_once(home, tmp_path):
    """The opening and an event are made of the same cells; the costs count rows."""
    when = '{columns = ["日期", "时刻"], how = "join"'
    chosen = parse(f'table = "cases"\nsource = "s"\n[fields]\nexternal_id = "编号"\nopened = {when}}}\n'
                   f'[[event]]\nactivity = "接听"\nat = {when}, plus = ["等待"]}}\n')
    cells = ("2024-03-01,9:05", "2024-13-01,9:05", "2024-03-01,25:99", "昨天,九点", "3024-03-01,9:05", ",9:05",
             "2024-03-01,")
    text = "编号,日期,时刻,等待\n" + "".join(f"T{at},{cell},00:20\n" for at, cell in enumerate(cells))
    result = import_file(home, written(tmp_path, "a.csv", text), mapping=chosen, dry_run=True)
    assert [(cell.row, cell.column, cell.value, cell.code) for cell in result.cells] == [
        (3, "日期", "2024-13-01", "bad_date"), (4, "时刻", "25:99", "bad_time_of_day"),
        (5, "日期", "昨天", "bad_date"), (5, "时刻", "九点", "bad_time_of_day"),
        (6, "日期", "3024-03-01", "date_out_of_range"), (7, "日期", None, "bad_date")]
    assert {cell.field for cell in result.cells} == {"cases.opened, events.at"} and result.cells_total == 6
    assert (result.accepted, result.costs["cases.opened"]["bad"]) == (2, 5)


def test_a_missing_cell_that_may_not_be_empty_is_named(home, tmp_path):
    result = import_file(home, written(tmp_path, "a.csv", HEAD + "T1,,phone,Y,A1\n,2024-03-01,phone,Y,A1\n"))
    assert [(cell.row, cell.column, cell.code) for cell in result.cells] == [
        (2, "opened", "missing_required"), (3, "case_id", "missing_required")]
    assert (result.batch, result.read, result.quarantined) == (None, 2, 2)


def corrected(rejected, path):
    """What a person does: mend the wrong cell in the file of rejected rows and save it."""
    with open(rejected, encoding="utf-8-sig", newline="") as file:
        records = list(csv.DictReader(file))
    for record in records:
        record["opened"] = "2024-03-09 10:00:00"
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, records[0].keys())
        writer.writeheader()
        writer.writerows(records)
    return path


def test_the_corrected_rejected_rows_complete_the_import(home, tmp_path):
    file = written(tmp_path, "a.csv", CASES.replace("2024-03-02 10:30:00", "later"))
    first = import_file(home, file)
    assert first.rejected_file is not None
    with open(first.rejected_file, encoding="utf-8-sig", newline="") as opened:
        (record,) = csv.DictReader(opened)
    assert record["case_id"] == "T-002" and record["opened"] == "later"
    assert (record["_row"], record["_column"], record["_code"]) == ("3", "opened", "bad_datetime")
    second = import_file(home, corrected(first.rejected_file, tmp_path / "corrected.csv"))
    assert (second.read, second.accepted, second.quarantined) == (1, 1, 0)
    assert rows(home, "SELECT id FROM cases ORDER BY id") == [("files:T-001",), ("files:T-002",), ("files:T-003",)]
    assert rows(home, "SELECT count(*) FROM cases WHERE attributes LIKE '%_code%'") == [(0,)]


def test_rejected_rows_of_a_file_named_source_go_back_to_that_source(home, tmp_path):
    chosen = parse('table = "cases"\n[fields]\nexternal_id = "case_id"\nopened = "opened"\n')
    text = HEAD + "T1,never,phone,Y,A\nT2,2024-03-01,phone,Y,A\n"
    first = import_file(home, written(tmp_path, "hotline_2024-03.csv", text), mapping=chosen)
    import_file(home, corrected(first.rejected_file, tmp_path / "corrected.csv"), mapping=chosen)
    assert rows(home, "SELECT id FROM cases ORDER BY id") == [("hotline:T1",), ("hotline:T2",)]


def test_a_dry_run_writes_nothing_and_says_what_it_would_cost(home, tmp_path):
    text = HEAD + "T1,2024-03-01,phone,Y,A1\nT2,never,phone,Y,\nT3,2024-03-01,,Y,\n"
    result = import_file(home, written(tmp_path, "a.csv", text), dry_run=True)
    assert (result.batch, result.read, result.accepted, result.quarantined) == (None, 3, 2, 1)
    assert result.costs["cases.opened"] == {"missing": 0, "bad": 1, "of": 3}
    assert result.costs["cases.agent"]["missing"] == 1
    assert rows(home, "SELECT count(*) FROM cases") == [(0,)]
    assert not any(home.batches.iterdir())


def test_a_dry_run_can_write_every_bad_cell_where_it_is_asked_to(home, tmp_path):
    file = written(tmp_path, "a.csv", HEAD + "T1,never,phone,Y,A1\n")
    result = import_file(home, file, dry_run=True, cells_to=tmp_path / "cells.csv")
    assert result.cells_file == str(tmp_path / "cells.csv") and "never" in (tmp_path / "cells.csv").read_text()
    assert not any(home.batches.iterdir())


def test_the_mapping_may_say_how_severe_a_bad_cell_is(home, tmp_path):
    chosen = parse('table = "cases"\nsource = "s"\n[fields]\nexternal_id = "case_id"\nopened = "opened"\n'
                   'resolved = {column = "resolved", on_error = "cell"}\n'
                   'channel = {column = "channel", on_error = "row"}\n')
    text = HEAD + "T1,2024-03-01,phone,perhaps,A\nT2,2024-03-01,pigeon,Y,A\n"
    result = import_file(home, written(tmp_path, "a.csv", text), mapping=chosen)
    assert [(cell.row, cell.code, cell.refused) for cell in result.cells] == [
        (2, "not_yes_no", False), (3, "unknown_value", True)]
    assert rows(home, "SELECT external_id, resolved FROM cases") == [("T1", None)]


def test_ten_ways_to_write_a_moment_in_one_column(home, tmp_path):
    """All are 2024-03-01 15:05 in the workspace's zone; the second reading is asked for those the first refuses."""
    ways = ["2024-03-01 15:05:00", "2024/3/1 15:05", "2024.3.1 15:05", "2024年3月1日 15:05", "2024年3月1号 下午3点05分",
            "2024/3/1 下午 3:05", "2024-03-01 3:05 PM", "45352.628472222219", "2024-03-01T15:05:00+08:00",
            "２０２４－０３－０１ １５：０５", "1709276700", "202403011505", "Mar 1, 2024 03:05 PM"]
    lines = "".join(f'T{n},"{way}",phone,Y,A1\n' for n, way in enumerate(ways))
    result = import_file(home, written(tmp_path, "a.csv", HEAD + lines))
    assert (result.accepted, result.cells_total) == (len(ways), 0)
    assert rows(home, "SELECT count(*), count(DISTINCT opened), epoch(any_value(opened)) FROM cases") == [
        (len(ways), 1, 1709276700.0)]


def test_a_line_of_totals_is_no_record_and_said_to_be_none(home, tmp_path):
    result = import_file(home, written(tmp_path, "a.csv", HEAD + "T1,2024-03-01,phone,Y,A1\n合计,,,1,\n"))
    assert (result.read, result.accepted, result.quarantined) == (2, 1, 1)
    assert [(cell.row, cell.column, cell.value, cell.code) for cell in result.cells] == [(3, None, "合计", "total_row")]


def test_rejected_rows_run_no_formula_and_come_back_as_they_were(home, tmp_path):
    """OWASP, "CSV Injection": a cell that begins with =, +, -, @, tab or carriage return is run by spreadsheets."""
    head = "case_id,opened,channel,resolved,agent,=topic\n"
    told = ["=cmd|' /C calc'!A0", "@SUM(1)", "+8613800138000", "'=1", "-"]
    lines = [f'T{number},never,phone,Y,"{text}",x' for number, text in enumerate(told)]
    result = import_file(home, written(tmp_path, "a.csv", head + "\n".join(lines) + "\n"))
    assert result.rejected_file is not None
    with open(result.rejected_file, encoding="utf-8-sig", newline="") as file:
        header, *kept = list(csv.reader(file))
    place = header.index("agent")
    assert [line[place] for line in kept] == ["'=cmd|' /C calc'!A0", "'@SUM(1)", "+8613800138000", "''=1", "'-"]
    assert "'=topic" in header
    mended = tmp_path / "mended.csv"
    with mended.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *([*line[:1], "2024-03-01", *line[2:]] for line in kept)])
    assert import_file(home, mended).accepted == 5
    assert rows(home, "SELECT agent FROM cases ORDER BY id") == [(text,) for text in told]


def test_a_file_of_several_tables_without_one_usable_row_says_so(home, tmp_path):
    """Agents and customers in one table, every date of it as nobody can read it."""
    text = "id,name,role,created_at,restricted_agent,ticket_restriction\n1,林,agent,never,,\n2,陈,end-user,never,,\n"
    result = import_file(home, written(tmp_path, "users.csv", text), preset="zendesk_users")
    assert (result.read, result.accepted, result.quarantined, result.batch) == (2, 0, 2, None)
    assert {(cell.row, cell.column, cell.value) for cell in result.cells} >= {(2, "created_at", "never")}
