"""The drafted chapters say what the numbers bear, and keep silent on the rest."""

import pytest
from statsmodels.stats.proportion import proportion_confint

from bihuan.engine.indicators.contracts import Observation, Result
from bihuan.engine.report.changes import compare
from bihuan.engine.report.contracts import Item
from bihuan.engine.report.narrative import Findings, draft_chapters, needed_rows
from bihuan.engine.report.numbers import Numbers
from bihuan.engine.report.standing import choose_detailed, is_weak, rank
from bihuan.engine.report.tests.invented import PASSPORTS, report, result
from bihuan.engine.report.words import words_for


def text_of(found, key):
    return "\n".join(found.read(paragraph) for paragraph in found.chapter(key).paragraphs)


def chapters(items=(), observations=()):
    words = words_for("zh-hans")
    numbers = Numbers(words)
    findings = Findings(items, observations, PASSPORTS, {}, "2024-02")
    return {one.key: "\n".join(one.paragraphs) for one in draft_chapters(findings, words, numbers)}


def test_a_low_indicator_is_told_with_n_interval_level_and_target():
    assert ("一次性解决率（FCR）为 58.5%（95% 区间 55.0% – 62.0%，n = 800），等级 1“远低于预期”，与 2 档不可区分，"
            "未达到目标 85.0%。另有 23 条未满观察期，本数为暂定。") in text_of(report(), "weaknesses")


def test_a_group_that_its_mix_explains_is_not_blamed():
    assert "VIP" not in text_of(report(), "weaknesses")
    assert "班组“华东一组”" in text_of(report(), "weaknesses")


def test_what_several_dimensions_show_of_an_indicator_is_told_once_with_its_other_cuts():
    def cut(dimension, group, p, effect):
        return Observation("fcr", dimension, group, 0.5, 0.7, effect, effect - 0.06, effect + 0.06, p, 410, 390, False)

    item = Item("i1", "FCR", result("fcr", 0.6, 0.57, 0.63, 800))
    told = chapters([item], [cut("kind", "complaint", 0.02, -0.1), cut("team", "t1", 0.001, -0.15),
                             cut("channel", "phone", 0.01, -0.12), cut("team", "t2", 0.03, -0.2)])["weaknesses"]
    first, second = told.split("\n")
    assert first.startswith("班组“t1”的FCR") and second.startswith("班组“t2”的FCR")
    assert first.index("按其他维度看也相差的：渠道“电话”") < first.index("、服务类型“投诉”") and "渠道" not in second


def test_a_direction_names_the_gap_and_where_to_begin():
    """0.85 of 800 are 680 records; 468 met it."""
    assert "至少还需改善 212 条记录" in text_of(report(), "directions")
    assert "先查班组“华东一组”" in text_of(report(), "directions")


def test_every_figure_in_the_drafted_chapters_is_a_locked_reference():
    found = report()
    for chapter in found.chapters:
        for paragraph in chapter.paragraphs:
            words_only = paragraph.replace("95% 区间", "").replace("2024-02", "").replace("与 2 档", "")
            assert not any(sign.isdigit() for sign in words_only.replace("[[n", "[[").split("[[")[0]), paragraph


def test_nothing_to_say_is_said():
    assert chapters()["strengths"].startswith("本期没有可以断定的优势")
    assert chapters()["directions"].startswith("本期数据没有指出")


def test_a_small_sample_is_no_strength():
    small = result("fcr", 1.0, 0.57, 1.0, 5, band=5, band_certain=False, bands_possible=(1, 2, 3, 4, 5), small=True)
    assert chapters([Item("i1", "FCR", small)])["strengths"].startswith("本期没有")


@pytest.mark.parametrize(("hits", "verdict"), [(45, "undecided"), (44, "undecided"), (50, "met"), (30, "missed")])
def test_what_the_interval_leaves_open_is_neither_strength_nor_weakness(hits, verdict):
    """statsmodels: Wilson's interval of 45 of 50 is 78.6 to 95.7 %, of 44 of 50 76.2 to 94.4 %: 90 % lies in both."""
    low, high = proportion_confint(hits, 50, method="wilson")
    one = result("csat_mean", hits / 50, low, high, 50, target=0.9, target_met=hits >= 45)
    told = chapters([Item("i1", "FCR", one)])
    assert ("FCR" in told["strengths"], "FCR" in told["weaknesses"]) == (verdict == "met", verdict == "missed")
    assert ("未能判定是否达到目标" in told["directions"]) == (verdict == "undecided")


def test_a_level_that_is_not_certain_is_no_weakness():
    open_ = result("fcr", 0.58, 0.5, 0.66, 100, band=1, band_certain=False, bands_possible=(1, 2, 3))
    few = result("fcr", 0.2, 0.1, 0.3, 9, band=1, band_certain=True, bands_possible=(1,), small=True)
    for one, why in ((open_, "区间跨档"), (few, "样本不足")):
        told = chapters([Item("i1", "FCR", one)])
        assert told["weaknesses"].startswith("本期没有") and why in told["directions"]


def test_items_are_ranked_lowest_first_and_unjudged_last():
    fcr, csat = PASSPORTS["fcr"], PASSPORTS["csat_mean"]
    low = rank(result("fcr", 0.65, 0.6, 0.7, 300, band=2), fcr)
    missed = rank(result("csat_mean", 4.3, 4.2, 4.4, 300, target=4.5, target_met=False), csat)
    high = rank(result("fcr", 0.95, 0.9, 0.97, 300, band=5), fcr)
    unjudged = rank(result("csat_mean", 4.3, 4.2, 4.4, 300), csat)
    assert sorted([unjudged, high, missed, low]) == [low, missed, high, unjudged]


def test_the_low_items_get_a_section_and_the_lowest_when_none_is_low():
    low, close, csat = report().items[0], report().items[1], report().items[3]
    assert is_weak(low) and is_weak(csat) and not is_weak(close)
    assert choose_detailed([low] * 9) == [low] * 6
    assert choose_detailed([close, report().items[2]]) == [close, report().items[2]]
    assert choose_detailed([report().items[4]]) == []   # withheld


def test_the_change_of_two_shares_has_newcombes_interval():
    """Newcombe 1998, Statistics in Medicine 17:873-890, method 10: 56/70 against 48/80, Wilson intervals of each."""
    before = Result("fcr", "1", "", {}, 48 / 80, 80, 0.490415, 0.700448)
    after = Result("fcr", "1", "", {}, 56 / 70, 70, 0.692048, 0.876938)
    change = compare(after, before, "up")
    assert change is not None
    assert (change.low, change.high) == pytest.approx((0.0524, 0.3339), abs=1e-3)
    assert change.verdict == "better"
    other = compare(after, before, "down")
    assert other is not None and other.verdict == "worse"


def test_without_interval_or_value_no_change_is_claimed():
    before = Result("fcr", "1", "", {}, 0.5, 80)
    change = compare(Result("fcr", "1", "", {}, 0.9, 80), before, "up")
    assert change is not None and change.verdict == "unclear"
    assert compare(Result("fcr", "1", "", {}, None, 0), before, "up") is None
    assert compare(Result("fcr", "1", "", {}, 0.9, 80, suppressed=True), before, "up") is None


@pytest.mark.parametrize(("name", "met", "n", "target", "needed"), [
    ("fcr", 468, 800, 0.85, 212), ("fcr", 80, 100, 0.8, None), ("overtime_rate", 30, 100, 0.1, 20),
    ("csat_mean", 30, 100, 4.5, None),
])
def test_how_many_more_rows_a_target_needs(name, met, n, target, needed):
    found = result(name, met / n, None, None, n, numerator=float(met), target=target, target_met=needed is None)
    assert needed_rows(found, PASSPORTS[name]) == needed
