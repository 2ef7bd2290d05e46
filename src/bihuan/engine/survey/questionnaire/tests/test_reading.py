"""A document is read whole or refused with everything that is wrong; written again it is the same."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import QuestionnaireError, content_hash, not_shown, read, write
from .builders import FULL, document, questionnaire, rating, single


def test_what_is_written_is_read_as_the_same_and_is_in_the_normal_form():
    once = write(read(FULL))
    assert read(once) == read(FULL) and write(read(once)) == once
    assert once["pages"][2]["elements"][0]["html"] == "谢谢您"
    assert once["pages"][1]["elements"][3]["columns"] == ["1", "2", "3", "4", "5"]


def test_the_hash_tells_contents_not_the_order_of_keys():
    shuffled = dict(reversed(list(FULL.items())))
    assert content_hash(write(read(shuffled))) == content_hash(write(read(FULL)))
    other = copy.deepcopy(FULL)
    other["pages"][0]["elements"][0]["title"] = "别的"
    assert content_hash(write(read(other))) != content_hash(write(read(FULL)))


WRONG = [
    ([], ["not_a_document"]),
    ({"pages": {}}, ["not_a_list"]),
    (document([{"name": "q1"}]), ["unknown_type"]),
    (document([rating("1q")]), ["bad_name"]),
    (document([rating("中文")]), ["bad_name"]),
    (document([rating("q" * 41)]), ["bad_name"]),
    (document([rating("q1"), rating("q1")]), ["same_name"]),
    (document([rating("q1", rateMin=5, rateMax=5)]), ["bad_scale"]),
    (document([rating("q1", rateMax=100)]), ["bad_scale"]),
    (document([rating("q1", rateValues=[1, 3, 5])]), ["bad_scale"]),
    (document([rating("q1", rateMax="five")]), ["not_a_number"]),
    (document([rating("q1", metric="nps", rateMin=1, rateMax=10)]), ["metric_scale"]),
    (document([rating("q1", metric="csat", reversed=True)]), ["metric_reversed"]),
    (document([rating("q1", metric="happiness")]), ["unknown_value"]),
    (document([rating("q1", role="boss")]), ["unknown_value"]),
    (document([rating("q1", title=[1])]), ["not_a_text"]),
    (document([{"type": "radiogroup", "name": "q1"}]), ["no_choices"]),
    (document([single("q1", "a", "a")]), ["bad_choice"]),
    (document([single("q1", "a#b", "c")]), ["bad_choice"]),
    (document([single("q1", "other", "c", showOtherItem=True)]), ["bad_choice"]),
    (document([{"type": "matrix", "name": "q1", "rows": ["a"]}]), ["no_choices"]),
    (document([{"type": "text", "name": "q1", "inputType": "password"}]), ["unknown_value"]),
    (document([rating("q1", visibleIf="{q2} =")]), ["bad_expression"]),
    (document([rating("q1", visibleIf="{q2} = 1")]), ["unknown_item"]),
    (document([rating("q1")], triggers=[{"type": "skip", "expression": "{q1} = 1", "gotoName": "q9"}]),
     ["unknown_target"]),
    (document([rating("q1")], quotas=[{"name": "x", "expression": "{q1} = 1", "limit": 0}]), ["bad_quota"]),
    (document([{"type": "panel", "name": "a", "elements": [{"type": "panel", "name": "b", "elements": []}]}]),
     ["too_deep"]),
    (document([rating(f"q{n}") for n in range(301)]), ["too_many"]),
]


@pytest.mark.parametrize(("told", "codes"), WRONG)
def test_what_is_wrong_is_named_with_its_place_and_a_way_out(told, codes):
    with pytest.raises(QuestionnaireError) as refused:
        read(told)
    assert [problem.code for problem in refused.value.problems] == codes
    for problem in refused.value.problems:
        for language in ("zh", "en"):
            assert problem.what(language) and problem.advice(language)


def test_everything_wrong_is_told_at_once():
    with pytest.raises(QuestionnaireError) as refused:
        read(document([rating("1q"), single("q2", "a", "a")], [rating("q2")]))
    assert [(problem.path, problem.code) for problem in refused.value.problems] == [
        ("pages[0].elements[0]", "bad_name"), ("pages[0].elements[1].choices", "bad_choice"),
        ("pages[1].elements[0]", "same_name")]


def test_what_is_not_of_the_subset_is_kept_and_listed():
    told = document([{"type": "signaturepad", "name": "sign", "penColor": "red"}, rating("q1", rateType="stars")],
                    showProgressBar="top", triggers=[{"type": "setvalue", "expression": "{q1} = 1", "setToName": "x"}])
    found = read(told)
    assert {(one.path, one.what) for one in not_shown(found)} == {
        ("", "showProgressBar"), ("", "triggers"), ("sign", "signaturepad"), ("q1", "rateType")}
    again = write(found)
    assert again["showProgressBar"] == "top" and again["triggers"][0]["type"] == "setvalue"
    assert again["pages"][0]["elements"][0] == {"type": "signaturepad", "name": "sign", "penColor": "red"}
    assert again["pages"][0]["elements"][1]["rateType"] == "stars"
    assert [item.asks for item in found.items()] == [False, True]


def test_scales_are_read_however_surveyjs_writes_them():
    found = questionnaire(rating("a"), rating("b", rateCount=7), rating("c", rateValues=[0, 1, 2]),
                          rating("d", metric="nps"))
    assert [item.scale for item in found.items()] == [(1, 5), (1, 7), (0, 2), (0, 10)]


def test_texts_fall_back_and_traditional_is_converted():
    title = next(questionnaire(rating("q1", title={"default": "对软件的评价", "en": "The software"})).items()).title
    told = [title.in_language(one) for one in ("zh-hans", "zh-hant", "en")]
    assert told == ["对软件的评价", "對軟件的評價", "The software"]
    assert not title.has("zh-hant") and title.has("en")
    only = next(questionnaire(rating("q1", title={"zh-cn": "甲", "zh-tw": "乙"})).items()).title
    assert (only.default, only.in_language("zh-hant"), only.in_language("en")) == ("甲", "乙", "甲")


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,6}", fullmatch=True)
LETTERS = st.characters(blacklist_categories=["Cs", "Cc", "Zs", "Zl", "Zp"], blacklist_characters="#<>{}")
WORDS = st.text(LETTERS, min_size=1, max_size=8)
TEXTS = st.one_of(WORDS, st.builds(lambda one, other: {"default": one, "en": other}, WORDS, WORDS))
CHOICES = st.lists(st.one_of(WORDS, st.builds(lambda value, text: {"value": value, "text": text}, WORDS, TEXTS)),
                   min_size=1, max_size=4, unique_by=lambda one: one if isinstance(one, str) else one["value"])
ITEMS = st.one_of(
    st.fixed_dictionaries({"type": st.just("rating"), "title": TEXTS}, optional={
        "rateMin": st.integers(0, 2), "rateMax": st.integers(5, 10), "isRequired": st.booleans(),
        "reasonBelow": st.integers(0, 5), "notApplicable": st.one_of(st.booleans(), WORDS), "reversed": st.booleans(),
        "foreign": st.integers()}),
    st.fixed_dictionaries({"type": st.sampled_from(["radiogroup", "checkbox", "dropdown", "ranking"]), "title": TEXTS,
                           "choices": CHOICES}, optional={"dimension": NAMES}),
    st.fixed_dictionaries({"type": st.just("matrix"), "title": TEXTS, "rows": CHOICES, "columns": CHOICES}),
    st.fixed_dictionaries({"type": st.sampled_from(["comment", "text"]), "title": TEXTS},
                          optional={"description": TEXTS}))


@given(st.lists(st.lists(st.tuples(NAMES, ITEMS), max_size=4), min_size=1, max_size=3), TEXTS)
def test_reading_and_writing_are_inverse(pages, title):
    told = [{"name": f"p{place}", "elements": [{**item, "name": f"{name}_{place}_{at}"[:40]}
                                               for at, (name, item) in enumerate(elements)]}
            for place, elements in enumerate(pages)]
    found = read({"title": title, "pages": told})
    assert read(write(found)) == found
    assert write(read(write(found))) == write(found)
