"""Rules over items and the whole: each with questionnaires it flags and questionnaires it leaves alone."""

import pytest

from ...questionnaire import read, write
from ...questionnaire.tests.builders import document, questionnaire, rating, single
from .. import check_words, estimate, lint, purpose_gaps, reordered, rules

ENDS = {"minRateDescription": "非常不满意", "maxRateDescription": "非常满意"}
GOOD = {
    "title": "客户满意度调查", "description": "想了解您的看法，约3分钟。",
    "pages": [{"name": "p1", "elements": [
        rating("q1", title="您对服务的总体评价是？", metric="csat", role="overall", isRequired=True,
               **ENDS),
        rating("q2", title="您对响应速度的评价是？", dimension="response_speed", **ENDS),
        rating("q3", title="您对售后保障的评价是？", dimension="after_sales", notApplicable=True, **ENDS),
        {"type": "comment", "name": "q4", "title": "您认为最需改进的环节是？", "role": "open"}]}]}


def ids(told):
    return {hit.rule_id for hit in lint(read(told))}


def test_a_good_questionnaire_is_clean():
    assert lint(read(GOOD)) == []


def rated(**more):
    return document([rating("q1", **{"title": "您对服务的评价是？", "dimension": "value", **ENDS, **more})])


def chosen(*choices, title="您对服务的评价是？", kind="radiogroup", **more):
    return document([{"type": kind, "name": "q1", "title": title, "choices": list(choices), **more}])


FLAGGED = [
    (rated(title="您" + "对我们这一次服务当中每位工作人员" * 3 + "的评价是？"), "long_title"),
    (chosen(*[f"城市{n}" for n in range(10)]), "many_choices"),
    (chosen(*[f"项{n}" for n in range(7)], kind="ranking"), "many_choices"),
    (chosen("非常满意", "满意", "比较满意", "一般", "不满意"), "unbalanced_scale"),
    (chosen("很好", "好", "一般"), "unbalanced_scale"),
    (chosen("很差", "差", "不太好", "好"), "unbalanced_scale"),
    (chosen("非常同意", "同意", "中立", "不同意"), "unbalanced_scale"),
    (chosen("优", "良", "中等", "差"), "unbalanced_scale"),
    (chosen("超赞", "很棒", "不错", "一般"), "unbalanced_scale"),
    (chosen("非常合理", "合理", "基本合理", "不合理", "不清楚"), "unbalanced_scale"),
    (chosen("令人惊喜", "满意", "尚可", "还行"), "unbalanced_scale"),
    (chosen("非常解渴", "很解渴", "一般", "不解渴"), "unbalanced_scale"),
    (document([{"type": "matrix", "name": "q1", "title": "评价", "rows": ["速度"],
                "columns": ["非常满意", "满意", "不满意"]}]),
     "unbalanced_scale"),
    (rated(minRateDescription="", maxRateDescription=""), "no_anchors"),
    (rated(minRateDescription="非常满意", maxRateDescription="非常不满意"), "anchors_unlike"),
    (rated(minRateDescription="一般", maxRateDescription="非常满意"), "anchors_unlike"),
    (rated(minRateDescription="满意", maxRateDescription="非常满意"), "anchors_unlike"),
    (rated(title="您对投诉处理的评价是？"), "missing_not_applicable"),
    (rated(title="您对上门安装的评价是？"), "missing_not_applicable"),
    (chosen("电话", "微信", "邮件", title="您通过哪些渠道联系我们？", kind="checkbox"), "missing_other"),
    (chosen("太贵", "太慢", "不会用", title="您离开的主要原因是？"), "missing_other"),
    (chosen("1-3年", "3-5年", "5年以上"), "overlapping_ranges"), (chosen("18-25岁", "28-35岁"), "overlapping_ranges"),
    (document([{"type": "comment", "name": "q1", "title": "建议？", "isRequired": True}]), "required_open"),
    (rated(dimension=""), "unscored_dimension"),
    (document([rating("q2", dimension="value"), rating("q1", role="overall")]), "order"),
    (document([{"type": "comment", "name": "q2", "title": "建议？"}, rating("q1", dimension="value")]), "order"),
    (document([single("q2", role="profile"), rating("q1", role="overall")]), "order"),
    (document([rating(f"q{n}", title="您对这一方面的评价是？") for n in range(90)]), "too_slow"),
    (document([{"type": "comment", "name": f"q{n}", "title": f"建议{n}？"} for n in range(4)]), "many_open"),
    (rated(), "no_overall"), (rated(), "no_open"), (rated(), "no_required"), (rated(), "no_notice"),
    (document([rating("q1", dimension="a"), rating("q2", dimension="b", rateMax=7)]), "mixed_scales"),
    (document([rating("q1", dimension="a"), rating("q2", dimension="b", reversed=True)]), "mixed_direction"),
    (document([rating("q1", title="您对速度的评价是？"), rating("q2", title="你对态度的评价是？")]), "mixed_address"),
    (document([rating("q1", title="您对服务的评价是？"), rating("q2", title="您对我们的服务评价是？")]),
     "same_question"),
    (chosen("1次", "2-3次", "5次以上"), "overlapping_ranges"),
    (chosen("不到半年", "半年到一年", "一年到三年", "三年以上"), "overlapping_ranges"),
    (rated(minRateDescription="非常慢", maxRateDescription="非常满意"), "anchors_unlike"),
    (rated(title="隔壁小区都装了门禁，您家装吗？"), "suspect"),
]
CLEAN = [
    (rated(), "long_title"), (chosen(*[f"城市{n}" for n in range(10)], kind="dropdown"), "many_choices"),
    (chosen("非常满意", "满意", "一般", "不满意", "非常不满意"), "unbalanced_scale"),
    (chosen("好", "差"), "unbalanced_scale"), (chosen("上海", "北京", "广州"), "unbalanced_scale"),
    (chosen("超出预期", "符合预期", "低于预期"), "unbalanced_scale"),
    (chosen("非常满意", "满意", "一般", "不满意", "非常不满意", "不清楚"), "unbalanced_scale"),
    (chosen("非常清楚", "比较清楚", "一般", "不太清楚", "不清楚"), "unbalanced_scale"),
    (chosen("非常丰富（能满足不同口味）", "较丰富", "一般", "较匮乏", "非常匮乏"), "unbalanced_scale"),
    (chosen("非常快", "比较快", "适中", "比较慢", "非常慢"), "unbalanced_scale"),
    (chosen("总是如此", "经常如此", "有时如此", "从未如此"), "unbalanced_scale"),
    (chosen("1次", "2-3次", "4次以上"), "unbalanced_scale"),
    (chosen("非常容易", "容易", "困难", "非常困难"), "unbalanced_scale"),
    (chosen("满意", "不满意", "没用过"), "unbalanced_scale"), (rated(), "no_anchors"), (rated(), "anchors_unlike"),
    (rated(minRateDescription="非常满意", maxRateDescription="非常不满意", reversed=True), "anchors_unlike"),
    (rated(minRateDescription="0次", maxRateDescription="10次"), "anchors_unlike"),
    (rated(title="您对投诉处理的评价是？", notApplicable=True), "missing_not_applicable"),
    (rated(title="您对响应速度的评价是？"), "missing_not_applicable"),
    (document([single("q0", "a", "b"), rating("q1", title="您对维修的评价是？", visibleIf="{q0} = 'a'")]),
     "missing_not_applicable"),
    (chosen("电话", "微信", "邮件", title="您通过哪些渠道联系我们？", showOtherItem=True), "missing_other"),
    (chosen("电话", "微信", "其他方式", title="您通过哪些渠道联系我们？"), "missing_other"),
    (chosen("男", "女", title="性别"), "missing_other"),
    (chosen("1年以内", "1-3年", "4-5年", "5年以上"), "overlapping_ranges"),
    (chosen("18-25岁", "26-35岁"), "overlapping_ranges"),
    (chosen("0.5-1.5元", "1.5-2.5元"), "overlapping_ranges"), (GOOD, "suspect"),
    (chosen("不到半年", "半年以上不到一年", "一年以上"), "overlapping_ranges"),
    (chosen("1次", "2-3次", "4次及以上"), "overlapping_ranges"), (chosen("1周", "2周", "4周"), "overlapping_ranges"),
    (rated(minRateDescription="非常慢", maxRateDescription="非常快"), "anchors_unlike"),
    (document([{"type": "comment", "name": "q1", "title": "建议？"}]), "required_open"),
    (rated(), "unscored_dimension"),
    (rated(dimension="", role="overall"), "unscored_dimension"), (GOOD, "order"), (GOOD, "too_slow"),
    (GOOD, "many_open"),
    (GOOD, "no_overall"), (GOOD, "no_open"), (GOOD, "no_required"), (GOOD, "no_notice"),
    (GOOD, "mixed_scales"), (GOOD, "mixed_direction"),
    (GOOD, "mixed_address"), (GOOD, "same_question"),
]


@pytest.mark.parametrize(("told", "rule"), FLAGGED)
def test_what_is_badly_built_is_flagged(told, rule):
    found = [hit for hit in lint(read(told)) if hit.rule_id == rule]
    assert found
    for hit in found:
        assert hit.hint("zh") and hit.hint("en") and "{" not in hit.hint("zh")


@pytest.mark.parametrize(("told", "rule"), CLEAN)
def test_what_is_well_built_is_left_alone(told, rule):
    assert rule not in ids(told)


def test_every_rule_has_an_example_on_either_side():
    built = {rule.id for rule in rules().values() if rule.kind != "wording"}
    assert {rule for _, rule in FLAGGED} == built == {rule for _, rule in CLEAN}


MIXED = document(
    [{"type": "comment", "name": "open", "title": "建议？", "role": "open"}, single("age", role="profile"),
     rating("speed", dimension="response_speed"), rating("all", role="overall"),
     {"type": "comment", "name": "why", "title": "原因？", "visibleIf": "{all} < 3"}, rating("nps", metric="nps")])


def test_one_click_puts_the_items_in_order_and_keeps_follow_ups_with_their_question():
    found = reordered(read(MIXED))
    assert found.names == ("all", "why", "speed", "nps", "open", "age")
    assert "order" not in {hit.rule_id for hit in lint(found)}
    assert read(write(found)) == found


def test_pages_are_moved_whole_where_they_can_be():
    told = document([single("age", role="profile")], [rating("speed", dimension="a")], [rating("all", role="overall")])
    assert [page.name for page in reordered(read(told)).pages] == ["p3", "p2", "p1"]
    mixed = document([rating("speed", dimension="a"), single("age", role="profile")], [rating("all", role="overall")])
    found = reordered(read(mixed))
    assert found.names == ("all", "speed", "age") and [len(page.elements) for page in found.pages] == [1, 2]


def test_a_screening_question_stays_in_front():
    told = document([rating("all", role="overall"), single("knows", role="screening")])
    assert reordered(read(told)).names == ("knows", "all")


def test_the_time_grows_with_what_there_is_to_read_and_to_do():
    short = estimate(questionnaire(rating("q1", title="短")))
    long = estimate(questionnaire(rating("q1", title="长" * 60)))
    assert long.seconds - short.seconds == pytest.approx(59 / 5)
    shown_to_some = estimate(questionnaire(rating("q0"), rating("q1", title="长" * 60, visibleIf="{q0} = 1")))
    assert shown_to_some.by_item["q1"] == pytest.approx(long.by_item["q1"] / 2)
    typed = estimate(questionnaire({"type": "comment", "name": "q1", "title": "短"}))
    assert typed.seconds > short.seconds


PURPOSES = [
    ("测量2026年第一季度宽带新装客户的总体满意度", ()), ("了解双十一期间在线客服的满意度和等待时长", ()),
    ("3月断网后受影响客户的流失原因，4月底前完成", ()),
    ("上半年VIP客户的推荐意愿与去年同期的差距", ()), ("提升服务水平", ("metric", "object", "period")),
    ("了解客户满意度", ("object", "period")), ("2026年客户满意度", ("object",)),
    ("收集大家的意见", ("metric", "object", "period")),
    ("第二季度改进服务", ("metric", "object")), ("测量热线的满意度", ("period",)), ("", ("metric", "object", "period")),
    ("倾听客户声音，持续改进", ("metric", "object", "period")), ("2026年全体客户满意度", ()),
    ("华东大区企业客户的续费原因", ("period",)),
]


@pytest.mark.parametrize(("text", "gaps"), PURPOSES)
def test_a_purpose_says_what_is_measured_of_whom_and_when(text, gaps):
    assert purpose_gaps(text) == gaps


@pytest.mark.parametrize(("asked", "better"), [
    ("您是否觉得问题解决得很好？", "您对问题解决的评价是？"), ("您有没有觉得新版本更方便？", "您对新版本的评价是？")])
def test_what_a_leading_question_is_rewritten_to_reads_well(asked, better):
    assert [hit.rewrite for hit in check_words(asked) if hit.rule_id == "leading"] == [better]
