"""Goals as the source documents state them are read; wishes are refused with what they lack."""

from dataclasses import replace
from datetime import date

import pytest

from bihuan.engine.indicators.passports import shipped

from ..contracts import Baseline, Terms
from ..queries.sentences import Read, read_sentence
from ..queries.smart import is_vague, missing

GOOD = Terms(
    title="提升电话一次性解决率至90%", indicator="fcr", direction="up", unit="%", filters=(), measured="month",
    baseline_start=date(2026, 1, 1), baseline_end=date(2026, 1, 31), baseline=Baseline(0.82, 400, 0.78, 0.86),
    aim="absolute", amount=0.9, start=date(2026, 2, 1), due=date(2026, 6, 30), reason="重复来电占来电的三成")


@pytest.mark.parametrize(("text", "read"), [
    ("提升电话一次性解决率至90%", Read("fcr", "phone", "absolute", 0.9)),
    ("降低投诉重复率20%", Read("repeat_complaint", None, "relative", -0.2)),
    ("在线响应时长缩短至 30 秒以内", Read("online_first_response", None, "absolute", 30.0)),
    ("满意度百分比提高10%", Read("csat", None, "relative", 0.1)),
    ("NPS 达到 40", Read("nps", None, "absolute", 40.0)),
    ("重复投诉率控制在 8% 以内", Read("repeat_complaint", None, "absolute", 0.08)),
])
def test_a_sentence_is_read(text, read):
    assert read_sentence(text, shipped()) == read


def test_a_sentence_without_a_number_says_what_it_lacks():
    assert read_sentence("提升服务质量", shipped()).lacking == ("indicator", "amount")
    assert read_sentence("提高一次性解决率", shipped()).lacking == ("amount",)


def test_the_target_of_a_relative_goal_comes_from_its_baseline():
    terms = replace(GOOD, aim="relative", amount=-0.2, baseline=Baseline(0.15, 200, 0.1, 0.2), direction="down")
    assert terms.target == pytest.approx(0.12)
    assert missing(terms) == []


@pytest.mark.parametrize(("change", "letter", "field"), [
    ({"title": "持续提升服务质量"}, "S", "title"),
    ({"direction": "none"}, "S", "indicator"),
    ({"baseline": Baseline(None, 0)}, "M", "baseline_start"),
    ({"amount": 1.2}, "A", "amount"),
    ({"amount": 0.8}, "A", "amount"),
    ({"reason": "提升客户体验"}, "R", "reason"),
    ({"due": date(2026, 1, 1)}, "T", "due"),
    ({"start": date(2026, 1, 15)}, "T", "start"),
    ({"due": date(2036, 1, 1)}, "T", "due"),
])
def test_each_smart_property_is_asked_for(change, letter, field):
    lacking = missing(replace(GOOD, **change))
    assert [(one.letter, one.field) for one in lacking] == [(letter, field)]
    assert lacking[0].text


def test_a_goal_with_all_five_is_taken():
    assert missing(GOOD) == []


@pytest.mark.parametrize(("text", "vague"), [
    ("提升服务质量", True), ("不断改善客户体验，提高满意度", True), ("晚间接不起的来电占投诉的三成", False),
    ("2小时缩短至30分钟", False)])
def test_a_wish_is_told_from_a_statement(text, vague):
    assert is_vague(text) is vague
