"""What may be kept of what was sent, and what is missing: one table a kind of item."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .. import CODES, check, read
from .builders import FULL, document, questionnaire, rating, single

KINDS = {
    "rating": rating("q", rateMin=0, rateMax=10), "na": rating("q", notApplicable=True),
    "reason": rating("q", reasonBelow=2), "required": rating("q", isRequired=True),
    "single": single("q", "a", "2"), "with_other": single("q", "a", showOtherItem=True),
    "several": {"type": "checkbox", "name": "q", "title": "t", "choices": ["a", "b", "c"], "maxSelectedChoices": 2,
                "showNoneItem": True},
    "matrix": {"type": "matrix", "name": "q", "title": "t", "rows": ["r1", "r2"], "columns": [1, 2]},
    "matrix_required": {"type": "matrix", "name": "q", "title": "t", "rows": ["r1", "r2"], "columns": [1, 2],
                        "isRequired": True},
    "ranking": {"type": "ranking", "name": "q", "title": "t", "choices": ["x", "y", "z"]},
    "comment": {"type": "comment", "name": "q", "title": "t"},
    **{kind: {"type": "text", "name": "q", "title": "t", "inputType": kind} for kind in ("number", "date", "email",
                                                                                         "tel")},
}
TAKEN = [
    ("rating", "4", 4), ("rating", 4, 4), ("rating", 4.0, 4), ("rating", "0", 0), ("rating", "", None),
    ("rating", None, None),
    ("na", "na", "na"), ("reason", "3", 3), ("single", "a", "a"), ("single", 2, "2"), ("single", 2.0, "2"),
    ("several", ["a", "b"], ["a", "b"]), ("several", ["a", "a"], ["a"]), ("several", "a", ["a"]), ("several", [], None),
    ("several", [""], None),
    ("several", ["none"], ["none"]), ("matrix", {"r1": "1", "r2": ""}, {"r1": "1"}), ("matrix", {"r1": 2}, {"r1": "2"}),
    ("matrix", {"r9": "1"}, None), ("matrix", {}, None), ("ranking", ["z", "x", "y"], ["z", "x", "y"]),
    ("ranking", {"x": "2", "y": "3", "z": "1"}, ["z", "x", "y"]), ("ranking", {"x": "", "y": ""}, None),
    ("comment", "  很好\x00 ", "很好"), ("comment", "   ", None), ("number", "3.50", 3.5), ("number", "12", 12),
    ("date", "2026-02-28", "2026-02-28"), ("email", "a@b.cn", "a@b.cn"), ("tel", "+86 010-1234567", "+86 010-1234567"),
]
REFUSED = [
    ("rating", "11", "range"), ("rating", "-1", "range"), ("rating", "4.5", "range"), ("rating", "four", "range"),
    ("rating", True, "range"), ("rating", [4], "range"), ("rating", "nan", "range"), ("rating", "1e400", "range"),
    ("rating", "na", "range"), ("required", None, "required"), ("required", "", "required"), ("reason", "2", "reason"),
    ("reason", "1", "reason"), ("single", "c", "choice"), ("single", ["a"], "choice"), ("single", "other", "choice"),
    ("with_other", "other", "other"), ("several", ["a", "b", "c"], "too_many"), ("several", ["a", "none"], "choice"),
    ("several", ["x"], "choice"), ("matrix", {"r1": "9"}, "choice"), ("matrix", "1", "choice"),
    ("matrix_required", {"r1": "1"}, "rows"), ("matrix_required", {}, "required"), ("ranking", ["x", "y"], "places"),
    ("ranking", ["x", "x", "y"], "places"), ("ranking", {"x": "1", "y": "1", "z": "2"}, "places"),
    ("ranking", "x", "places"),
    ("comment", "长" * 4001, "long"), ("comment", ["a"], "choice"), ("number", "many", "number"),
    ("number", "inf", "number"),
    ("date", "2026-02-30", "date"), ("date", "28.2.2026", "date"), ("email", "a@b", "email"),
    ("tel", "call me", "phone"),
]


@pytest.mark.parametrize(("kind", "given_", "kept"), TAKEN)
def test_an_answer_is_kept_as_its_item_means_it(kind, given_, kept):
    found = check(questionnaire(KINDS[kind]), {"q": given_})
    assert (found.clean.get("q"), found.errors) == (kept, {})
    assert type(found.clean.get("q")) is type(kept)


@pytest.mark.parametrize(("kind", "given_", "code"), REFUSED)
def test_what_cannot_be_an_answer_is_refused_with_its_code(kind, given_, code):
    assert check(questionnaire(KINDS[kind]), {"q": given_}).errors == {"q": code}
    assert code in CODES


def test_a_low_score_needs_its_reason_and_keeps_it():
    found = questionnaire(rating("q", reasonBelow=2))
    assert check(found, {"q": 2, "q-Comment": "  等太久 "}).clean == {"q": 2, "q-Comment": "等太久"}
    assert check(found, {"q": 2, "q-Comment": "  "}).errors == {"q": "reason"}
    assert check(found, {"q": 3, "q-Comment": "顺便说"}).clean == {"q": 3, "q-Comment": "顺便说"}


def test_unknown_names_are_dropped_and_nothing_is_made_up():
    assert check(read(FULL), {"hacker": "x", "_seconds": 3, "note": "y", "group": "z"}).clean == {}


def test_only_the_page_that_was_sent_is_told_of():
    found = read(document([rating("q1", isRequired=True)], [rating("q2", isRequired=True)]))
    assert check(found, {"q1": 4}, page="p1").errors == {}
    assert check(found, {"q1": 4}, page="p2").errors == {"q2": "required"}
    assert check(found, {"q1": 99, "q2": 3}, page="p2").clean == {"q2": 3}
    assert check(found, {}).errors == {"q1": "required", "q2": "required"}


JSON = st.recursive(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
                    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner,
                                                                                         max_size=3)),
                    max_leaves=6)


SENT = st.dictionaries(st.sampled_from([*read(FULL).names, "overall-Comment", "kind-Comment", "x"]), JSON)


@settings(max_examples=25)
@given(SENT)
def test_whatever_is_sent_is_kept_only_in_the_items_own_terms(answers):
    stays_in_its_terms(answers)


@pytest.mark.long
@settings(max_examples=300)
@given(SENT)
def test_whatever_is_sent_however_odd_is_kept_only_in_the_items_own_terms(answers):
    stays_in_its_terms(answers)


def stays_in_its_terms(answers):
    found = read(FULL)
    once = check(found, answers)
    again = check(found, once.clean)
    assert again.clean == once.clean
    assert set(again.errors.values()) <= {"required", "reason", "other", "rows"}
