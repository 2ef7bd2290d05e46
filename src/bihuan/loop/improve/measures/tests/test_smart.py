"""What makes a measure vague or firm, by the table of examples."""

from datetime import date

import pytest
from django.utils import translation

from bihuan.loop.improve.measures.contracts import KINDS
from bihuan.loop.improve.measures.queries.smart import examples, lacks_of_text, missing, rules

WHOLE = {"title": "首次响应由 2 小时降到 30 分钟", "plan": "晚班加一个人", "aim": "", "reason": "晚间重复来电占三成",
         "has_finding": False, "starts_on": date(2026, 1, 1), "due_on": date(2026, 2, 1)}


@pytest.mark.parametrize(("text", "lacks"), [(one["text"], one["lacks"]) for one in rules()["example"]])
def test_examples_are_told_apart(text, lacks):
    assert lacks_of_text(text) == lacks


@pytest.mark.parametrize(("language", "kept", "gone"), [
    ("zh-hans", "提升服务质量", "提升服務質量"), ("zh-hant", "提升服務質量", "提升服务质量")])
def test_an_example_is_read_once_in_the_readers_script(language, kept, gone):
    with translation.override(language):
        shown = [text for text, _lacks in examples()]
    assert kept in shown and gone not in shown


def test_the_two_sentences_of_the_documents():
    """SPEC 130: 提升服務質量 is refused, 2小時縮短至30分鐘 accepted."""
    assert lacks_of_text("提升服務質量") == "SM" and lacks_of_text("2小時縮短至30分鐘") == ""


@pytest.mark.parametrize(("change", "letter", "field"), [
    ({"title": "提升服务质量"}, "S", "title"), ({"plan": ""}, "S", "plan"),
    ({"title": "知识库补齐退货运费条目"}, "M", "aim"), ({"due_on": date(2025, 12, 1)}, "A", "due_on"),
    ({"due_on": date(2028, 1, 1)}, "A", "due_on"), ({"reason": "提升满意度"}, "R", "reason"),
    ({"due_on": None}, "T", "due_on"),
])
def test_each_property_is_asked_for(change, letter, field):
    assert (letter, field) in [(one.letter, one.field) for one in missing(**WHOLE | change)]


def test_a_whole_measure_lacks_nothing():
    assert missing(**WHOLE) == []


def test_training_asks_for_content_and_frequency_and_systems_for_owner_and_release():
    """SPEC 129."""
    assert {"content", "frequency"} <= {one.name for one in KINDS["training"].details}
    assert {"system_owner", "release"} <= {one.name for one in KINDS["system"].details}
    assert KINDS["training"].proof == ("sign_in",) and KINDS["system"].proof == ("release_log",)
