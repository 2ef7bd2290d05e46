"""Charts are data: everything a reader needs stands in the option, and nothing needs a function."""

import json

import pytest

from bihuan.engine.charts.control import control_chart, trend_spark
from bihuan.engine.charts.groups import band_radar, grouped_bars
from bihuan.engine.charts.palette import BANDS, SERIES
from bihuan.engine.charts.relations import Dot, Fit, pareto, scatter_fit, week_heat_map
from bihuan.engine.charts.surveys import (
    Driver,
    distribution_bars,
    gap_chart,
    heat_table,
    importance_performance,
    score_radar,
    wave_lines,
)
from bihuan.engine.charts.tests.results import result
from bihuan.engine.charts.wording import labels_for
from bihuan.engine.indicators.contracts import Point

MONTHS = [result(value, period=f"2024-0{month}", n=n)
          for month, (value, n) in enumerate([(0.82, 300), (0.80, 310), (None, 0), (0.60, 299)], start=1)]
TEAMS = [
    result(0.5, team="一组", tier="新客"), result(0.7, team="一组", tier="VIP"), result(0.6, team="二组", tier="新客"),
]


def control(**more):
    points = [Point(month, 0.81, 0.75, 0.93, signal=month.value == 0.60) for month in MONTHS]
    return control_chart(points, **more)


def test_a_running_period_is_a_hollow_point_and_says_so():
    option = control_chart([Point(MONTHS[0], 0.81, 0.75, 0.93), Point(MONTHS[1], running=True)])
    data = option["series"][3]["data"]
    assert [item.get("symbol") for item in data] == [None, "emptyCircle"] and "未满" in data[1]["tooltip"]["formatter"]
    assert option["xAxis"]["data"][1].endswith("进行中")


def every_option():
    return {
        "control": control(target=0.9, title="一次性解决率"),
        "spark": trend_spark(MONTHS), "bars": grouped_bars(TEAMS, by="team", split="tier", target=0.8),
        "radar": band_radar({"本期": [result(0.8, band=4)] * 3}, axes=["甲", "乙", "丙"]),
        "heat": week_heat_map([result(0.1, hour="9", weekday="1")]), "pareto": pareto({"物流": 50, "发票": 20}),
        "scatter": scatter_fit([Dot("电话", 0.8, 4.1, 90)], Fit((0.7, 0.9), (4, 4.2), (3.9, 4), (4.1, 4.4)),
                               x_name="FCR", y_name="CSAT", x_unit="%", y_unit="score"),
        "score_radar": score_radar({"华东": [result(4.1), result(None), result(3.9)]}, axes=["甲", "乙", "丙"],
                                   ends=(1, 5)),
        "heat_table": heat_table({"华东": {"甲": result(4.1), "乙": None}}, columns=["甲", "乙"]),
        "waves": wave_lines({"甲": [result(4.1), None]}, waves=["2016", "2017"], unit="score"),
        "gap": gap_chart({"甲": (result(4.5), result(4.1))}, names=("期望", "现状")),
        "distribution": distribution_bars({"甲": {"1": 3, "5": 9}}, answers=["1", "2", "3", "4", "5"]),
        "ipa": importance_performance([Driver("甲", 3.9, 0.4, 90), Driver("乙", 4.2, 0.1, 90)], middle=(4.05, 0.25),
                                      names=("表现", "重要性"), corners=("优先改进", "继续保持", "次要", "可能过度")),
    }


@pytest.mark.parametrize(("name", "option"), every_option().items())
def test_an_option_is_json_with_rich_text_tooltips(name, option):
    text = json.dumps(option, allow_nan=False)
    assert json.loads(text) == option
    assert option["tooltip"]["renderMode"] == "richText"
    assert "function" not in text and "renderItem" not in text


def test_the_axis_of_a_control_chart_shows_limits_values_and_target():
    axis = control(target=0.98)["yAxis"]
    assert axis["min"] <= 60 and axis["max"] >= 98
    assert axis["max"] <= 100   # a share is never above 100 %


def test_n_stands_below_each_period():
    assert control()["xAxis"]["data"][0] == "2024-01\nn=300"


def test_a_period_without_data_is_a_gap_and_not_zero():
    values = control()["series"][3]["data"]
    assert [item["value"] for item in values] == [82.0, 80.0, None, 60.0]


def test_a_signal_differs_by_shape_and_by_word_not_by_colour_alone():
    item = control()["series"][3]["data"][3]
    assert item["symbol"] == "diamond" and item["tooltip"]["formatter"].endswith("异常点")


def test_error_bars_are_the_interval():
    bars, whiskers = grouped_bars(TEAMS, by="team", split="tier")["series"][:2]
    assert bars["data"][0]["value"] == 50.0
    assert whiskers["type"] == "boxplot" and whiskers["data"][0] == pytest.approx([45, 50, 50, 50, 55])


def test_a_combination_without_rows_has_no_bar():
    vip = grouped_bars(TEAMS, by="team", split="tier")["series"][2]
    assert vip["data"][1] is None


def test_a_suppressed_value_is_neither_drawn_nor_written():
    option = grouped_bars([result(0.5, n=3, team="一组", suppressed=True)], by="team")
    assert option["series"][0]["data"][0]["value"] is None
    assert option["series"][0]["data"][0]["tooltip"]["formatter"] == "一组\n样本过小，不显示"
    assert option["series"][1]["data"] == [[None] * 5]


def test_radar_leaves_out_a_spoke_without_band_and_says_so():
    option = band_radar({"本期": [result(0.8, band=4), result(None), result(0.7, band=3)]}, axes=["甲", "乙", "丙"])
    assert option["series"][0]["data"][0]["value"] == [4, 3]
    assert option["title"]["subtext"] == "暂无数据: 乙"


def test_heat_map_has_no_cell_where_there_is_no_data():
    option = week_heat_map([result(0.1, hour="9", weekday="1"), result(None, hour="10", weekday="7")])
    assert [item["value"] for item in option["series"][0]["data"]] == [[9, 0, 10.0]]


def test_pareto_marks_the_few_that_reach_the_cut():
    option = pareto({"其他": 5, "物流": 50, "发票": 20, "质量": 15, "安装": 10})
    bars, line = option["series"]
    assert [bar["name"] for bar in bars["data"]] == ["物流", "发票", "质量", "安装", "其他"]
    assert line["data"] == [50.0, 70.0, 85.0, 95.0, 100.0]
    assert len({bar["itemStyle"]["color"] for bar in bars["data"][:3]}) == 1
    assert bars["data"][3]["itemStyle"]["color"] != bars["data"][2]["itemStyle"]["color"]


def test_seconds_are_drawn_in_the_unit_that_fits():
    option = grouped_bars([result(7200.0, half=600, unit="s", team="一组")], by="team")
    assert option["yAxis"]["axisLabel"]["formatter"] == "{value} 小时"
    assert option["series"][0]["data"][0]["value"] == 2.0


def test_braces_in_a_name_cannot_become_a_command_of_the_template():
    option = grouped_bars([result(0.5, team="{a|红}")], by="team")
    assert "{a|" not in json.dumps(option, ensure_ascii=False)


def test_words_follow_the_language():
    assert control(labels=labels_for("en"))["legend"]["data"][0] == "Value"
    assert control(labels=labels_for("zh-hant"))["series"][3]["name"] == "數值"


def test_no_data_at_all_is_an_empty_chart():
    assert control_chart([])["series"][3]["data"] == []
    assert grouped_bars([], by="team")["xAxis"]["data"] == []


def luminance(colour):
    parts = [int(colour[place:place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def as_protan(colour):
    """Viénot, Brettel and Mollon 1999, Color Research and Application 24:243-252: how a protanope sees a colour."""
    red, green, blue = [(int(colour[place:place + 2], 16) / 255) ** 2.2 for place in (1, 3, 5)]
    return (0.11238 * red + 0.88762 * green, 0.11238 * red + 0.88762 * green, 0.00401 * red - 0.00401 * green + blue)


@pytest.mark.parametrize("colours", [SERIES[:4], tuple(BANDS.values())])
def test_colours_stay_apart_for_a_colour_blind_reader(colours):
    seen = [as_protan(colour) for colour in colours]
    gaps = [sum((a - b) ** 2 for a, b in zip(one, other)) ** 0.5 for i, one in enumerate(seen) for other in seen[:i]]
    assert min(gaps) > 0.1


def test_colours_of_levels_are_dark_enough_to_be_seen_on_white():
    assert all((1.05 / (luminance(colour) + 0.05)) > 2 for colour in BANDS.values())


def test_a_spoke_without_a_score_is_left_out_and_named():
    option = score_radar({"华东": [result(4.1), result(None), result(3.9)], "华北": [result(4.0)] * 3},
                         axes=["甲", "乙", "丙"], ends=(1, 5))
    assert [axis["name"] for axis in option["radar"]["indicator"]] == ["甲", "丙"]
    assert option["title"]["subtext"].endswith("乙")


def test_a_cell_that_may_not_be_told_is_empty():
    option = heat_table({"华东": {"甲": result(4.1), "乙": result(4.0, suppressed=True)}}, columns=["甲", "乙"])
    assert [item["value"][:2] for item in option["series"][0]["data"]] == [[0, 0]]


def test_bars_of_a_distribution_are_shares_of_the_items_answers():
    """9 of 12 are 75 %."""
    option = distribution_bars({"甲": {"1": 3, "5": 9}}, answers=["1", "5"])
    assert [one["data"][0]["value"] for one in option["series"]] == [25.0, 75.0]


def test_labels_of_the_importance_matrix_lie_on_no_other():
    option = importance_performance(
        [Driver("人员专业度", 3.94, 0.10, 175), Driver("沟通便捷性", 3.88, 0.08, 175),
         Driver("售后保障", 3.02, 0.38, 175)],
        middle=(3.7, 0.17), names=("表现", "重要性"), corners=("a", "b", "c", "d"))
    sides = {one["name"]: one["label"]["position"] for one in option["series"][0]["data"]}
    assert sides["售后保障"] == "top" and sides["人员专业度"] != sides["沟通便捷性"]
