"""Discovery on a workspace: filters, rights and the working clock."""

import argparse
import shutil
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from bihuan.engine.facts.derive import refresh
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.facts.store import append
from bihuan.engine.home import open_home, publish
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.process.commands import process
from bihuan.engine.process.discover import discover
from bihuan.engine.process.tests.logs import event

# 2024-03-08 is a Friday, the 11th a Monday; 09:00 and 17:00 in Shanghai are 01:00 and 09:00 UTC.
FRIDAY_17, MONDAY_10 = datetime(2024, 3, 8, 9, 0, tzinfo=UTC), datetime(2024, 3, 11, 2, 0, tzinfo=UTC)


def put(home, table, rows):
    schema = pa.schema([*TABLES[table].fields, ("source", pa.string())])
    append(home, table, pa.Table.from_pylist(rows, schema=schema), source="desk")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Two phone cases of unit t1 and one e-mail case of unit t2."""
    home = open_home(tmp_path_factory.mktemp("desk") / "home")
    put(home, "units", [{"id": unit, "name": unit, "kind": "team"} for unit in ("t1", "t2")])
    put(home, "cases", [
        {"id": case, "channel": channel, "unit": unit, "opened": FRIDAY_17, "source": "desk"}
        for case, channel, unit in (("1", "phone", "t1"), ("2", "phone", "t1"), ("3", "email", "t2"))
    ])
    events = [event(case, 0, "受理", at=FRIDAY_17) for case in "123"]
    events += [event("1", 0, "办结", at=MONDAY_10), event("3", 0, "退回", at=MONDAY_10)]
    put(home, "events", [{"id": str(place), "seq": place} | row for place, row in enumerate(events)])
    refresh(home)
    return home


def test_the_whole_workspace(desk):
    found = discover(desk)
    assert list(found) == ["cases", "events", "activities", "starts", "ends", "edges", "variants", "throughput"]
    assert (found["cases"], found["events"]) == (3, 5)
    wait = (MONDAY_10 - FRIDAY_17).total_seconds()
    assert found["edges"][0]["median_s"] == wait
    assert found["throughput"]["median_s"] == wait and found["throughput"]["mean_s"] == pytest.approx(wait * 2 / 3)
    assert discover(desk, scope=Scope(minimum_n=5))["throughput"] is None, "three cases are too few to tell"


def test_a_condition_chooses_cases(desk):
    assert discover(desk, where="channel = phone")["ends"] == {"受理": 1, "办结": 1}


def test_a_condition_that_cannot_be_read_is_refused(desk):
    with pytest.raises(IndicatorError):
        discover(desk, where="channel =")


def test_rights_hide_the_cases_of_other_units(desk):
    found = discover(desk, scope=Scope(units=("t2",)))
    assert (found["cases"], found["ends"]) == (1, {"退回": 1})
    assert discover(desk, scope=Scope(units=()))["cases"] == 0


def test_the_business_clock_leaves_the_weekend_out(desk, tmp_path):
    """Friday 17:00-18:00 and Monday 9:00-10:00 are two working hours of the office calendar (ends at 18:00)."""
    home = open_home(shutil.copytree(desk.path, tmp_path / "home"))
    publish(home, clock_policy={"rule": [{"name": "all", "calendar": "cn_office"}]})
    edges = discover(home, clock="business")["edges"]
    assert [edge["mean_s"] for edge in edges] == [7200.0, 7200.0]


def test_an_unknown_clock_is_named(desk):
    with pytest.raises(ValueError, match="business"):
        discover(desk, clock="lunar")


def test_the_command_answers_with_one_document(desk):
    code, found = process(argparse.Namespace(home=desk, top=1, clock="wall", where=None))
    assert code == 0 and found and len(found["variants"]) == 1


def test_the_command_says_by_its_exit_code_that_nothing_was_imported(home, capsys):
    code, found = process(argparse.Namespace(home=home, top=20, clock="wall", where=None))
    assert code == 1 and found and found["cases"] == 0
    assert "Import an event log" in capsys.readouterr().err


@pytest.mark.parametrize(("top", "where"), [(0, None), (5, "channel =")])
def test_the_command_refuses_wrong_use_with_a_sentence(desk, capsys, top, where):
    code, found = process(argparse.Namespace(home=desk, top=top, clock="wall", where=where))
    assert (code, found) == (2, None) and capsys.readouterr().err
