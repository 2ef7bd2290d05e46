"""The commands: the contract's keys, exit codes, and one definition for list, words and reference page."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from bihuan.engine.home import Home
from bihuan.engine.indicators import commands
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.evaluate import evaluate_table
from bihuan.engine.indicators.passports import shipped
from bihuan.engine.indicators.reference import markdown

REFERENCE = Path(__file__).parents[5] / "docs" / "reference" / "indicators.md"


@pytest.fixture
def workspace(tmp_path):
    return Home(tmp_path).create()


def test_indicators_lists_every_passport_with_its_sentence(workspace):
    code, listed = commands.indicators(Namespace(home=workspace))
    assert code == 0 and [entry["name"] for entry in listed] == list(shipped())
    assert all(entry["version"] and entry["sentence"] and entry["unit"] for entry in listed)
    json.dumps(listed)


def test_an_empty_workspace_has_nothing_usable_and_says_so(workspace, capsys):
    code, results = commands.evaluate(Namespace(home=workspace, by=None, period=None, indicators="fcr", where=None))
    assert code == 1 and results[0]["value"] is None and results[0]["as_of"] is None
    assert list(results[0])[:10] == ["indicator", "version", "period", "group", "value", "n", "low", "high", "band",
                                     "band_certain"]
    assert "Import records" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [
    {"indicators": "nothing"}, {"indicators": "fcr", "where": "colour = red"}, {"indicators": "fcr", "by": "colour"}])
def test_a_wrong_question_is_answered_with_two(workspace, capsys, arguments):
    asked = {"by": None, "period": None, "where": None, **arguments}
    code, results = commands.evaluate(Namespace(home=workspace, **asked))
    assert (code, results) == (2, None)
    assert capsys.readouterr().err


def test_what_is_named_twice_is_asked_once(workspace):
    code, results = commands.evaluate(Namespace(home=workspace, by="channel,channel", indicators="fcr,fcr"))
    assert (code, results) == (1, [])


def test_a_group_is_written_as_name_and_value(workspace, capsys):
    code, _ = commands.rows(Namespace(home=workspace, indicator="fcr", group=["phone"], limit=None))
    assert code == 2 and "channel=phone" in capsys.readouterr().err


def test_the_reference_page_is_the_passports():
    """Make it again with: python -m bihuan.engine.indicators.reference > docs/reference/indicators.md"""
    assert REFERENCE.read_text(encoding="utf-8") == markdown("en")
    assert "一次性解决率" in markdown("zh")


def test_a_table_holds_the_same_cells_as_the_list(workspace):
    query = Query(("fcr", "contact_volume"), by=("channel",), period="month")
    table = evaluate_table(workspace, query)
    assert table.num_rows == 0 and {"indicator", "by_channel", "value", "n", "low", "band"} <= set(table.column_names)
    alone = evaluate_table(workspace, Query(("fcr",)))
    assert alone["value"].to_pylist() == [None] and alone["n"].to_pylist() == [0]
