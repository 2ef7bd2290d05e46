"""Importing again, in parts, at the same time, half way; and taking it back."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.engine.facts import freshness, journal, lake, store
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.importing import import_file, import_rows, undo
from bihuan.engine.facts.mapping import parse
from bihuan.engine.facts.runner import Cancelled
from bihuan.engine.home import open_home

from .files import CASES, XES_AS_CSV, incidents, rows, written

CELL = st.sampled_from(["2024-03-01 10:00:00", "2024-03-02", "", "?", "never", "1/2/2024"])


def contents(home):
    found = []
    for table in ("cases", "events"):
        with store.connect(home) as con:
            arrow = con.sql(f"SELECT * EXCLUDE (batch, recorded_at) FROM {table} ORDER BY id").to_arrow_table()
            found.append(arrow.to_pylist())
    return found


@pytest.mark.usefixtures("without_facts")
def test_a_second_import_adds_nothing(home, tmp_path):
    file = written(tmp_path, "a.csv", incidents())
    first, second = import_file(home, file), import_file(home, file)
    assert (first.accepted, second.accepted, second.updated, second.unchanged) == (6, 0, 0, 6)
    assert rows(home, "SELECT count(*), count(DISTINCT id) FROM events") == [(6, 6)]


@pytest.mark.usefixtures("without_facts")
def test_changed_rows_are_updated_and_the_rest_left(home, tmp_path):
    import_file(home, written(tmp_path, "a.csv", CASES))
    result = import_file(home, written(tmp_path, "b.csv", CASES.replace("A2", "A9")))
    assert (result.accepted, result.updated, result.unchanged) == (0, 1, 2)
    assert rows(home, "SELECT agent FROM cases ORDER BY id") == [("A1",), ("A9",), ("A1",)]


def test_undo_restores_what_was_there_and_the_file_can_come_again(home, tmp_path):
    import_file(home, written(tmp_path, "a.csv", CASES))
    before, facts = contents(home), rows(home, 'SELECT "case", agent FROM fact_case ORDER BY 1')
    changed = written(tmp_path, "b.csv", CASES.replace("A2", "A9") + "T-009,2024-05-01,C9,phone,A1\n")
    batch = import_file(home, changed).batch or ""
    assert rows(home, "SELECT count(*) FROM fact_case") == [(4,)]
    taken = undo(home, batch, actor="t")
    assert taken.tables == {"cases": 2} and taken.cases == 2
    assert contents(home) == before
    assert rows(home, 'SELECT "case", agent FROM fact_case ORDER BY 1') == facts
    again = import_file(home, changed)
    assert (again.accepted, again.updated, again.unchanged) == (1, 1, 2)
    with pytest.raises(FactsError, match="already undone"):
        undo(home, batch, actor="t")


@pytest.mark.usefixtures("without_facts")
def test_equal_rows_without_an_id_are_each_kept_and_found_again(home, tmp_path):
    chosen = parse('table = "cases"\nsource = "s"\n[fields]\nopened = "when"\ntopic = "what"\n')
    file = written(tmp_path, "a.csv", "when,what\n2024-03-01,x\n2024-03-01,x\n2024-03-01,y\n")
    first, second = import_file(home, file, mapping=chosen), import_file(home, file, mapping=chosen)
    assert (first.accepted, second.unchanged) == (3, 3)
    assert rows(home, "SELECT topic, count(DISTINCT id) FROM cases GROUP BY topic ORDER BY 1") == [("x", 2), ("y", 1)]


@pytest.mark.usefixtures("without_facts")
def test_events_at_the_same_moment_keep_the_order_of_the_file(home, tmp_path):
    text = ("case:concept:name,concept:name,org:resource,time:timestamp\n"
            "1,zeta,,2024-01-01T10:00:00Z\n1,alpha,,2024-01-01T10:00:00Z\n1,zeta,,2024-01-01T10:00:00Z\n"
            "1,end,,2024-01-02T10:00:00Z\n")
    for expected in (4, 0):
        assert import_file(home, written(tmp_path, "log.csv", text)).accepted == expected
    assert rows(home, 'SELECT activity, count(*) OVER () FROM events ORDER BY "at", seq') == [
        ("zeta", 4), ("alpha", 4), ("zeta", 4), ("end", 4)]


@pytest.mark.usefixtures("without_facts")
def test_a_log_in_parts_in_any_order_gives_the_cases_of_the_whole(tmp_path):
    lines = incidents().splitlines()
    whole = open_home(tmp_path / "whole")
    import_file(whole, written(tmp_path, "whole.csv", incidents()))
    for name, order in (("forward", (1, 3, 5)), ("backward", (5, 3, 1))):
        parts = open_home(tmp_path / name)
        for start in order:
            part = written(tmp_path, f"{start}.csv", "\n".join([lines[0], *lines[start:start + 2]]) + "\n")
            import_file(parts, part)
        assert contents(parts) == contents(whole)


@pytest.mark.usefixtures("without_facts")
def test_a_better_mapping_updates_events_instead_of_doubling_them(home, tmp_path):
    text = ('table = "events"\nsource = "s"\n[fields]\ncase = "case:concept:name"\nat = "time:timestamp"\n'
            'activity = "concept:name"\nkind = {column = "concept:name", map = {"Wait" = "KIND"}, default = "other"}\n')
    file = written(tmp_path, "log.csv", XES_AS_CSV)
    import_file(home, file, mapping=parse(text.replace("KIND", "other")))
    result = import_file(home, file, mapping=parse(text.replace("KIND", "pending")))
    assert (result.accepted, result.updated, result.unchanged) == (0, 1, 3)


@pytest.mark.usefixtures("without_facts")
def test_the_last_of_several_rows_with_one_id_counts(home, tmp_path):
    text = CASES + "T-001,2024-03-01 09:00:00,C1,phone,A7\n"
    result = import_file(home, written(tmp_path, "a.csv", text))
    assert (result.read, result.accepted, result.unchanged) == (4, 3, 1)
    assert rows(home, "SELECT agent FROM cases WHERE external_id = 'T-001'") == [("A7",)]


@pytest.mark.usefixtures("without_facts")
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(st.sampled_from(["a", "b", "c", ""]), CELL, st.sampled_from(["Y", "N", "maybe", ""])),
                      min_size=1, max_size=12))
def test_every_record_is_accounted_for(home, tmp_path, cells):
    text = "case_id,opened,resolved\n" + "".join(f"{a},{b},{c}\n" for a, b, c in cells)
    for dry_run in (True, False):
        result = import_file(home, written(tmp_path, "p.csv", text), preset="cases", dry_run=dry_run)
        assert result.read == result.accepted + result.updated + result.unchanged + result.quarantined
        assert result.read == sum(1 for record in cells if any(record))


def test_a_cancelled_import_leaves_nothing_behind(home, tmp_path):
    import_file(home, written(tmp_path, "a.csv", CASES))
    before = sorted(path for path in home.path.rglob("*") if path.is_file())
    for patience in (0, 2, 4):
        asked = iter(range(100))

        def enough(asked=asked, patience=patience):
            return next(asked) >= patience

        with pytest.raises(Cancelled):
            import_file(home, written(tmp_path, "b.csv", CASES.replace("A2", "A9") + "T9,never,,,\n"), preset="cases",
                        cancelled=enough)
        assert sorted(path for path in home.path.rglob("*") if path.is_file()) == before
    assert len(journal.batches(home)) == 1


def test_progress_only_moves_forward_and_ends_at_the_whole(home, tmp_path):
    told = []
    import_file(home, written(tmp_path, "a.csv", CASES), progress=lambda *step: told.append(step))
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)
    assert told[-1][:2] == (100, 100) and all(text for _, _, text in told)


def test_a_crash_before_the_facts_are_derived_is_made_up_for_by_the_next_import(home, tmp_path, monkeypatch):
    def crash(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(freshness.derive, "refresh", crash)
    with pytest.raises(KeyboardInterrupt):
        import_file(home, written(tmp_path, "a.csv", CASES))
    monkeypatch.undo()
    assert not freshness.is_fresh(home)
    import_file(home, written(tmp_path, "b.csv", "case_id,opened\nT-100,2024-03-01\n"))
    assert freshness.is_fresh(home)
    assert rows(home, "SELECT count(*) FROM fact_case") == [(4,)]


def test_files_of_an_import_cut_off_before_its_journal_line_are_not_seen(home, tmp_path, monkeypatch):
    def crash(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(journal, "done", crash)
    file = written(tmp_path, "a.csv", CASES)
    with pytest.raises(KeyboardInterrupt):
        import_file(home, file)
    monkeypatch.undo()
    assert lake.files(home.lake / "cases") and rows(home, "SELECT count(*) FROM cases") == [(0,)]
    assert import_file(home, file).accepted == 3
    assert rows(home, "SELECT count(*) FROM cases") == [(3,)]


@pytest.mark.parametrize("names", ["ab", pytest.param("abc", marks=pytest.mark.long)])
def test_two_processes_import_at_once_without_losing_or_doubling_rows(home, tmp_path, names):
    code = ("import sys\nfrom bihuan.engine.home import open_home\n"
            "from bihuan.engine.facts.importing import import_file\n"
            "print('ready', flush=True)\nsys.stdin.readline()\n"
            "home = open_home(sys.argv[1])\nfor file in sys.argv[2:]: import_file(home, file, preset='cases')")
    files = [written(tmp_path, f"{name}.csv", "case_id,opened,agent\n" + "".join(
        f"{number},2024-03-01,{name}\n" for number in range(20 * place, 20 * place + 40)))
        for place, name in enumerate(names)]
    source = str(Path(store.__file__).parents[3])
    with subprocess.Popen([sys.executable, "-c", code, str(home.path), *map(str, files)], env={"PYTHONPATH": source},
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as other:
        assert other.stdin and other.stdout and other.stdout.readline() == "ready\n"
        other.stdin.write("go\n")
        other.stdin.flush()
        for file in files[::-1]:
            import_file(home, file, preset="cases")
        _, problem = other.communicate(timeout=300)
        assert other.returncode == 0, problem
    cases = 20 * len(names) + 20
    assert rows(home, "SELECT count(*), count(DISTINCT id) FROM cases") == [(cases, cases)]
    assert journal.verify(home) == 2 * len(names) and freshness.is_fresh(home)
    assert rows(home, "SELECT count(*) FROM fact_case") == [(cases,)]


@pytest.mark.usefixtures("without_facts")
def test_rows_given_by_the_product_go_the_same_way(home):
    result = import_rows(home, "units", [{"id": "U1", "name": "一组", "kind": "team", "parent": None},
                                         {"id": "U2", "name": None, "kind": "flock"}], source="product", actor="a")
    assert (result.accepted, result.quarantined) == (1, 1)
    assert {cell.code for cell in result.cells} == {"missing_required", "unknown_value"}
    again = import_rows(home, "units", [{"id": "U1", "name": "一组", "kind": "team"}], source="product", actor="a")
    assert again.unchanged == 1
