"""What the engine's codes say to people."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.loop.improve.measures.queries.foresight import size_text


def reason_words(code: str) -> str:
    """Return why a verdict is what it is."""
    return {
        "interval_above_zero": _("整个区间都在 0 以上，并够得到值得做的最小变化。"),
        "interval_below_zero": _("整个区间都在 0 以下：比没有改进时更差。"),
        "smaller_than_worthwhile": _("区间的上端小于值得做的最小变化：即使有变化，也不值得。"),
        "interval_too_wide": _("区间跨过了界限：数据还分不清。"),
        "guard_harmed": _("指标变好了，但不能变差的指标变差了。"),
        "points_before": _("变化之前的期间太少。"), "points_after": _("变化之后的期间太少。"),
        "no_variation": _("数值没有任何波动，无法估计误差。"),
    }.get(code, code)


def why_words(code: str) -> str:
    """Return by which rule a term is in the model."""
    if code.startswith("selected_from_"):
        return _("因从 {n} 个对象中挑出，区间下端已放宽，以免把自己回升当成效果。").format(n=code.rsplit("_", 1)[1])
    return {
        "trend_kept": _("变化前的数据不能排除趋势，模型含直线趋势。"),
        "trend_negligible": _("变化前的趋势小到可以忽略，模型不含趋势。"),
        "drift_apart": _("变化前两方差距在变，模型含趋势。"), "no_drift_apart": _("变化前两方差距稳定，模型不含趋势。"),
        "weekdays": _("模型含星期。"), "yearly_wave": _("模型含一年一度的起伏。"),
        "selection_left_out": _("挑选时所用的数据没有用来判定。"),
    }.get(code, code)


def assumption_words(code: str) -> str:
    """Return what has to hold."""
    return {
        "no_other_change": _("同一时间没有别的变化影响这个指标。"), "linear_trend": _("趋势会照原样延续。"),
        "level_stays": _("没有改进时，水平会保持不变。"), "parallel": _("没有改进时，两方会一样变化。"),
        "no_yearly_season": _("不到一年半的数据，没有扣除季节起伏。"),
    }.get(code, code)


def grain_words(grain: str) -> str:
    return {"week": _("周"), "day": _("天")}.get(grain, grain)


def change_text(value: float | None, unit: str) -> str:
    """Return a change with its sign, shares in percentage points."""
    if value is None:
        return "—"
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + size_text(value, unit)
