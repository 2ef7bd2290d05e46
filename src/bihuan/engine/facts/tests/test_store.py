"""The lake: versions of rows, what is visible, derived facts put in place of old ones."""

import os
from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pytest

from bihuan.engine.facts import compaction, connection, journal, lake, store
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.grains import GRAINS
from bihuan.engine.facts.schema import TABLES, TIME
from bihuan.engine.home import open_home

from .files import rows


def times(*texts):
    return pa.array([datetime.fromisoformat(text).replace(tzinfo=UTC) for text in texts], TIME)


def cases(**columns):
    count = len(columns["id"])
    return pa.table({"external_id": columns["id"], "opened": times(*["2024-01-02"] * count), **columns})


def facts(names, status):
    return pa.table({column.name: pa.array(names if column.name == "case" else [status] * len(names)
                                           if column.name == "status" else [None] * len(names), column.type)
                     for column in GRAINS["case"]})


def test_an_empty_workspace_has_every_view_and_no_rows(home):
    with store.connect(home) as con:
        for name in [*TABLES, *(f"fact_{grain}" for grain in GRAINS)]:
            assert con.execute(f'SELECT count(*) FROM "{name}"').fetchall() == [(0,)]
    assert store.as_of(home) is None


def test_a_view_is_made_when_it_is_named_of_the_files_there_were_at_the_opening(home):
    store.append(home, "cases", cases(id=["s:1"]), source="s")
    made = "SELECT view_name FROM duckdb_views() WHERE temporary AND NOT internal"
    with store.connect(home) as con:
        store.append(home, "cases", cases(id=["s:2"]), source="s")
        assert con.execute(made).fetchall() == []
        assert con.sql("SELECT id FROM cases").fetchall() == [("s:1",)]
        assert con.execute(made).fetchall() == [("cases",)]
        # What is put under a name goes before what would be made.
        con.register("batches", pa.table({"batch": ["mine"]}))
        assert con.execute("SELECT batch FROM batches").fetchall() == [("mine",)]


def test_the_latest_version_of_a_row_is_seen(home):
    store.append(home, "cases", cases(id=["s:1", "s:2"], status=["open", "open"]), source="s")
    store.append(home, "cases", cases(id=["s:1", "s:3"], status=["closed", "open"]), source="s")
    assert rows(home, "SELECT id, status FROM cases ORDER BY id") == [
        ("s:1", "closed"), ("s:2", "open"), ("s:3", "open")]


def test_an_unchanged_row_is_not_written_again(home):
    store.append(home, "cases", cases(id=["s:1"], status=["open"]), source="s")
    store.append(home, "cases", cases(id=["s:1"], status=["open"]), source="s")
    assert journal.batches(home)[1].tables["cases"] == {"accepted": 0, "updated": 0, "unchanged": 1}
    assert len(lake.files(home.lake / "cases")) == 1


def test_the_data_can_be_had_as_it_was_known_then(home):
    store.append(home, "cases", cases(id=["s:1"], status=["open"]), source="s")
    then = journal.batches(home)[0].recorded_at
    store.append(home, "cases", cases(id=["s:1"], status=["closed"]), source="s")
    with store.connect(home, known_at=then) as con:
        assert con.execute("SELECT status FROM cases").fetchall() == [("open",)]


def test_an_undone_batch_gives_way_to_the_version_before(home):
    store.append(home, "cases", cases(id=["s:1"], status=["first"]), source="s")
    second = store.append(home, "cases", cases(id=["s:1"], status=["second"]), source="s")
    store.append(home, "cases", cases(id=["s:1"], status=["third"]), source="s")
    journal.undone(home, second, actor="t")
    assert rows(home, "SELECT status FROM cases") == [("third",)]
    journal.undone(home, journal.batches(home)[2].id, actor="t")
    assert rows(home, "SELECT status FROM cases") == [("first",)]


def test_rows_of_a_batch_without_its_journal_line_are_not_seen(home, monkeypatch):
    store.append(home, "cases", cases(id=["s:1"], status=["open"]), source="s")

    def crash(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(journal, "done", crash)
    with pytest.raises(KeyboardInterrupt):
        store.append(home, "cases", cases(id=["s:1", "s:2"], status=["closed", "open"]), source="s")
    assert rows(home, "SELECT id, status FROM cases") == [("s:1", "open")]
    monkeypatch.undo()
    store.append(home, "cases", cases(id=["s:1", "s:2"], status=["closed", "open"]), source="s")
    assert rows(home, "SELECT id, status FROM cases ORDER BY id") == [("s:1", "closed"), ("s:2", "open")]


def test_a_key_of_several_columns_may_hold_nothing(home):
    row = {"agent": ["A1"], "unit": ["U1"], "role": ["agent"]}
    store.append(home, "memberships", pa.table(row))
    store.append(home, "memberships", pa.table({**row, "role": ["lead"]}))
    assert rows(home, "SELECT agent, unit, role, valid_from FROM memberships") == [("A1", "U1", "lead", None)]


def test_as_of_is_the_latest_moment_rows_speak_of_but_no_promise(home):
    store.append(home, "cases", cases(id=["s:1"], promised=times("2030-01-01"), closed_at=times("2024-05-06")))
    assert store.as_of(home) == datetime(2024, 5, 6, tzinfo=UTC)


def test_a_later_answer_does_not_say_that_the_service_reaches_as_far(home):
    answer = pa.table({"id": ["a1"], "survey": ["s"], "at": times("2024-06-30")})
    batch = store.append(home, "answers", answer)
    assert store.as_of(home) == store.told_as_of(home) == datetime(2024, 6, 30, tzinfo=UTC)
    store.append(home, "cases", cases(id=["s:1"], closed_at=times("2024-05-06")))
    assert store.as_of(home) == datetime(2024, 5, 6, tzinfo=UTC)
    assert store.told_as_of(home) == datetime(2024, 6, 30, tzinfo=UTC)
    journal.undone(home, batch, actor="t")
    assert store.as_of(home) == store.told_as_of(home) == datetime(2024, 5, 6, tzinfo=UTC)


def test_as_of_moves_with_every_batch_and_back_when_it_is_undone(home):
    store.append(home, "cases", cases(id=["s:1"], closed_at=times("2024-05-06")))
    assert store.as_of(home) == store.as_of(home) == datetime(2024, 5, 6, tzinfo=UTC)
    later = store.append(home, "cases", cases(id=["s:2"], closed_at=times("2024-05-09")))
    assert store.as_of(home) == datetime(2024, 5, 9, tzinfo=UTC)
    journal.undone(home, later, actor="t")
    assert store.as_of(home) == datetime(2024, 5, 6, tzinfo=UTC)


def test_facts_of_touched_cases_are_replaced_and_of_vanished_ones_removed(home):
    store.replace_facts(home, "case", facts(["a", "b", "c"], "old"), cases=None)
    store.replace_facts(home, "case", facts(["a"], "new"), cases=pa.array(["a", "c"]))
    assert rows(home, 'SELECT "case", status FROM fact_case ORDER BY 1') == [("a", "new"), ("b", "old")]


def test_facts_written_anew_leave_nothing_of_the_old(home):
    store.replace_facts(home, "case", facts(["a", "b"], "old"), cases=None)
    store.replace_facts(home, "case", facts(["c"], "new"), cases=None)
    assert rows(home, 'SELECT "case" FROM fact_case') == [("c",)]
    store.replace_facts(home, "case", facts([], "new"), cases=None)
    assert rows(home, "SELECT count(*) FROM fact_case") == [(0,)]


def test_settled_facts_are_plain_files_of_exactly_the_rows(home):
    store.replace_facts(home, "case", facts(["a", "b"], "old"), cases=None)
    store.replace_facts(home, "case", facts(["a"], "new"), cases=pa.array(["a"]))
    paths = store.settle_facts(home, "case")
    with store.open_engine(home) as con:
        found = con.execute(f'SELECT "case", status FROM {lake.scan(paths)} ORDER BY 1').fetchall()
    assert found == [("a", "new"), ("b", "old")] == rows(home, 'SELECT "case", status FROM fact_case ORDER BY 1')


def test_many_small_replacements_are_settled_by_themselves(home, monkeypatch):
    monkeypatch.setattr(store, "REPLACEMENTS", 6)
    store.replace_facts(home, "case", facts(["a", "b"], "0"), cases=None)
    for number in range(1, store.REPLACEMENTS + 3):
        store.replace_facts(home, "case", facts(["a"], str(number)), cases=pa.array(["a"]))
    assert rows(home, 'SELECT "case", status FROM fact_case ORDER BY 1') == [("a", str(number)), ("b", "0")]
    assert len(lake.files(home.facts / "case")) < store.REPLACEMENTS


def test_many_small_batches_are_merged_and_can_still_be_undone_and_looked_back_at(home, monkeypatch):
    monkeypatch.setattr(compaction, "MANY", 4)
    batches = [store.append(home, "cases", cases(id=[f"s:{number}", "s:x"], status=[str(number)] * 2), source="s")
               for number in range(6)]
    files = lake.files(home.lake / "cases")
    assert len(files) == 3 and [file.batch for file in files].count(lake.MIXED) == 1
    assert rows(home, "SELECT count(*), max(status) FILTER (id = 's:x') FROM cases") == [(7, "5")]
    journal.undone(home, batches[5], actor="t")
    journal.undone(home, batches[1], actor="t")
    assert rows(home, "SELECT count(*), max(status) FILTER (id = 's:x') FROM cases") == [(5, "4")]
    with store.connect(home, known_at=journal.batches(home)[2].recorded_at) as con:
        assert con.execute("SELECT count(*), max(status) FILTER (id = 's:x') FROM cases").fetchall() == [(4, "2")]


def test_a_column_of_a_newer_release_is_empty_in_older_files(home, monkeypatch):
    older = TABLES["units"]
    store.append(home, "units", pa.table({"id": ["u1"], "name": ["One"], "kind": ["team"]}))
    newer = type(older)(older.name, [*older.fields, ("colour", pa.string())], older.key, older.required)
    monkeypatch.setitem(TABLES, "units", newer)
    assert rows(home, "SELECT id, colour FROM units") == [("u1", None)]
    store.append(home, "units", pa.table({"id": ["u2"], "name": ["Two"], "kind": ["team"], "colour": ["red"]}))
    assert rows(home, "SELECT id, colour FROM units ORDER BY id") == [("u1", None), ("u2", "red")]


def test_an_unknown_table_is_refused_with_the_names_there_are(home):
    with pytest.raises(FactsError, match="cases, events"):
        store.append(home, "tickets", pa.table({"id": ["1"]}))


def test_a_column_that_is_empty_in_a_whole_batch_keeps_its_type(tmp_path):
    """Else the file says that it holds no type at all, and no other file can be read beside it."""
    schema, folder = pa.schema([("id", pa.string()), ("text", pa.string())]), tmp_path / "lake" / "things"
    con = duckdb.connect()
    empty = lake.copy_out(con, "SELECT 'a' AS id, NULL AS text", folder, prefix="1", schema=schema)
    full = lake.copy_out(con, "SELECT 'b' AS id, 'x' AS text", folder, prefix="2", schema=schema)
    paths = [str(folder / action.path) for action in (*empty, *full)]
    assert con.sql(f"SELECT id, text FROM {lake.scan(paths)} ORDER BY id").fetchall() == [("a", None), ("b", "x")]


def test_an_engine_that_has_spilled_is_still_shared(home, tmp_path, monkeypatch):
    """DuckDB refuses to be told its folder again once it has spilled there, the same folder too."""
    monkeypatch.setattr(connection, "_shared", {})
    monkeypatch.setenv("BIHUAN_MEMORY", "60MB")
    with store.connect(home) as con:
        con.execute("CREATE TEMP TABLE big AS SELECT i, repeat('x', 100) || i AS s FROM range(1500000) t(i)")
        first = connection._shared[os.getpid()][0]
        with store.connect(home):
            assert connection._shared[os.getpid()][0] is first
        with store.connect(open_home(tmp_path / "other")):
            assert connection._shared[os.getpid()][0] is not first
