"""The pages of verdicts: what the data say, closing, the chain, templates; outsiders find nothing."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bihuan.loop.improve.measures.models import Measure
from bihuan.loop.improve.measures.tests.world import CHANGE
from bihuan.loop.improve.staffing.models import Plan
from bihuan.loop.improve.staffing.queries import UNITS
from bihuan.loop.verify.verdicts import services
from bihuan.loop.verify.verdicts.models import Promotion, Review

COUNTS = json.loads((Path(__file__).parent / "query_counts.json").read_text())


def at(name, *args):
    return reverse(f"verdicts:{name}", args=args)


def test_from_the_review_to_the_template(client, cast, done):
    services.open_reviews()
    client.force_login(cast.manager)
    assert done.number in client.get(at("review_list")).content.decode()
    assert "现在判定" in client.get(at("measure", done.pk)).content.decode()
    client.post(at("review_compute", Review.objects.get().pk))
    page = client.get(at("measure", done.pk)).content.decode()
    for words in ("有效", "双重差分", "95%", "个百分点", "没有改进时，两方会一样变化", "data-chart",
                  done.yardstick["hash"]):
        assert words in page, words
    assert client.post(at("measure_close", done.pk), {"note": "保持"}).status_code == 302
    made = client.post(at("verdict_promote", Review.objects.get().verdict.pk), {"note": "照样演练"})
    assert made["Location"] == at("promotion", Promotion.objects.get().pk)
    assert "照样演练" in client.get(made["Location"]).content.decode()
    assert "实测效果" in client.get(at("promotion_list")).content.decode()
    assert client.get(at("chain")).status_code == 200
    assert client.get(at("of_measure"), {"measure": done.pk})["Location"] == at("measure", done.pk)
    taken = client.post(made["Location"], {
        "unit_code": "n2", "accountable": cast.leader.pk, "reason": "晚间重复来电占三成"})
    assert taken.status_code == 302


def test_evidence_is_given_to_those_who_see_its_rows(client, cast, judged):
    client.force_login(cast.manager)
    told = json.loads(client.get(at("verdict_evidence", judged.pk)).content)
    assert told["yardstick"]["indicator"] == "fcr_flag" and len(told["evidence"]["series"]["starts"]) > 30
    client.force_login(cast.leader)
    page = client.get(at("measure", judged.measure_id)).content.decode()
    assert "您不能查看这些记录的逐期数值" in page and "data-chart" not in page
    assert client.get(at("verdict_evidence", judged.pk)).status_code == 404


def test_a_verdict_shows_what_was_foretold_of_a_roster_beside_what_came(client, cast, done):
    """Foretold 80 %, came 74 %: missed by 6 points. The world has no calls, so nothing is scored by itself."""
    foretold = {name: {"value": 0.8, "low": 0.75, "high": 0.85} for name in UNITS}
    result = {"seen": dict.fromkeys(UNITS, 0.7), "error": dict.fromkeys(UNITS, 0.01), "effect": foretold,
              "predicted": foretold, "as_of": "2025-05-01",
              "replayed": {"contacts": 900, "figures": foretold, "by_hour": {}}}
    plan = Plan.objects.create(name="晚间加二人", start=date(2025, 4, 1), end=date(2025, 4, 28), made_by=cast.director,
                               people=2, weekdays=[1], state="ready", result=result, measure=done)
    services.open_reviews()
    services.compute_verdict(review=Review.objects.get(measure=done))
    plan.refresh_from_db()
    assert plan.actual is None
    client.force_login(cast.director)
    assert "事后推演，不计分" in client.get(at("measure", done.pk)).content.decode(), "made years after it began"
    Plan.objects.update(made_at=datetime(2025, 5, 1, tzinfo=UTC))
    assert "预测尚未对照" in client.get(at("measure", done.pk)).content.decode()
    came = {name: {"value": 0.74, "low": 0.7, "high": 0.78, "place": "inside"} for name in UNITS}
    Plan.objects.update(in_force=date(2025, 7, 1), actual={"contacts": 500, "until": "2025-07-28", "figures": came})
    page = client.get(at("measure", done.pk)).content.decode()
    assert "-6.0 个百分点" in page and "74.0%" in page and "区间有重叠" in page


def test_outsiders_find_nothing(client, cast, judged):
    for person in (cast.outsider, cast.nobody):
        client.force_login(person)
        assert client.get(at("measure", judged.measure_id)).status_code == 404
        assert client.get(at("verdict_evidence", judged.pk)).status_code == 404
        for name, pk in (("measure_close", judged.measure_id), ("review_compute", judged.review_id),
                         ("verdict_again", judged.pk), ("verdict_promote", judged.pk)):
            assert client.post(at(name, pk)).status_code == 404, name
    for name in ("review_list", "chain", "promotion_list", "of_measure"):
        assert client.get(at(name)).status_code == 404
    assert client.get(at("promotion", 1)).status_code == 404
    assert client.get(at("of_finding"), {"finding": 1}).status_code == 404


def test_who_answers_for_a_measure_does_not_close_it(client, cast, judged):
    client.force_login(cast.leader)
    assert client.post(at("measure_close", judged.measure_id)).status_code == 404


@pytest.mark.parametrize("name", ["review_list", "chain", "promotion_list"])
def test_lists_take_as_many_statements_as_agreed(client, cast, done, name):
    services.open_reviews()
    client.force_login(cast.manager)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(at(name)).status_code == 200
    assert len(statements) == COUNTS[name]


def test_what_moved_before_is_told_with_its_week_and_what_was_registered_then(client, cast, judged):
    """The verdict as it is kept where another event explains the movement, eleven weeks before the change."""
    judged.verdict, judged.result["reason"], judged.result["need"] = "cannot_tell", "moved_before", {
        "weeks": 12, "n": 400}
    judged.result["extra"] |= {"other_odds": 2.5, "other_weeks": 11.0}
    judged.result["guards"] = [{"indicator": "csat", "state": "moved_before", "effect": -0.1, "low": -0.15,
                                "high": -0.05, "worthwhile": 0.05, "other_odds": 3.0, "other_weeks": 9.0}]
    judged.save()
    other = Measure.objects.get(pk=judged.measure_id)
    other.pk, other.number, other.title, other.change_on = None, "M-0099", "换班表", CHANGE - timedelta(weeks=10)
    other.save()
    client.force_login(cast.manager)
    page = client.get(at("measure", judged.measure_id)).content.decode()
    for words in (f"约从 {CHANGE - timedelta(weeks=11)} 那一周（新做法开始前 11 周）起", "2.5 倍", "M-0099 换班表",
                  "再等 12 周", reverse("launches:around"), "等数据够了再复评一次",
                  "变化前约 9 周起就已经在变"):
        assert words in page, words
    del judged.result["extra"]      # as results were kept before there was such a field
    judged.save()
    other.delete()
    page = client.get(at("measure", judged.measure_id)).content.decode()
    assert "指标在新做法开始之前就已经在变" in page
    assert "您能看到的范围内，没有别的措施在这段时间开始" in page, "others may have begun beyond the manager's centre"
    judged.result["reason"] = "guard_moved_before"
    judged.save()
    client.force_login(cast.director)
    page = client.get(at("measure", judged.measure_id)).content.decode()
    assert "不能变差的指标变差了，但它在新做法开始之前就已经在变" in page
    assert "没有别的措施在这段时间开始" in page and "您能看到的范围内" not in page
