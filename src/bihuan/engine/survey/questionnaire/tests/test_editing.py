"""Single changes: adding, copying, moving, renaming, taking out; nothing that depends on an item is left behind."""

from dataclasses import replace

import pytest

from .. import QuestionnaireError, faults, from_text, read, write
from ..editing import (
    FRESH,
    add_item,
    add_page,
    appended,
    duplicate,
    move,
    move_page,
    place_item,
    remove,
    remove_page,
    replace_item,
)
from .builders import FULL, document, rating, single

FOUND = read(document([rating("q1"), single("q2", "a", "b", visibleIf="{q1} < 3")],
                      [rating("q3", title="您给了{q1}分"), {"type": "panel", "name": "g", "title": "组", "elements": [
                          rating("q4"), rating("q5")]}],
                      quotas=[{"name": "低分", "expression": "{q1} = 1", "limit": 9}],
                      triggers=[{"type": "skip", "expression": "{q1} = 5", "gotoName": "q3"}]))


@pytest.mark.parametrize("kind", FRESH)
def test_a_fresh_item_of_every_kind_can_be_asked_as_it_is(kind):
    found, name = add_item(FOUND, kind, "p1")
    assert name == "q6" and read(write(found)) == found and faults(found) == []
    assert [item.name for item in found.pages[0].elements] == ["q1", "q2", "q6"]


def test_an_item_is_added_behind_another():
    found, _ = add_item(FOUND, "comment", "", "q4")
    assert [item.name for item in found.pages[1].elements[1].elements] == ["q4", "q6", "q5"]


MOVES = [("q1", 1, "q2 q1 q3 g q4 q5"), ("q1", -1, "q1 q2 q3 g q4 q5"), ("q2", 1, "q1 q2 q3 g q4 q5"),
         ("q3", -1, "q1 q2 q3 g q4 q5"), ("q5", -1, "q1 q2 q3 g q5 q4"), ("q5", 1, "q1 q2 q3 g q4 q5"),
         ("g", -1, "q1 q2 g q4 q5 q3"), ("none", 1, "q1 q2 q3 g q4 q5")]


@pytest.mark.parametrize(("name", "step", "names"), MOVES)
def test_items_move_step_by_step(name, step, names):
    assert " ".join(move(FOUND, name, step).names) == names


def test_over_the_edge_an_item_goes_to_the_next_page():
    assert [len(page.elements) for page in move(FOUND, "q2", 1).pages] == [1, 3]
    assert move(move(FOUND, "q2", 1), "q2", -1) == FOUND
    assert place_item(FOUND, "q1", "p2", 1).names == ("q2", "q3", "q1", "g", "q4", "q5")


def test_a_group_is_filled_and_emptied_and_holds_no_group():
    new, name = add_item(FOUND, "rating", "g")
    assert new.names == ("q1", "q2", "q3", "g", "q4", "q5", "q6") and name == "q6"
    assert add_item(FOUND, "panel", "g") == (FOUND, "") and place_item(FOUND, "g", "g", 0) == FOUND
    inside = place_item(FOUND, "q3", "g", 1)
    assert [one.name for one in (inside.item("g") or FRESH["panel"]).elements] == ["q4", "q3", "q5"]
    out = move(FOUND, "q4", -1)
    assert out.names == ("q1", "q2", "q3", "q4", "g", "q5")
    assert [one.name for one in move(FOUND, "q5", 1).pages[1].elements] == ["q3", "g", "q5"]
    assert read(write(inside)) == inside and read(write(out)) == out


def test_a_copy_stands_behind_its_model_under_names_of_its_own():
    found, name = duplicate(FOUND, "g")
    assert found.names == ("q1", "q2", "q3", "g", "q4", "q5", "q6", "q7", "q8") and name == "q6"
    assert read(write(found)) == found


def test_a_copy_of_what_is_not_shown_has_a_name_of_its_own_too():
    found, name = duplicate(read(document([{"type": "signaturepad", "name": "sign", "penColor": "red"}])), "sign")
    assert write(found)["pages"][0]["elements"][1] == {"type": "signaturepad", "name": name, "penColor": "red"}


def test_a_new_name_is_taken_over_everywhere():
    found = replace_item(FOUND, "q1", replace(FOUND.item("q1") or FRESH["rating"], name="overall"))
    assert (found.item("q2") or FRESH["rating"]).visible_if == "{overall} < 3"
    assert (found.item("q3") or FRESH["rating"]).title.default == "您给了{overall}分"
    assert found.quotas[0].expression == "{overall} = 1" and found.skips[0].expression == "{overall} = 5"
    assert read(write(found)) == found


@pytest.mark.parametrize(("name", "users"), [("q1", {"q2", "q3", "quotas", "triggers"}), ("q3", {"triggers"})])
def test_what_others_speak_of_is_not_taken_out(name, users):
    with pytest.raises(QuestionnaireError) as refused:
        remove(FOUND, name)
    assert {problem.path for problem in refused.value.problems} == users


def test_what_nobody_speaks_of_is_taken_out():
    assert remove(FOUND, "g").names == ("q1", "q2", "q3") and remove(FOUND, "q4").names == ("q1", "q2", "q3", "g", "q5")
    with pytest.raises(QuestionnaireError):
        remove(FOUND, "nobody")


def test_pages_are_added_moved_and_taken_out_when_empty():
    found = add_page(FOUND)
    assert [page.name for page in found.pages] == ["p1", "p2", "page1"]
    assert [page.name for page in move_page(found, "page1", -1).pages] == ["p1", "page1", "p2"]
    assert move_page(found, "page1", 1) == found
    assert remove_page(found, "page1") == FOUND
    with pytest.raises(QuestionnaireError):
        remove_page(FOUND, "p1")


def test_pasted_questions_go_behind_what_is_there():
    found = appended(FOUND, from_text("1. 您的建议？\n2. 性别 A.男 B.女"))
    assert found.names[-2:] == ("q6", "q7") and read(write(found)) == found
    assert appended(read(FULL), from_text("1. 还有吗？")).names[-1] == "q1"
