"""Conditions: what they mean, and that they are read as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import QuestionnaireError, holds
from ..conditions import ALONE, OPERATORS, All, Not, Some, Test, parse
from ..expressions import flat, names_in, normal, renamed, unparse

ANSWERS = {"q1": 2, "kind": "new", "used": ["phone", "chat"], "staff": {"polite": "4"}, "city": "", "text": "太慢了"}

# SurveyJS's own meaning: <> and notcontains hold for what was not answered, all else does not.
MEANING = [
    ("", True), ("   ", True),
    ("{q1} = 2", True), ("{q1} = '2'", True), ("{q1} <> 2", False), ("{q1} < 3", True), ("{q1} <= 2", True),
    ("{q1} > 2", False), ("{q1} >= 2", True), ("{q1} = 2.0", True),
    ("{none} = 2", False), ("{none} <> 2", True), ("{none} < 3", False), ("{none} > 3", False),
    ("{none} empty", True), ("{city} empty", True), ("{q1} empty", False), ("{q1} notempty", True),
    ("{kind} = 'new'", True), ("{kind} = 'ne'", False), ("{kind} contains 'ne'", True),
    ("{kind} anyof ['new', 'old']", True),
    ("{kind} anyof ['ne']", False), ("{text} contains '慢'", True), ("{text} notcontains '快'", True),
    ("{used} contains 'phone'", True), ("{used} contains 'mail'", False), ("{used} contains ['phone', 'chat']", True),
    ("{used} contains ['phone', 'mail']", False), ("{used} anyof ['mail', 'chat']", True),
    ("{used} notcontains 'mail'", True), ("{none} notcontains 'mail'", True), ("{used} = ['chat', 'phone']", True),
    ("{used} = ['chat']", False), ("{staff.polite} >= 4", True), ("{staff.quick} empty", True),
    ("{q1} = 2 and {kind} = 'old'", False), ("{q1} = 2 or {kind} = 'old'", True), ("not {q1} = 2", False),
    ("not ({q1} = 2 and {kind} = 'old')", True), ("{q1} = 9 and {q1} = 9 or {kind} = 'new'", True),
    ("{q1} = 9 and ({q1} = 9 or {kind} = 'new')", False), ("!{q1} = 9", True), ("{q1}==2&&{kind}!='old'", True),
    ("{q1} == 9 || {kind} == \"new\"", True), ("{told} = 'x'", True),
]


@pytest.mark.parametrize(("text", "expected"), MEANING)
def test_what_a_condition_means(text, expected):
    assert holds(text, ANSWERS, {"told": "x"}) is expected


BROKEN = [("{q1}", 5), ("{q1} =", 7), ("{q1} = ", 8), ("q1 = 2", 1), ("{q1} ~ 2", 6), ("{q1} = 2 and", 13),
          ("({q1} = 2", 10),
          ("{q1} = 2)", 9), ("{q1} like 2", 6), ("{q1} = {q2}", 8), ("{q1} anyof [1, [2]]", 16),
          ("{q1} = 'a", 8), ("{} = 1", 1),
          ("(" * 60 + "{q1} = 1" + ")" * 60, 42)]


@pytest.mark.parametrize(("text", "position"), BROKEN)
def test_what_cannot_be_read_is_named_by_its_place(text, position):
    with pytest.raises(QuestionnaireError) as refused:
        parse(text)
    assert refused.value.problems[0].params["position"] == position


def test_names_are_found_and_renamed():
    text = "{a} = 1 and ({b.row} empty or not {c} contains 'a')"
    assert names_in(text) == ("a", "b.row", "c")
    assert renamed(text, "b", "x") == "{a} = 1 and ({x.row} empty or not ({c} contains 'a'))"


def test_a_flat_condition_can_be_edited_as_a_list_and_a_nested_one_cannot():
    assert flat("{a} = 1 and {b} empty") == ("all", (Test("a", "=", 1.0), Test("b", "empty")))
    assert flat("{a} = 1 or {b} empty") == ("any", (Test("a", "=", 1.0), Test("b", "empty")))
    assert flat("{a} = 1") == ("all", (Test("a", "=", 1.0),))
    assert flat("{a} = 1 and ({b} = 1 or {c} = 1)") is None and flat("not {a} = 1") is None


SCALARS = st.one_of(st.booleans(), st.text(max_size=6), st.floats(-1e6, 1e6).map(lambda number: round(number, 3) + 0.0))
VALUES = st.one_of(SCALARS, st.lists(SCALARS, max_size=3).map(tuple))
NAME = st.from_regex(r"[a-z][a-z0-9_.]{0,8}", fullmatch=True)
TESTS = st.one_of(
    st.builds(Test, NAME, st.sampled_from([one for one in OPERATORS if one not in ALONE]), VALUES),
    st.builds(Test, NAME, st.sampled_from(ALONE)))
PARTS = st.recursive(TESTS, lambda inner: st.one_of(
    st.builds(Not, inner), st.builds(All, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    st.builds(Some, st.lists(inner, min_size=2, max_size=3).map(tuple))), max_leaves=8)


@given(PARTS)
def test_a_condition_is_read_as_it_was_written(condition):
    assert parse(unparse(condition)) == condition
    assert normal(unparse(condition)) == unparse(condition)


@given(st.text(alphabet="{}q12 =<>!&|()[]'\"andornotempty,.\\-", max_size=40))
def test_any_text_is_read_or_refused(text):
    try:
        parse(text)
    except QuestionnaireError as error:
        assert 1 <= error.problems[0].params["position"] <= len(text) + 1


@given(PARTS, st.dictionaries(NAME, st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.none()), max_size=4))
def test_not_turns_a_condition_round(condition, answers):
    assert holds(unparse(Not(condition)), answers) is not holds(unparse(condition), answers)
