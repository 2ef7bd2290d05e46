"""A report keeps its numbers, whatever people do to its words."""

import json

import pytest

from bihuan.engine.report.contracts import Report, typed_numbers
from bihuan.engine.report.errors import ReportError
from bihuan.engine.report.tests.invented import report

WEAK = "weaknesses"


def first_key(found):
    return found.chapter(WEAK).paragraphs[0].split("[[")[1].split("]]")[0]


def test_the_editor_sees_what_the_numbers_read():
    found = report()
    assert f"[[{first_key(found)}:58.5%]]" in found.editable(WEAK)


def test_an_edit_of_the_text_cannot_alter_a_number():
    found = report()
    forged = found.editable(WEAK).replace("58.5%", "98.5%")
    edited = found.with_chapter(WEAK, forged)
    assert edited.fingerprint == found.fingerprint
    assert "58.5%" in edited.read(edited.chapter(WEAK).paragraphs[0])
    assert not edited.chapter(WEAK).edited   # what was typed over the numbers is gone, and nothing else changed


def test_an_edit_of_the_words_is_kept_and_marked():
    found = report()
    edited = found.with_chapter(WEAK, f"本月人手不足，一次性解决率只有 [[{first_key(found)}]]。\n\n已安排复训。")
    assert edited.chapter(WEAK).paragraphs[1] == "已安排复训。"
    assert edited.chapter(WEAK).edited and not edited.chapter("strengths").edited
    assert edited.read(edited.chapter(WEAK).paragraphs[0]) == "本月人手不足，一次性解决率只有 58.5%。"


def test_a_reference_to_no_number_is_refused_with_the_known_ones():
    with pytest.raises(ReportError) as caught:
        report().with_chapter(WEAK, "提升到 [[n999:100%]]")
    assert caught.value.code == "unknown_number" and "n1" in caught.value.text("zh")


def test_numbers_typed_by_hand_are_found():
    found = report().with_chapter(WEAK, f"[[{first_key(report())}]]，远低于去年的 92.5%")
    assert typed_numbers(found.chapter(WEAK).paragraphs[0]) == ["92.5%"]


def test_json_brings_the_same_report_back():
    found = report().with_owner("i1", "客服一部 王").with_chapter("directions", "复训两次。")
    assert Report.from_json(found.to_json()) == found


@pytest.mark.parametrize("where", ["numbers", "items"])
def test_a_changed_number_in_the_file_is_noticed(where):
    stored = json.loads(report().to_json())
    if where == "numbers":
        next(iter(stored["report"]["numbers"].values()))["text"] = "99.9%"
    else:
        stored["report"]["items"][0]["result"]["value"] = 0.99
    with pytest.raises(ReportError) as caught:
        Report.from_json(json.dumps(stored))
    assert caught.value.code == "altered_numbers"


def test_an_owner_belongs_to_an_item_of_the_report():
    assert report().with_owner("i2", " 李 ").items[1].owner == "李"
    with pytest.raises(ReportError, match="i9"):
        report().with_owner("i9", "李")
    with pytest.raises(ReportError, match="elsewhere"):
        report().with_chapter("elsewhere", "x")
