"""Numbers are written the way people read them, and no data is never a 0."""

import pytest
from django.utils import translation

from bihuan.engine.indicators.contracts import Result
from bihuan.ui import formats
from bihuan.ui.templatetags.ui import _described as described


@pytest.fixture(autouse=True)
def chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(("seconds", "text"), [
    (0, "0 秒"), (12.34, "12.3 秒"), (59.96, "1 分"), (60, "1 分"), (95, "1 分 35 秒"), (3599.7, "1 小时"),
    (4800, "1 小时 20 分"), (86_399, "1 天"), (93_600, "1 天 2 小时"), (-90, "-1 分 30 秒"), (874_800, "10 天 3 小时"),
])
def test_durations_in_their_two_largest_units(seconds, text):
    assert formats.duration(seconds) == text


@pytest.mark.parametrize("write", [formats.duration, formats.percent, formats.plain, formats.size])
def test_no_data_is_said(write):
    assert write(None) == "暂无数据"
    assert write(0) != "暂无数据"


def test_not_a_number_is_no_data():
    assert formats.figure(float("nan"), "s") == "暂无数据"


def test_each_unit_has_its_form():
    assert formats.figure(0.404, "%") == "40.4%"
    assert formats.figure(253_440, "s") == "2 天 22 小时"
    assert formats.figure(4.038, "score") == "4.04"
    assert formats.figure(39.8, "points") == "39.8"
    assert formats.figure(59354, "count") == "59,354"


def test_a_difference_has_one_sign_everywhere():
    assert [formats.signed(one, "%") for one in (-0.044, 0.0241, -0.0003, None)] == [
        "-4.4 个百分点", "+2.4 个百分点", "0.0 个百分点", "—"]
    assert [formats.signed(-90, "s"), formats.signed(-12.3, "count"), formats.figure(-4.4, "points")] == [
        "-1 分 30 秒", "-12", "-4.4"]


def test_interval_with_an_open_end():
    assert formats.interval(0.1, 0.2, "%") == "10.0% – 20.0%"
    assert formats.interval(None, 30, "s") == "不高于 30 秒"
    assert formats.interval(30, None, "s") == "不低于 30 秒"
    assert formats.interval(None, None, "s") == ""


def test_bands_that_cannot_be_told_apart_are_named():
    assert formats.not_distinguishable(4, (3, 4)) == "与 3 档不可区分"
    assert formats.not_distinguishable(4, (3, 4, 5)) == "与 3 档、5 档不可区分"
    assert formats.not_distinguishable(4, (4,)) == ""
    assert formats.not_distinguishable(None, ()) == ""


def test_a_count_is_told_once_and_in_whole_things():
    counted = described(Result("x", "", "", {}, 3.0, 3, 0.62, 8.77, unit="count", method="poisson"))
    assert counted["counted"] and counted["interval"].replace("\u00a0", " ") == "0 – 9"
    mean = described(Result("x", "", "", {}, 0.8, 40, 0.61, 1.2, unit="count"))
    assert not mean["counted"] and mean["interval"] == "0.61 – 1.2"
