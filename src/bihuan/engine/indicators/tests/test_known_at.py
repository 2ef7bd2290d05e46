"""An old number can be had again: rows, facts and definitions as they were known at a moment."""

import csv
import shutil
from datetime import UTC, datetime

import pytest

from bihuan.cli import main
from bihuan.engine.clock.policy import publish_policy
from bihuan.engine.facts import importing, journal, past, store
from bihuan.engine.facts.privacy.blocking import publish_blocked
from bihuan.engine.home import open_home, read_definition
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.evaluate import evaluate
from bihuan.engine.indicators.passports import find
from bihuan.engine.indicators.rows import rows, total

HEAD = ["工单编号", "创建时间", "客户编号", "渠道", "解决时间"]
FIRST = [["1", "2024-03-04 10:00", "C1", "邮件", "2024-03-04 12:00"],
         ["2", "2024-03-05 10:00", "C2", "邮件", "2024-03-05 14:00"]]


@pytest.fixture
def home(tmp_path):
    return open_home(tmp_path / "home")


def load(home, tmp_path, table) -> datetime:
    """Import rows and return the moment after it."""
    file = tmp_path / "cases.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([HEAD, *table])
    importing.import_file(home, file, table="cases", preset="cases")
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A workspace with the first two cases, and the moment after their import."""
    folder = tmp_path_factory.mktemp("first")
    home = open_home(folder / "home")
    return home, load(home, folder, FIRST)


@pytest.fixture
def begun(first, tmp_path):
    """A copy of it, to go on with."""
    home, then = first
    return open_home(shutil.copytree(home.path, tmp_path / "begun")), then


def number(home, name="resolution_cycle", known_at=None):
    (result,) = evaluate(home, Query(indicators=(name,), known_at=known_at))
    return result.value, result.n


def test_number_before_a_correction_can_be_had_again_with_its_rows(begun, tmp_path):
    """(2 h + 4 h) / 2 = 3 h; the second file says 6 h for the second case and brings a third, of 1 h."""
    home, then = begun
    assert number(home) == (10_800, 2)
    load(home, tmp_path, [FIRST[0], [*FIRST[1][:4], "2024-03-05 16:00"],
                          ["3", "2024-03-06 10:00", "C1", "邮件", "2024-03-06 11:00"]])
    assert number(home) == (10_800, 3)
    for _ in range(2):  # derived, then kept
        assert number(home, known_at=then) == (10_800, 2)
    query = Query(indicators=("resolution_cycle",), known_at=then)
    behind = rows(home, query)
    assert sorted(behind["resolution_s"].to_pylist()) == [7_200, 14_400]
    assert total(find(home, "resolution_cycle"), behind) == 10_800
    assert number(home, known_at=datetime(2020, 1, 1, tzinfo=UTC)) == (None, 0)


def test_undone_import_is_still_known_at_the_moment_before(begun):
    home, then = begun
    importing.undo(home, journal.batches(home)[0].id, actor="test")
    assert number(home) == (None, 0)
    assert number(home, known_at=then) == (10_800, 2)


def test_as_of_is_that_of_the_rows_then_known(begun, tmp_path):
    home, then = begun
    load(home, tmp_path, [["9", "2024-05-01 10:00", "C1", "邮件", ""]])
    assert store.as_of(home, known_at=then) == datetime(2024, 3, 5, 6, tzinfo=UTC)
    (result,) = evaluate(home, Query(indicators=("resolution_cycle",), known_at=then))
    assert result.as_of is not None and result.as_of.startswith("2024-03-05T06:00")


def test_promises_are_those_in_force_then(home, tmp_path):
    """Both kept a promise of 4 h; of 3 h, published later, only one."""
    publish_policy(home, {"rule": [{"name": "all", "resolution_target_s": 14_400}]})
    then = load(home, tmp_path, [*FIRST, ["9", "2024-05-01 10:00", "C1", "邮件", ""]])
    assert number(home, "resolution_compliance") == (1.0, 2)
    publish_policy(home, {"rule": [{"name": "all", "resolution_target_s": 10_800}]})
    importing.import_rows(home, "units", [{"id": "u", "name": "u", "kind": "team"}], source="test", actor="test")
    assert number(home, "resolution_compliance") == (0.5, 2)
    assert number(home, "resolution_compliance", then) == (1.0, 2)
    assert read_definition(home.then(datetime(2020, 1, 1, tzinfo=UTC)), "clock_policy") is None


def test_command_lists_the_rows_known_then(begun, tmp_path, capsys):
    home, then = begun[0], begun[1].isoformat()
    load(home, tmp_path, [["3", "2024-03-06 10:00", "C1", "邮件", "2024-03-06 11:00"]])
    capsys.readouterr()
    words = ["--home", str(home.path), "--json", "--known-at", then]
    assert main(["evaluate", "--indicators", "contact_volume", *words]) == 0
    assert '"value": 2' in capsys.readouterr().out
    assert main(["rows", "--indicator", "contact_volume", *words]) == 0
    assert capsys.readouterr().out.count('"external_id"') == 2


def test_who_is_blocked_or_forgotten_now_is_not_seen_in_earlier_numbers(begun, tmp_path):
    """A block (PIPL art. 47) holds for every read, also of what was known before it; deletion clears what was kept."""
    home, then = begun
    load(home, tmp_path, [["1", "2024-03-04 10:00", "C1", "邮件", "2024-03-04 20:00"]])
    assert number(home, known_at=then) == (3 * 3600, 2)
    assert list((home.path / "scratch" / "known").iterdir())
    publish_blocked(home, ["C1"])
    assert number(home, known_at=then) == (4 * 3600, 1)
    publish_blocked(home, [])
    assert number(home, known_at=then) == (3 * 3600, 2)
    past.forget(home)
    assert not (home.path / "scratch" / "known").exists()
