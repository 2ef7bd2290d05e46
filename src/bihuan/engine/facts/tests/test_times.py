"""What has happened cannot lie after the import, some moments stand for none, and a day may carry an empty time."""

from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from bihuan.engine.facts import doctor, store
from bihuan.engine.facts.decisions import decisions
from bihuan.engine.facts.importing import import_file
from bihuan.engine.facts.mapping import parse

from .files import rows, written

pytestmark = pytest.mark.usefixtures("without_facts")

CASES = parse('table = "cases"\nsource = "s"\n[fields]\nexternal_id = "编号"\nopened = "受理"\nresolved_at = "办结"\n'
              'promised = "期限"\n')
LONG_AGO, AHEAD = (datetime(year, 1, 1, tzinfo=UTC) for year in (1900, 2200))
HEAD = "编号,受理,办结,期限\n"
NO_DATES = ("1970-01-01 00:00:00", "1970/1/1 8:00:00", "1899-12-30", "1899/12/30 0:00:00", "1900-01-00", "1900/1/0",
            "1900-01-01 00:00:00", "0001-01-01T00:00:00", "9999-12-31 23:59:59", "1/0/1900 12:00:00 AM")


def told(result):
    return [(cell.row, cell.column, cell.value, cell.code) for cell in result.cells]


def test_what_has_happened_cannot_lie_after_the_import_and_what_is_due_may(home, tmp_path):
    tomorrow, next_week = (f"{datetime.now(UTC) + timedelta(days=days):%Y-%m-%d %H:%M:%S}" for days in (1, 7))
    text = HEAD + (f"T1,2024-03-01 10:00:00,,2098-03-01 10:00:00\nT2,2098-03-01 10:00:00,,\nT3,{tomorrow},,\n"
                   f"T4,1900-05-01 10:00:00,,\nT5,2024-03-01 10:00:00,{next_week},\nT6,3024-03-01 10:00:00,,\n")
    result = import_file(home, written(tmp_path, "a.csv", text), mapping=CASES)
    assert told(result) == [
        (3, "受理", "2098-03-01 10:00:00", "date_in_future"), (5, "受理", "1900-05-01 10:00:00", "date_out_of_range"),
        (6, "办结", next_week, "date_in_future"), (7, "受理", "3024-03-01 10:00:00", "date_out_of_range")]
    assert rows(home, "SELECT external_id, year(promised) FROM cases ORDER BY 1") == [("T1", 2098), ("T3", None)]
    assert (store.as_of(home) or AHEAD) <= datetime.now(UTC)


def test_a_day_in_the_future_beside_its_time_is_named_alone(home, tmp_path):
    chosen = parse('table = "cases"\nsource = "s"\n[fields]\nexternal_id = "编号"\n'
                   'opened = {columns = ["日期", "时刻"], how = "join"}\n')
    text = "编号,日期,时刻\nT1,2024-03-01,9:05\nT2,2098-03-01,9:05\n"
    result = import_file(home, written(tmp_path, "a.csv", text), mapping=chosen, dry_run=True)
    assert told(result) == [(3, "日期", "2098-03-01", "date_in_future")]


def test_moments_that_stand_for_no_date_are_left_empty_and_told(home, tmp_path):
    lines = [f"T{at:02d},2024-03-01 10:00:00,{word},{word}" for at, word in enumerate(NO_DATES)]
    file = written(tmp_path, "a.csv", HEAD + "\n".join(lines) + "\n")
    result = import_file(home, file, mapping=CASES)
    assert (result.accepted, result.cells) == (len(NO_DATES), ())
    assert rows(home, "SELECT count(resolved_at), count(promised) FROM cases") == [(0, 0)]
    notes = {one.column: one.why[0] for one in decisions(home, file, mapping=CASES) if one.code == "missing_words"}
    assert set(notes) == {"办结", "期限"} and all(word in notes["办结"] for word in NO_DATES)


def test_a_moment_that_stands_for_no_date_is_named_where_there_must_be_one(home, tmp_path):
    text = HEAD + "T1,1970-01-01 00:00:00,,\nT2,2024-03-01 10:00:00,,\n"
    result = import_file(home, written(tmp_path, "a.csv", text), mapping=CASES)
    assert [code for *_cell, code in told(result)][0] == "date_out_of_range"
    assert told(result)[0][2] == "1970-01-01 00:00:00" and (result.accepted, result.quarantined) == (1, 1)


@pytest.mark.parametrize(("day", "time"), [
    ("2021/1/1 0:00:00", "09:12:58"), ("2021-01-01 00:00:00.000", "9:12:58"), ("2021-01-01T00:00:00", "09:12:58"),
    ("2021/1/1 0:00", "1899-12-30 09:12:58"), ("2021-01-01", "1900/1/0 9:12:58"),
])
def test_a_day_with_an_empty_time_beside_a_time_is_that_day_at_that_time(home, tmp_path, day, time):
    chosen = parse('table = "cases"\nsource = "s"\n[fields]\nexternal_id = "编号"\n'
                   'opened = {columns = ["日期", "时刻"], how = "join"}\n')
    text = f"编号,日期,时刻\nT1,{day},{time}\nT2,{day},\n"
    result = import_file(home, written(tmp_path, "a.csv", text), mapping=chosen)
    assert (result.accepted, result.cells) == (2, ())
    assert rows(home, "SELECT strftime(opened + INTERVAL 8 HOUR, '%Y-%m-%d %H:%M:%S') FROM cases ORDER BY id") == [
        ("2021-01-01 09:12:58",), ("2021-01-01 00:00:00",)]


def test_invented_records_may_end_after_now(home, tmp_path):
    ends = datetime.now(UTC) + timedelta(days=400)
    file = written(tmp_path, "a.csv", HEAD + f"T1,{ends:%Y-%m-%d %H:%M:%S},,\n")
    assert import_file(home, file, mapping=CASES, ends=ends).accepted == 1
    assert (store.as_of(home) or LONG_AGO) > datetime.now(UTC) + timedelta(days=390) and not store.out_of_time(home)


def test_rows_of_the_future_in_an_old_workspace_do_not_move_its_as_of(home):
    times = [datetime(year, 3, 1, tzinfo=UTC) for year in (1900, 2024, 2098)]
    store.append(home, "cases", pa.table({"id": ["s:1", "s:2", "s:3"], "opened": times}))
    assert store.as_of(home) == times[1]
    (line,) = [line for line in doctor.look_over(home) if line.check == "times"]
    assert (line.state, line.found) == ("warn", "cases 2")


def test_a_workspace_of_nothing_but_the_future_reaches_to_its_last_import(home):
    store.append(home, "cases", pa.table({"id": ["s:1"], "opened": [datetime(2098, 3, 1, tzinfo=UTC)]}))
    assert (store.as_of(home) or AHEAD) <= datetime.now(UTC)
