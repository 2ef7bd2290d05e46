"""English titles and traditional characters; what choices make good. Invented examples."""

import pytest

from ...questionnaire import read
from ...questionnaire.tests.builders import document, rating
from .. import check_words, lint

PLAIN = """How satisfied are you with the cleanliness of the waiting room?
How easy was it to book your appointment online?
How long did you wait before you were seen?
Was your problem solved during this visit?
How clear was the explanation of your bill?
How likely are you to recommend our branch to a friend or colleague?
In the last three months, how many times have you contacted our call centre?
How satisfied are you with the way your complaint was handled?
How often did you use the app in the past month?
How many people live in your household?
What could we do better?
Is there anything else you would like to tell us?
How would you rate the courtesy of the security guard?
Overall, how satisfied are you with our service?""".splitlines()
PUSHING = [
    ("How friendly and knowledgeable was our staff?", "double_barrelled", "friendly and knowledgeable"),
    ("Wouldn't you say the new counter is faster?", "leading", "Wouldn't you"),
    ("Do you agree that our prices are very reasonable?", "leading", "Do you agree that our prices are very"),
    ("How do you rate our world-class lounge?", "loaded", "world-class"),
    ("Most customers choose the premium plan. Would you?", "pressure", "Most customers"),
    ("What did you like most about your stay?", "presupposing", "What did you like"),
    ("Are you not unhappy with the change?", "double_negation", "not unhappy"),
    ("Should the branch not close on Saturdays?", "negated", "not"),
    ("How satisfied are you with our IVR?", "jargon", "IVR"), ("Is the courier always on time?", "absolute", "always"),
    ("Have you contacted us recently?", "vague", "recently"),
    ("Would you pay more if delivery was same day?", "hypothetical", "Would you pay more if"),
    ("How many complaints did you make in the past two years?", "recall", "in the past two years"),
    ("What is your monthly income?", "sensitive", "income"),
    ("Was the bill correct? If not, what was wrong?", "two_questions", "? If not, what was wrong?"),
]
TRADITIONAL = [
    ("您不覺得本店的價格比別家便宜許多嗎？", "rhetorical", None),
    ("假如本行在週六也營業，您會不會前來辦理業務？", "hypothetical", None),
    ("請問您對承辦人員的專業知識及辦理速度是否滿意？", "double_barrelled", None),
    ("您是否認為我們的服務很好？", "leading", "您對服務的評價是？"),
]
BOTH_WAYS = ["非常不合理", "不合理", "一般", "合理", "非常合理"]
ONE_WAY = ["非常合理", "合理", "比较合理", "一般"]


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_english_question_is_left_alone(text):
    assert check_words(text) == []


@pytest.mark.parametrize(("text", "rule", "quote"), PUSHING)
def test_an_english_question_is_judged_by_english_words(text, rule, quote):
    assert [hit.quote for hit in check_words(text) if hit.rule_id == rule] == [quote]


@pytest.mark.parametrize(("text", "rule", "better"), TRADITIONAL)
def test_traditional_characters_are_read_and_a_rewrite_keeps_them(text, rule, better):
    found = {hit.rule_id: hit for hit in check_words(text)}
    assert found[rule].quote in text and found[rule].rewrite == better


def ids(*choices, title="您认为收费合理吗？", kind="radiogroup"):
    told = document([{"type": kind, "name": "q1", "title": title, "choices": list(choices)}])
    return {hit.rule_id for hit in lint(read(told)) if hit.item}


def test_a_scale_with_both_sides_makes_a_plain_question_good_and_nothing_else_does():
    assert ids(*BOTH_WAYS) == set()
    assert ids(*ONE_WAY) >= {"leading", "unbalanced_scale"}
    assert "leading" in ids(*BOTH_WAYS, title="您认为收费非常合理吗？")
    assert "leading" in ids("是", "否")
    scale = {"minRateDescription": "非常不合理", "maxRateDescription": "非常合理"}
    asked = rating("q1", title="您认为收费合理吗？", dimension="value", **scale)
    assert not {hit.rule_id for hit in lint(read(document([asked]))) if hit.item}


def test_who_met_nothing_finds_a_choice():
    asked = "骑手这次迟到的原因是什么？"
    assert "presupposing" in ids("天气", "仓库", "其他", title=asked)
    assert "presupposing" not in ids("天气", "仓库", "其他", "没有遇到迟到", title=asked)


def test_personal_data_may_be_asked_for_where_silence_is_a_choice():
    assert "sensitive" in ids("10万元以下", "10万元及以上", title="您家庭的年收入是？")
    assert "sensitive" not in ids("10万元以下", "10万元及以上", "不愿透露", title="您家庭的年收入是？")


def test_who_is_asked_of_this_time_has_met_it():
    def found(title):
        return {hit.rule_id for hit in lint(read(document([rating("q1", title=title, dimension="value")])))}

    assert "missing_not_applicable" in found("您对维修速度的评价是？")
    assert "missing_not_applicable" not in found("您对本次维修速度的评价是？")


@pytest.mark.parametrize(("choices", "title", "rule"), [
    (["太高", "偏高", "略高", "合理"], "您对收费的看法是？", "unbalanced_scale"),
    (["Excellent", "Very good", "Good", "Fair"], "How would you rate our support?", "unbalanced_scale"),
    (["18 to 25", "25 to 35", "Over 35"], "How old are you?", "overlapping_ranges"),
    (["很快（1-3分钟）", "一般（3-5分钟）", "较慢（5分钟以上）"], "您等了多久？", "overlapping_ranges"),
    (["Friend", "Website", "Passing by"], "How did you hear about this branch?", "missing_other"),
    (["網路", "親友", "海報"], "您透過哪些管道得知本活動？", "missing_other")])
def test_choices_in_other_words_are_judged_too(choices, title, rule):
    assert rule in ids(*choices, title=title)


@pytest.mark.parametrize(("choices", "title"), [
    (["太少", "偏少", "刚刚好", "偏多", "太多"], "您认为餐食的份量如何？"),
    (["Very satisfied", "Satisfied", "Neutral", "Dissatisfied", "Very dissatisfied"], "How was the call?"),
    (["Under $30,000", "$30,000 to $59,999", "$60,000 or more"], "Which group are you in?"),
    (["會", "不會", "不一定"], "您今天會再來嗎？"),
    (["非常合理", "比较合理", "一般", "不太合理", "非常不合理"], "您认为“七天无理由退货”的规定是否合理？"),
    (["经常会", "偶尔会", "很少会", "从不会"], "您会看每周食谱吗？"),
    (["全部讲清", "讲清一部分", "没有讲清", "不需要材料"], "窗口人员讲清需要哪些材料了吗？"),
    (["10万元以下", "10万元（含）至30万元", "30万元（含）以上"], "您属于哪一组？"),
    (["Friend", "Website", "Other"], "How did you hear about this branch?")])
def test_choices_that_hold_every_answer_are_left_alone(choices, title):
    assert not ids(*choices, title=title) & {"unbalanced_scale", "overlapping_ranges", "missing_other"}


def test_the_length_of_an_english_title_is_counted_in_words():
    long = " ".join(["How", "was", *["the"] * 24])
    assert "long_title" in ids("Good", "Bad", title=long) and "long_title" not in ids("Good", "Bad", title=long[:-8])
