"""What the engine's codes say to people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.engine.effects.breaks import FARTHEST, FIRM_LIMIT, LIMIT, NEAREST
from bihuan.engine.effects.timeseries import plain_method
from bihuan.ui import formats

from ..contracts import NO_WAIT

MOVED_BEFORE, GUARD_MOVED_BEFORE = "moved_before", "guard_moved_before"


def reason_of(result: Mapping[str, Any], change: date) -> str:
    """Return why a verdict is what it is, with the week of another event where that is the reason."""
    weeks = (result.get("extra") or {}).get("other_weeks")   # results kept earlier have none
    if result["reason"] != MOVED_BEFORE or weeks is None:
        return reason_words(result["reason"])
    day = (change - timedelta(weeks=weeks)).isoformat()
    return _("约从 {day} 那一周（新做法开始前 {weeks} 周）起，指标的水平或走势就已经在变，同样解释得通后来的变动："
             "分不清是不是这项改进带来的。").format(day=day, weeks=round(weeks))


def other_words(extra: Mapping[str, Any], method: str) -> str:
    """Return how well another event before the change explains the movement; empty where none was tried."""
    if extra.get("other_odds") is None:
        return ""
    return _("若改进没有作用，而是变化前第 {nearest} 至 {farthest} 周里另有变动：这样解释的可能性是“改进起了作用”的 "
             "{odds} 倍（超过 {limit} 倍就判“无法判断”）。").format(
        nearest=NEAREST, farthest=FARTHEST, odds=formats.plain(min(extra["other_odds"], 999), 2),
        limit=formats.plain(LIMIT if method == plain_method(None) else FIRM_LIMIT, 1))


def reason_words(code: str) -> str:
    """Return why a verdict is what it is."""
    return {
        "interval_above_zero": _("整个区间都在 0 以上，并够得到值得做的最小变化。"),
        "interval_below_zero": _("整个区间都在 0 以下：比没有改进时更差。"),
        "smaller_than_worthwhile": _("区间的上端小于值得做的最小变化：即使有变化，也不值得。"),
        "interval_too_wide": _("区间跨过了界限：数据还分不清。"),
        "placebo_as_large": _("没有改进的对照里，也有不少出现这样大的变化：不能归功于这项改进。"),
        MOVED_BEFORE: _("指标在新做法开始之前就已经在变，同样解释得通后来的变动：分不清是不是这项改进带来的。"),
        GUARD_MOVED_BEFORE: _("指标变好了，不能变差的指标变差了，但它在新做法开始之前就已经在变："
                              "分不清是不是这项改进带来的。"),
        "guard_harmed": _("指标变好了，但不能变差的指标变差了。"),
        "guard_not_judged": _("整个区间都在 0 以上，并够得到值得做的最小变化；"
                              "但不能变差的指标有的还无法判断是否变差。"),
        "points_before": _("变化之前有数据的期间不到 12 周（天），再等也不会多。"),
        "points_after": _("变化之后的期间太少。"),
        "still_growing": _("约定的见效时间还没过完，看不到全部见效之后的数据。"),
        "between_waves": _("变化落在两轮调查之间，空白期比数据还长：两轮之间的其他变化也在差值里，等多久都分不清。"
                           "请连续调查，变化前至少 12 天（周）、变化后至少 8 天（周）都有答卷。"),
        "no_variation": _("数值没有任何波动，无法估计误差。"),
    }.get(code, code)


def guard_words(state: str, worthwhile: float | None, weeks: float | None = None) -> str:
    """Return how an indicator stands that must not suffer; without ``worthwhile`` as it was told earlier.

    ``weeks``: how long before the change another event began that explains its loss as well.
    """
    if state == MOVED_BEFORE:
        return _("变差了，但变化前约 {weeks} 周起就已经在变，分不清是不是这项改进带来的").format(
            weeks=round(weeks or 0))
    if state == "unharmed" and worthwhile is None:
        return _("没有变差的证据")
    return {"harmed": _("变差"), "unharmed": _("没有变差到值得在意的程度")}.get(state, _("无法判断是否变差"))


def need_words(need: Mapping[str, Any] | None, reason: str) -> str:
    """Return how long to wait; empty where nothing is needed or the reason itself says that no wait helps."""
    if need is None or reason in NO_WAIT:
        return ""
    if need["weeks"] is None:
        return _("按现有波动，再等多久也看不出值得做的最小变化。")
    return _("约需再等 {weeks} 周，或再有 {n} 条记录。").format(weeks=need["weeks"], n=formats.plain(need["n"]))


def why_words(code: str) -> str:
    """Return by which rule a term is in the model."""
    if code.startswith("selected_from_"):
        return _("因从 {n} 个对象中挑出，区间下端已放宽，以免把自己回升当成效果。").format(n=code.rsplit("_", 1)[1])
    if (words := _counted_words(code)) is not None:
        return words
    return {
        "drift_possible": _("变化前的数据不能排除两方差距在变，模型含趋势。"),
        "drift_negligible": _("变化前两方差距的变化小到可以忽略，模型不含趋势。"),
        "together_drift_apart": _("对照合在一起时，变化前两方差距在变，因此逐个加权。"),
        "together_drift_possible": _("对照合在一起时，变化前的数据不能排除两方差距在变，因此逐个加权。"),
        "weighed_drift_possible": _("加权之后仍不能排除差距在变，模型含趋势。"),
        "weighed_drift_negligible": _("加权之后，变化前差距的变化小到可以忽略，模型不含趋势。"),
        "weighed_drift_too": _("怎样加权，变化前的差距都在变，所以没有用合成对照。"),
        "donors_lack_periods": _("占权重的对照在变化后缺数据，所以没有用合成对照。"),
        "trend_kept": _("变化前的数据不能排除趋势，模型含直线趋势。"),
        "trend_negligible": _("变化前的趋势小到可以忽略，模型不含趋势。"),
        "drift_apart": _("变化前两方差距在变，模型含趋势。"), "no_drift_apart": _("变化前两方差距稳定，模型不含趋势。"),
        "weekdays": _("模型含星期。"), "yearly_wave": _("模型含一年一度的起伏。"),
        "other_events_tried": _("没有对照，所以逐周试过：变化前另有变动，能不能同样解释后来的变动。"),
        "other_events_tried_beside": _("模型含两方差距的趋势，所以逐周试过：变化前另有变动，"
                                       "能不能同样解释后来的变动。"),
        "selection_left_out": _("挑选时所用的数据没有用来判定。"),
    }.get(code, code)


def _counted_words(code: str) -> str | None:
    """The words of codes that end in a number."""
    stem, _cut, number = code.rpartition("_")
    text = {
        "grows_over": _("按标尺的约定，变化在 {n} 周内均匀增长；效果是全部见效时的大小。"),
        "donors": _("{n} 个对照在变化前每期都有数据，参加加权。"),
        "too_few_donors": _("变化前每期都有数据的对照只有 {n} 个，不到 5 个，所以没有用合成对照。"),
        "too_short_for_weights": _("变化前不到 {n} 期，定不出权重，所以没有用合成对照。"),
    }.get(stem)
    return None if text is None else text.format(n=number)


def assumption_words(code: str) -> str:
    """Return what has to hold."""
    return {
        "no_other_change": _("同一时间没有别的变化影响这个指标。"), "linear_trend": _("趋势会照原样延续。"),
        "level_stays": _("没有改进时，水平会保持不变。"), "parallel": _("没有改进时，两方会一样变化。"),
        "grows_evenly": _("变化像约定的那样逐步增长，之后不再增减。"),
        "weights_hold": _("没有改进时，加权后的对照会与受影响的一方一样变化。"),
        "no_yearly_season": _("不到一年半的数据，没有扣除季节起伏。"),
        "season_weighed": _("不到一年半的数据，扣除不了季节起伏：可能的年度起伏已放宽在区间里，突然的换季不在其中。"),
    }.get(code, code)


def grain_words(grain: str) -> str:
    return {"week": _("周"), "day": _("天")}.get(grain, grain)


def change_text(value: float | None, unit: str) -> str:
    """Return a change with its sign, shares in percentage points."""
    return formats.signed(value, unit)
