"""Corrections of people hold in their own wave and carry over to the next, whose texts are others."""

import pytest

from bihuan.engine.text.themes.corrections import Correction, apply_corrections
from bihuan.engine.text.themes.find import Theme, Themes
from bihuan.engine.text.themes.words import topic_words

TEXTS = ["快递物流太慢", "快递物流慢了三天", "物流包装破了", "客服电话没人接", "客服态度差", "退款流程复杂",
         "快递柜太远"]
LOGISTICS, SERVICE = ("物流", "快递", "包装"), ("客服", "电话", "态度")


def theme(name, terms, members):
    return Theme(name, terms, len(members), len(members) / len(TEXTS), tuple(TEXTS[at] for at in members[:3]), members)


FOUND = Themes((theme("物流、快递", LOGISTICS, (0, 1, 2, 6)), theme("客服、电话", SERVICE, (3, 4)),
                theme("退款、流程", ("退款", "流程"), (5,))), len(TEXTS), 0)
# The next wave speaks of the same with other weights.
LATER_TEXTS = ["物流又慢", "快递员态度差", "客服热线打不通", "快递柜太远了", "快递柜满了"]
LATER = Themes((Theme("快递、物流", ("快递", "物流", "快递柜"), 4, 0.8, (), (0, 1, 3, 4)),
                Theme("客服、热线", ("客服", "热线"), 1, 0.2, (), (2,))), 5, 0)


def names(found):
    return {one.theme.name: one.theme.members for one in found if not one.dropped}


def test_nothing_corrected_is_what_was_found():
    assert [one.theme for one in apply_corrections(FOUND, TEXTS, [])] == list(FOUND.themes)


def test_a_name_carries_over_to_the_next_wave():
    renamed = [Correction("rename", LOGISTICS, name="配送")]
    assert names(apply_corrections(FOUND, TEXTS, renamed))["配送"] == (0, 1, 2, 6)
    later = apply_corrections(LATER, LATER_TEXTS, renamed)
    assert names(later)["配送"] == (0, 1, 3, 4) and next(one for one in later if one.theme.name == "配送").named


def test_merged_themes_count_a_text_once():
    merged = [Correction("merge", SERVICE, name="服务", others=(("退款", "流程"),))]
    found = apply_corrections(FOUND, TEXTS, merged)
    service = next(one.theme for one in found if one.theme.name == "服务")
    assert service.members == (3, 4, 5) and service.count == 3 and service.share == pytest.approx(3 / 7)
    assert len(found) == 2


def test_a_split_carries_over_by_its_words():
    split = [Correction("split", LOGISTICS, name="快递柜", words=("快递柜",))]
    assert names(apply_corrections(FOUND, TEXTS, split)) == {
        "物流、快递": (0, 1, 2), "快递柜": (6,), "客服、电话": (3, 4), "退款、流程": (5,)}
    later = names(apply_corrections(LATER, LATER_TEXTS, split))
    assert later["快递柜"] == (3, 4) and later["快递、物流"] == (0, 1)


def test_a_moved_quote_takes_texts_of_the_same_words_with_it():
    keys = [f"k{place}" for place in range(len(TEXTS))]
    words = tuple(topic_words(TEXTS[4]))
    move = [Correction("move", SERVICE, others=(("退款", "流程"),), words=words, text="k4")]
    found = names(apply_corrections(FOUND, TEXTS, move, keys=keys))
    assert found["退款、流程"] == (5, 4) and found["客服、电话"] == (3,)


def test_corrections_are_applied_in_order():
    steps = [Correction("rename", LOGISTICS, name="配送"), Correction("flag", LOGISTICS),
             Correction("merge", LOGISTICS, name="配送与服务", others=(SERVICE,))]
    first = apply_corrections(FOUND, TEXTS, steps)[0]
    assert first.theme.name == "配送与服务" and first.flagged and first.theme.count == 6


@pytest.mark.parametrize("kind", ["rename", "merge", "split", "move", "flag"])
def test_a_correction_of_a_theme_that_is_not_there_does_nothing(kind):
    missing = Correction(kind, ("发票", "抬头"), name="发票", others=(("抬头",),), words=("发票", "抬头"))
    assert [one.theme for one in apply_corrections(FOUND, TEXTS, [missing])] == list(FOUND.themes)


def test_a_known_aspect_is_itself_whatever_words_follow_and_a_dropped_theme_stays_away():
    """味道口感 leads with 辣 in one wave and with 甜 in the next; 分量 shares a word with it."""
    now = Themes((theme("味道口感", ("味道口感", "辣", "咸"), (0, 1)), theme("米饭、面", ("米饭", "面"), (2, 3))), 4, 0)
    later = Themes((theme("分量", ("分量", "辣", "咸"), (0, 1)), theme("味道口感", ("味道口感", "甜"), (2,))), 4, 0)
    changes = [Correction("rename", ("味道口感", "辣", "咸"), name="口味"), Correction("drop", ("米饭", "面"))]
    assert names(apply_corrections(now, TEXTS[:4], changes)) == {"口味": (0, 1)}
    assert names(apply_corrections(later, TEXTS[:4], changes)) == {"分量": (0, 1), "口味": (2,)}
    assert [(one.theme.name, one.dropped) for one in apply_corrections(now, TEXTS[:4], changes)] == [
        ("口味", False), ("米饭、面", True)], "its texts still have a theme"


@pytest.mark.parametrize("kind", ["rename", "merge", "split", "move", "flag", "drop"])
def test_a_correction_of_one_known_aspect_never_falls_on_another_that_shares_its_words(kind):
    """A wave speaks of how slow the kitchen is and not of how slow the courier is; the words are the same."""
    kitchen, taste = ("上菜速度", "慢", "快", "等"), ("味道口感", "辣", "咸")
    found = Themes((theme("上菜速度", kitchen, (0, 1, 2)), theme("味道口感", taste, (3,))), len(TEXTS), 0)
    one = Correction(kind, ("配送速度", "慢", "快", "等"), name="配送", others=(taste,), words=("慢",))
    assert [(own.theme, own.dropped, own.flagged) for own in apply_corrections(found, TEXTS, [one])] == [
        (own, False, False) for own in found.themes]
