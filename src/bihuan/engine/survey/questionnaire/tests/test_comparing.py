"""What differs between wordings, what breaks a trend, and what stands in the way of asking."""

import pytest

from .. import differences, faults, incomparable, read
from .builders import FULL, document, questionnaire, rating, single

OLD = questionnaire(rating("q1", title="您对速度的评价是？", dimension="a"), single("q2", "x", "y"), rating("q3"))
CHANGES = [
    ([rating("q1", title="您对速度的评价是？", dimension="a"), single("q2", "x", "y"), rating("q3")], [], []),
    ([rating("q1", title="您对速度的评价？", dimension="a"), single("q2", "x", "y"), rating("q3")],
     [("changed", "q1", "title")],
     ["q1"]),
    ([rating("q1", title={"default": "您对速度的评价是？", "en": "Speed?"}, dimension="a"), single("q2", "x", "y"),
      rating("q3")],
     [("changed", "q1", "title")], []),
    ([rating("q1", title="您对速度的评价是？", dimension="a", isRequired=True), single("q2", "x", "y"), rating("q3")],
     [("changed", "q1", "isRequired")], []),
    ([rating("q1", title="您对速度的评价是？", dimension="a", rateMax=7), single("q2", "x", "y"), rating("q3")],
     [("changed", "q1", "rateMax")], ["q1"]),
    ([rating("q1", title="您对速度的评价是？", dimension="b"), single("q2", "x", "y"), rating("q3")],
     [("changed", "q1", "dimension")], ["q1"]),
    ([rating("q1", title="您对速度的评价是？", dimension="a"), single("q2", "x", "z"), rating("q3")],
     [("changed", "q2", "choices")], ["q2"]),
    ([rating("q1", title="您对速度的评价是？", dimension="a"), rating("q3")], [("removed", "q2", "")], ["q2"]),
    ([rating("q1", title="您对速度的评价是？", dimension="a"), single("q2", "x", "y"), rating("q3"), rating("q4")],
     [("added", "q4", "")], []),
    ([rating("q3"), rating("q1", title="您对速度的评价是？", dimension="a"), single("q2", "x", "y")],
     [("moved", "q3", "")], []),
]


@pytest.mark.parametrize(("elements", "expected", "breaking"), CHANGES)
def test_differences_are_told_and_only_some_break_a_trend(elements, expected, breaking):
    new = read(document(elements))
    assert [(one.kind, one.item, one.key) for one in differences(OLD, new)] == expected
    assert [one.item for one in incomparable(OLD, new)] == breaking


def test_a_changed_text_is_told_piece_by_piece():
    new = questionnaire(rating("q1", title="您对态度的评价是？", dimension="a"), single("q2", "x", "y"), rating("q3"))
    assert differences(OLD, new)[0].pieces == [("same", "您对"), ("gone", "速"), ("new", "态"),
                                               ("same", "度的评价是？")]


def test_texts_of_the_questionnaire_and_its_pages_are_compared_too():
    old, new = read(document([rating("q1")], title="甲")), read(document([rating("q1")], [], title="乙"))
    assert [(one.kind, one.item, one.key) for one in differences(old, new)] == [
        ("changed", "", "title"), ("added", "p2", "page")]


FAULTS = [
    (document([rating("q1")]), []),
    (document([]), ["empty"]),
    (document([{"type": "html", "name": "h", "html": "hi"}]), ["empty"]),
    ({"pages": [{"name": "p", "elements": [rating("q1")]}]}, ["no_title_text"]),
    (document([rating("q1", title="")]), ["no_title"]),
    (document([rating("q1", visibleIf="{q2} = 1"), rating("q2")]), ["later"]),
    (document([rating("q1", title="您给了{q2}分？"), rating("q2")]), ["later"]),
    (document([rating("q1", title="您给了{q9}分？")]), ["unknown_item"]),
    (document([rating("q1", title="您用{product}？")], variables=[{"name": "product"}]), []),
    (document([rating("q1"), rating("q2")], triggers=[{"type": "skip", "expression": "{q2} = 1", "gotoName": "q1"}]),
     ["skip_back"]),
    (document([rating("q1", expects="q2")]), ["expects_nothing"]),
    (document([rating("q1", expects="q2"), rating("q2", rateMax=7)]), ["expects_nothing"]),
    (document([rating("q1", expects="q2"), rating("q2")]), []),
    (FULL, []),
]


@pytest.mark.parametrize(("told", "codes"), FAULTS)
def test_what_stands_in_the_way_of_asking(told, codes):
    found = faults(read(told))
    assert [problem.code for problem in found] == codes
    assert all(problem.what(one) and problem.advice(one) for problem in found for one in ("zh", "en"))
