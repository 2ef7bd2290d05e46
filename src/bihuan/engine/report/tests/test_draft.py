"""A report drafted from a workspace shows the very numbers of the evaluation, and only what the reader may see."""

import argparse
from functools import partial

import pytest

from bihuan.engine.indicators.contracts import EVERYTHING, Query, Scope
from bihuan.engine.indicators.evaluate import evaluate
from bihuan.engine.report import commands
from bihuan.engine.report.commands import report
from bihuan.engine.report.contracts import Report
from bihuan.engine.report.draft import draft
from bihuan.engine.report.errors import ReportError

ASKED = ("fcr", "pickup", "csat_mean")


@pytest.fixture(scope="module")
def drafted(phone_home):
    return draft(phone_home, Query(indicators=ASKED, period="2024-03", by=("team",)))


def item_of(found, name):
    return next(item for item in found.items if item.result.indicator == name)


def test_the_numbers_are_those_of_the_evaluation(phone_home, drafted):
    expected = {one.indicator: one for one in evaluate(phone_home, Query(indicators=ASKED, period="2024-03"))}
    assert {item.result.indicator: item.result for item in drafted.items} == expected
    before = evaluate(phone_home, Query(indicators=("fcr",), period="2024-02"))[0]
    assert item_of(drafted, "fcr").previous == before


def test_the_lowest_come_first_with_evidence_and_trend(drafted):
    bands = [item.result.band for item in drafted.items if item.result.band is not None]
    assert bands == sorted(bands)
    fcr = item_of(drafted, "fcr")
    assert [point.result.period for point in fcr.trend][:2] == ["2024-02", "2024-03"]
    assert fcr.evidence.kind == "missed"
    assert fcr.evidence.count == fcr.result.n - fcr.result.numerator
    assert len(fcr.evidence.rows) == min(20, fcr.evidence.count)


def test_the_slowest_calls_are_the_evidence_of_a_time(drafted):
    waits = [row.value for row in item_of(drafted, "pickup").evidence.rows]
    assert waits == sorted(waits, reverse=True) and len(waits) == 20


def test_the_team_that_solves_less_is_named(drafted):
    text = "\n".join(drafted.read(paragraph) for paragraph in drafted.chapter("weaknesses").paragraphs)
    assert "班组“华东一组”的一次性解决率（FCR）" in text
    strengths = "\n".join(drafted.read(paragraph) for paragraph in drafted.chapter("strengths").paragraphs)
    assert "班组“华南二组”的一次性解决率（FCR）" in strengths


def test_ratings_go_with_resolution_in_the_workspaces_own_data(drafted):
    """Planted: a mean of 4.4 for those who did not come again and 3.4 for those who did."""
    overall = drafted.relations[0]
    assert overall.low < 1.0 < overall.high + 0.1 and overall.low > 0


def test_the_breakdown_is_by_the_asked_dimension(phone_home, drafted):
    rates = {one.group["team"]: one.value for one in drafted.breakdown if one.indicator == "fcr"}
    expected = evaluate(phone_home, Query(indicators=("fcr",), period="2024-03", by=("team",)))
    assert rates == {one.group["team"]: one.value for one in expected}


def test_definitions_are_printed_for_every_item(drafted):
    assert [note.indicator for note in drafted.passports] == [item.result.indicator for item in drafted.items]
    fcr = next(note for note in drafted.passports if note.indicator == "fcr")
    assert fcr.window == "7 天" and fcr.definition_hash


def test_it_comes_back_from_json(drafted):
    assert Report.from_json(drafted.to_json()) == drafted


def test_a_team_leader_gets_the_own_team_only(phone_home):
    scope = Scope(units=("t2",), label="华南二组")
    found = draft(phone_home, Query(indicators=("fcr",), period="2024-03"), scope)
    expected = evaluate(phone_home, Query(indicators=("fcr",), period="2024-03"), scope)[0]
    assert found.items[0].result == expected
    assert found.items[0].evidence and {row.unit for row in found.items[0].evidence.rows} == {"t2"}
    assert "华南二组" in found.scope


def test_withheld_numbers_have_neither_evidence_nor_sentence(phone_home):
    found = draft(phone_home, Query(indicators=("fcr",), period="2024-03"), Scope(minimum_n=10_000))
    assert found.items[0].result.suppressed and found.items[0].evidence is None
    assert found.numbers == {} and found.relations == ()


def test_nothing_to_report_is_said(phone_home, home):
    for place, period in ((home, "all"), (phone_home, "2019-01")):
        with pytest.raises(ReportError) as caught:
            draft(place, Query(indicators=("fcr",), period=period), EVERYTHING)
        assert caught.value.code == "nothing_to_report"


def ask(home, output, **more):
    given = {"period": "2024-03", "start": None, "end": None, "by": None, "where": None, "lang": "zh-hans"}
    return report(argparse.Namespace(home=home, output=str(output), **given | more))


@pytest.fixture
def few(monkeypatch):
    """The command drafts all indicators there are: here these."""
    monkeypatch.setattr(commands, "Query", partial(Query, indicators=ASKED))


@pytest.mark.long
def test_the_command_takes_every_indicator(phone_home, tmp_path):
    code, answer = ask(phone_home, tmp_path / "r.xlsx")
    assert code == 0 and answer["items"] > 20 and "fcr" in answer["low"]


@pytest.mark.usefixtures("few")
def test_the_command_writes_the_file_and_tells_the_low_items(phone_home, tmp_path):
    code, answer = ask(phone_home, tmp_path / "r.xlsx")
    assert code == 0 and (tmp_path / "r.xlsx").stat().st_size > 5000
    assert "fcr" in answer["low"] and answer["period"] == "2024-03"


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(("more", "code"), [({"period": "2019-01"}, 1), ({"period": "spring"}, 2), ({"where": "("}, 2)])
def test_the_command_refuses_with_a_sentence(phone_home, tmp_path, capsys, more, code):
    assert ask(phone_home, tmp_path / "r.pdf", **more) == (code, None)
    assert capsys.readouterr().err and not list(tmp_path.iterdir())
