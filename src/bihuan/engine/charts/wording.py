"""The words of charts and reports in three languages, and numbers as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

DASH = "—"
MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Labels:
    """What a chart says beside its data; a page may pass its own. ``weekdays`` begin with Monday."""

    lang: str = "zh-hans"
    value: str = "数值"
    centre: str = "中心线"
    upper: str = "控制上限"
    lower: str = "控制下限"
    signal: str = "异常点"
    running: str = "进行中"
    not_judged: str = "本期未满：不参与中心线与控制限，也不作判断"
    target: str = "目标值"
    interval: str = "95% 置信区间"
    count: str = "数量"
    cumulative: str = "累计占比"
    fit: str = "拟合线"
    bounds: str = "拟合线的 95% 区间"
    no_data: str = "暂无数据"
    suppressed: str = "样本过小，不显示"
    day: str = "天"
    hour: str = "小时"
    minute: str = "分钟"
    minutes_and: str = "分"             # before seconds, as pages write it
    second: str = "秒"
    points: str = "个百分点"
    oclock: str = "{} 时"
    weekdays: tuple[str, ...] = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


LABELS = {
    "zh-hans": Labels(),
    "zh-hant": Labels(
        lang="zh-hant", value="數值", centre="中心線", upper="控制上限", lower="控制下限", signal="異常點",
        running="進行中", not_judged="本期未滿：不參與中心線與控制限，也不作判斷",
        target="目標值", suppressed="樣本過小，不顯示",
        interval="95% 信賴區間", count="數量", cumulative="累計占比", fit="擬合線", bounds="擬合線的 95% 區間",
        no_data="暫無資料", hour="小時", minute="分鐘", points="個百分點", oclock="{} 時",
        weekdays=("週一", "週二", "週三", "週四", "週五", "週六", "週日"),
    ),
    "en": Labels(
        lang="en", value="Value", centre="Centre line", upper="Upper limit", lower="Lower limit", signal="Signal",
        running="running", not_judged="Period not over: no part of centre line and limits, and not judged",
        target="Target", interval="95% interval", count="Count", cumulative="Cumulative share", fit="Fitted line",
        bounds="95% interval of the line", no_data="No data", suppressed="Too few to show",
        day="d", hour="h", minute="min", minutes_and="min", second="s",
        points="points", oclock="{}:00", weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ),
}


def labels_for(lang: str) -> Labels:
    """Return the words of a language; simplified Chinese, the source language, for one that is not known."""
    key = lang.lower().replace("_", "-")
    return LABELS["en" if key.startswith("en") else "zh-hant" if key in ("zh-hant", "zh-tw", "zh-hk") else "zh-hans"]


def missing(value: float | None) -> bool:
    """Return whether a value stands for no data (None or NaN)."""
    return value is None or isnan(value)


def value_text(value: float | None, unit: str, labels: Labels = LABELS["zh-hans"]) -> str:
    """Return a value in its unit: a share as percent, seconds in words, scores with two decimals.

    >>> [value_text(v, u) for v, u in ((0.853, "%"), (95, "s"), (4.217, "score"), (None, "%"), (0, "count"))]
    ['85.3%', '1 分 35 秒', '4.22', '—', '0']
    >>> value_text(-0.01, "points")
    '0.0'
    """
    if value is None or isnan(value):
        return DASH
    match unit:
        case "%":
            return f"{_rounded(100 * value, 1):,.1f}%"
        case "s":
            return duration_text(value, labels)
        case "points":
            return f"{_rounded(value, 1):,.1f}"
        case "count":
            return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 10 else f"{value:,.1f}"
    return f"{_rounded(value, 2):,.2f}"


def _rounded(value: float, digits: int) -> float:
    """A little below zero is zero, not -0.0."""
    return round(value, digits) + 0.0


def duration_text(seconds: float, labels: Labels = LABELS["zh-hans"]) -> str:
    """Return a length of time in the units that matter.

    >>> [duration_text(s) for s in (12.4, 59.96, 200, 18720, 345600, -30)]
    ['12.4 秒', '1 分钟', '3 分 20 秒', '5.2 小时', '4.0 天', '-30.0 秒']
    """
    sign, size = ("-", -seconds) if seconds < 0 else ("", seconds)
    if round(size, 1) < MINUTE:
        return f"{sign}{size:.1f} {labels.second}"
    if round(size) < HOUR:
        minutes, rest = divmod(round(size), MINUTE)
        if rest:
            return f"{sign}{minutes} {labels.minutes_and} {rest} {labels.second}"
        return f"{sign}{minutes} {labels.minute}"
    if size < 2 * DAY:
        return f"{sign}{size / HOUR:,.1f} {labels.hour}"
    return f"{sign}{size / DAY:,.1f} {labels.day}"


def change_text(change: float | None, unit: str, labels: Labels = LABELS["zh-hans"]) -> str:
    """Return a difference with its sign: shares in percentage points, the rest in their unit.

    >>> change_text(-0.021, "%"), change_text(90, "s"), change_text(None, "s")
    ('-2.1 个百分点', '+1 分 30 秒', '—')
    """
    if change is None or isnan(change):
        return DASH
    if unit == "%":
        return f"{100 * change:+,.1f} {labels.points}"
    text = value_text(change, unit, labels)
    return text if change < 0 else f"+{text}"


def change_interval_text(low: float, high: float, unit: str, labels: Labels = LABELS["zh-hans"]) -> str:
    """Return the interval of a difference, both ends signed.

    >>> change_interval_text(0.012, 0.074, "%"), change_interval_text(-28, -12, "s")
    ('+1.2 – +7.4 个百分点', '-28.0 秒 – -12.0 秒')
    """
    if unit == "%":
        return f"{100 * low:+,.1f} – {100 * high:+,.1f} {labels.points}"
    return f"{change_text(low, unit, labels)} – {change_text(high, unit, labels)}"


def interval_text(low: float | None, high: float | None, unit: str, labels: Labels = LABELS["zh-hans"]) -> str:
    """Return "81.2% – 85.0%"; a dash when there is no interval, and for an open end.

    >>> interval_text(0.812, 0.85, "%"), interval_text(None, None, "%")
    ('81.2% – 85.0%', '—')
    """
    if missing(low) and missing(high):
        return DASH
    return f"{value_text(low, unit, labels)} – {value_text(high, unit, labels)}"
