"""Who sees what: conditions, skips, piping, languages, and the form drawn again as it was."""

import pytest

from .. import check, read, shown
from .builders import FULL, document, questionnaire, rating, single


def names(found, answers, **more):
    return [item.name for page in shown(found, answers, **more) for item in page.items]


BRANCHED = questionnaire(
    rating("q1"), rating("q2", visibleIf="{q1} <= 3"), single("q3", "a", "b"),
    {"type": "panel", "name": "g", "title": "组", "visibleIf": "{q3} = 'b'", "elements": [
        single("q4", "a", "b"), single("q5", "a", "b", visibleIf="{q4} = 'a'")]},
    rating("q6"), triggers=[{"type": "skip", "expression": "{q3} = 'a'", "gotoName": "q6"},
                            {"type": "complete", "expression": "{q1} = 1"}])

SEEN = [
    ({}, ["q1", "q3", "q6"]),
    ({"q1": 5}, ["q1", "q3", "q6"]),
    ({"q1": 3}, ["q1", "q2", "q3", "q6"]),
    ({"q1": 1}, ["q1"]),
    ({"q1": 4, "q3": "b"}, ["q1", "q3", "g", "q4", "q6"]),
    ({"q1": 4, "q3": "b", "q4": "a"}, ["q1", "q3", "g", "q4", "q5", "q6"]),
    ({"q1": 4, "q3": "a", "q4": "a"}, ["q1", "q3", "q6"]),
]


@pytest.mark.parametrize(("answers", "expected"), SEEN)
def test_conditions_and_skips_say_what_is_seen(answers, expected):
    assert names(BRANCHED, answers) == expected


def test_a_page_is_hidden_by_its_condition_and_when_nothing_on_it_is_seen():
    found = read({"title": "t", "pages": [
        {"name": "p1", "elements": [rating("q1")]},
        {"name": "p2", "visibleIf": "{q1} < 3", "elements": [rating("q2")]},
        {"name": "p3", "elements": [rating("q3", visibleIf="{q1} = 1")]}]})
    assert [page.name for page in shown(found, {"q1": 4})] == ["p1"]
    assert [page.name for page in shown(found, {"q1": 1})] == ["p1", "p2", "p3"]


def test_a_skip_to_a_page_leaves_out_what_lies_between():
    found = read(document([rating("q1")], [rating("q2")], [rating("q3")],
                          triggers=[{"type": "skip", "expression": "{q1} = 5", "gotoName": "p3"}]))
    assert names(found, {"q1": 5}) == ["q1", "q3"] and names(found, {"q1": 4}) == ["q1", "q2", "q3"]


def test_answers_to_what_is_no_longer_seen_do_not_lead_further():
    """q4 was answered, then q3 changed: q5 depends on an answer that does not count any more."""
    clean = check(BRANCHED, {"q1": 4, "q3": "a", "q4": "a", "q5": "b", "q6": 2}).clean
    assert clean == {"q1": 4, "q3": "a", "q6": 2}


@pytest.mark.parametrize(("language", "expected"), [
    ("zh-hans", "您选了新客户、其他，用宽带？"), ("zh-hant", "您選了新客戶、其他，用宽带？"),
    ("en", "You chose New, Other, with 宽带?")])
def test_texts_are_piped_in_the_readers_language(language, expected):
    choices = [{"value": "new", "text": {"default": "新客户", "en": "New"}}, "old"]
    found = questionnaire(
        {"type": "checkbox", "name": "kind", "title": "类型", "choices": choices, "showOtherItem": True},
        {"type": "comment", "name": "why", "title": {
            "default": "您选了{kind}，用{product}？", "en": "You chose {kind}, with {product}?"}},
        variables=[{"name": "product"}])
    pages = shown(found, {"kind": ["new", "other"]}, {"product": "宽带"}, language=language)
    assert pages[0].items[1].title == expected


def test_what_is_not_answered_is_piped_as_nothing():
    assert shown(read(FULL), {})[-1].items[-1].title == "您给了  分，为什么？"


def test_a_form_is_drawn_again_as_it_was():
    found = read(FULL)
    answers = {"overall": 2, "overall-Comment": "慢", "speed": "na", "kind": "other", "used": ["phone"],
               "staff": {"polite": "na"}, "order": {"x": "1", "y": "1"}}
    items = {item.name: item for page in shown(found, answers, errors={"order": "places"}) for item in page.items}
    chosen = {name: [one.value for one in items[name].choices if one.chosen] for name in ("overall", "speed", "kind",
                                                                                          "used")}
    assert chosen == {"overall": ["2"], "speed": ["na"], "kind": ["other"], "used": ["phone"]}
    assert (items["overall"].reason, items["overall"].answer, items["order"].error) == ("慢", "2", "places")
    assert [row.chosen for row in items["staff"].rows] == ["na", ""]
    assert [one.chosen for one in items["order"].choices] == ["1", "1", ""]
    assert items["staff"].columns[-1].text == "没接触过" and items["speed"].choices[-1].text == "不清楚 / 不适用"


def test_nothing_is_chosen_before_somebody_chooses():
    for page in shown(read(FULL), {}):
        for item in page.items:
            assert not item.answer and not any(one.chosen for one in (*item.choices, *item.rows, *item.columns))


def test_items_on_which_others_depend_are_marked():
    assert {item.name for page in shown(read(FULL), {}) for item in page.items if item.leads} == {"overall", "kind"}
