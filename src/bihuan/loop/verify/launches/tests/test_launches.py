"""A launch is judged by what was agreed when it was registered, at most twice, and says when it cannot tell."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.core import workspace
from bihuan.core.rights import NotAllowed
from bihuan.engine.effects import decide
from bihuan.engine.effects.keeping import evidence_from_json, yardstick_from_json
from bihuan.engine.effects.reading import gather, judge_evidence
from bihuan.engine.effects.waiting import NEVER
from bihuan.loop.improve.measures.tests.world import CHANGE

from .. import services
from ..models import Effect, Launch

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text(encoding="utf-8"))


def url(name, *args):
    return reverse(f"launches:{name}", args=args)


def test_a_launch_that_worked_is_found_with_interval_n_and_method(registered, cast):
    """The world plants 60 % to 90 % in n1 and nothing in n2: the effect is 30 points."""
    launch = registered()
    assert services.judge_due_launches() == 1
    assert services.judge_due_launches() == 0
    effect = launch.effects.get()
    assert effect.verdict == "effective", (effect.result["reason"], effect.result["n_after"], effect.result["low"])
    assert effect.result["low"] < 0.30 < effect.result["high"]
    assert effect.result["method"] and effect.result["n_before"] > 300 and effect.result["n_after"] > 100
    assert effect.until == CHANGE + timedelta(weeks=12, days=-1)
    again = judge_evidence(yardstick_from_json({**launch.yardstick, "until": effect.until.isoformat()}),
                           evidence_from_json(effect.evidence))
    assert again.verdict == "effective" and again.effect == effect.result["effect"]


def test_a_launch_without_an_effect_is_not_called_one(registered):
    launch = registered(unit_code="n2", against="n1", launched_on=date(2025, 4, 14))
    services.judge_due_launches()
    assert launch.effects.first().verdict in ("no_effect_shown", "cannot_tell")


@pytest.mark.parametrize(("unit", "against"), [("n1", "n1"), ("north", "n2"), ("n1", "north"), ("", "n2")])
def test_who_is_compared_with_is_not_touched_itself(registered, cast, unit, against):
    with pytest.raises(services.LaunchError, match="对照单位"):
        registered(unit_code=unit, against=against, actor=cast.director)


def test_a_unit_of_another_kind_is_compared_with_and_one_without_rows_is_refused(registered, cast):
    """n1 is a team, south a centre: with both conditions at once nobody would be left. South has no rows here."""
    with pytest.raises(services.LaunchError, match="没有这个指标的记录"):
        registered(against="south", actor=cast.director)
    launch = registered(against="north", unit_code="s1", actor=cast.director)
    evidence = gather(workspace.home(), yardstick_from_json(launch.yardstick))
    assert evidence.against is not None and evidence.against.n.sum() > 300


def test_too_little_before_cannot_tell_and_is_looked_at_once_more(registered, cast, monkeypatch):
    # How many weeks would tell is drawn for ten seconds; engine/effects tests it.
    monkeypatch.setattr(decide, "need", lambda *_, **__: NEVER)
    launch = registered(launched_on=date(2025, 1, 27), against="")
    assert services.judge_launch(launch=launch, actor=cast.manager).verdict == "cannot_tell"
    assert services.next_look(launch) == (2, date(2025, 1, 27) + timedelta(weeks=24, days=-1))
    services.judge_launch(launch=launch, actor=cast.manager)
    assert services.next_look(launch) is None
    with pytest.raises(services.LaunchError, match="误判"):
        services.judge_launch(launch=launch, actor=cast.manager)


def test_nothing_is_judged_before_its_weeks_have_passed_or_when_the_yardstick_was_changed(registered, cast):
    launch = registered(weeks=20)
    with pytest.raises(services.LaunchError, match="现有数据只到"):
        services.judge_launch(launch=launch, actor=cast.manager)
    launch = registered()
    launch.yardstick["worthwhile"] = 0.01
    launch.save()
    with pytest.raises(services.LaunchError, match="校验值"):
        services.judge_launch(launch=launch, actor=cast.manager)
    assert services.judge_due_launches() == 0


def test_one_written_down_afterwards_is_marked(registered):
    assert registered().registered_late
    assert not registered(launched_on=date(2030, 1, 1)).registered_late


def test_acceptance_needs_words_for_a_no_and_a_day_that_has_been(registered, cast, later):
    launch = registered()
    told = {"launch": launch, "party": "customer", "who": "C12", "said_on": later, "actor": cast.manager}
    services.accept_launch(**told, accepted=True, note="回电 13912345678")
    assert "13912345678" not in launch.acceptances.get().note and launch.acceptances.get().who == "C12"
    for changes in ({"accepted": False, "note": ""}, {"accepted": True, "note": "", "said_on": date(2020, 1, 1)},
                    {"accepted": True, "note": "", "who": " "}, {"accepted": True, "note": "", "party": "x"}):
        with pytest.raises(services.LaunchError):
            services.accept_launch(**told | changes)
    assert launch.acceptances.count() == 1


def test_what_lacks_sense_or_lies_beyond_ones_reach_is_refused(registered, cast):
    for changes in ({"kind": "x"}, {"what": " "}, {"weeks": 2}, {"guards": ("fcr_flag",)}, {"against": "n1"},
                    {"indicator": "contact_volume"}):
        with pytest.raises(services.LaunchError):
            registered(**changes)
    for changes in ({"unit_code": "s1"}, {"unit_code": ""}, {"against": "s1"}):
        with pytest.raises(NotAllowed):
            registered(**changes)
    with pytest.raises(NotAllowed):
        registered(actor=cast.leader)


def test_the_pages_lead_from_registering_to_the_answer(client, cast, later):
    client.force_login(cast.manager)
    form = {"kind": "script", "title": "新开场白", "what": "六句改为三句", "launched_on": CHANGE, "unit_code": "n1",
            "indicator": "fcr_flag", "against": "n2", "worthwhile": "0.15", "weeks": 12, "owner": cast.leader.pk}
    assert client.get(url("launch_new")).status_code == 200
    assert client.post(url("launch_new"), {**form, "what": "短"}).status_code == 422
    assert client.post(url("launch_new"), form).status_code == 302
    launch = Launch.objects.get()
    said = {"party": "department", "who": "北一组", "accepted": "no", "said_on": later}
    assert client.post(url("launch_accept", launch.pk), said).status_code == 422
    assert client.post(url("launch_accept", launch.pk), {**said, "note": "话术太短"}).status_code == 302
    assert client.post(url("launch_judge", launch.pk)).status_code == 302
    page = client.get(url("launch", launch.pk)).content.decode()
    assert "有效" in page and "95%" in page and "话术太短" in page and "上线之后才登记" in page
    assert "/evaluate/indicators/fcr_flag/rows/?" in page and "/plan/cycles/new/?kind=launch" in page
    assert Effect.objects.count() == 1


def test_the_outsider_gets_404(client, registered, cast):
    launch = registered()
    for name in ("outsider", "nobody", "agent", "vendor"):
        client.force_login(getattr(cast, name))
        assert client.get(url("launch", launch.pk)).status_code == 404, name
        assert client.get(url("launch_new")).status_code == 404, name
        for view in ("launch_accept", "launch_judge"):
            assert client.post(url(view, launch.pk)).status_code == 404, (name, view)
    around = url("around"), {"since": CHANGE.isoformat(), "until": (CHANGE + timedelta(days=1)).isoformat()}
    client.force_login(cast.nobody)
    assert client.get(url("launch_list")).status_code == client.get(*around).status_code == 404
    client.force_login(cast.outsider)
    assert "新开场白" not in client.get(url("launch_list")).content.decode()
    assert "您能看到的范围内，这段时间没有登记过上线" in client.get(*around).content.decode()
    client.force_login(cast.manager)
    assert f"{launch.number} 新开场白" in client.get(*around).content.decode()
    Launch.objects.update(unit_code="")
    page = client.get(*around).content.decode()
    assert "另有 1 次影响全公司的上线" in page and "新开场白" not in page and "没有登记过" not in page
    assert client.get(around[0], {"since": "x"}).status_code == 404


def test_the_list_asks_as_many_questions_as_pinned(client, registered, cast):
    for _number in range(3):
        registered()
    client.force_login(cast.manager)
    client.get(url("launch_list"))
    with CaptureQueriesContext(connection) as asked:
        client.get(url("launch_list"))
    assert len(asked) == COUNTS["launch_list"]
