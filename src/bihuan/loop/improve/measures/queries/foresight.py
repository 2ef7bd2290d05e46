"""What a yardstick's look ahead says, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.languages import closed_up
from bihuan.engine.effects.breaks import FARTHEST, NEAREST
from bihuan.engine.effects.contracts import FIRST_RULES, RULES
from bihuan.engine.effects.reading import DONOR_FIELDS
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.filters import place_words
from bihuan.loop.evaluate.indicators.queries.words import dimension_labels, in_language
from bihuan.ui import formats


@dataclass(frozen=True)
class Outlook:
    """Whether the data can tell: ``tone`` good, fair or bad, and the sentences."""

    tone: str
    title: str
    text: str


def method_label(method: str) -> str:
    """Return the name of a method."""
    return {"interrupted_time_series": _("间断时间序列"), "difference_in_differences": _("双重差分"),
            "synthetic_control": _("合成对照"), "weighed_or_together": _("双重差分；两方变化前不平行时用合成对照"),
            "paired_callbacks": _("回访配对检验")}.get(method, method)


def donor_fields() -> list[tuple[str, str]]:
    """Return by what those who were not touched may be told apart: never by single people."""
    labels = dimension_labels()
    return [(field, labels[field]) for field in DONOR_FIELDS if field in labels]


def planned_method(against: str | None, donors: str) -> str:
    """Return by which method a yardstick will be judged, as far as that is settled beforehand."""
    if not against:
        return method_label("interrupted_time_series")
    return method_label("weighed_or_together" if donors else "difference_in_differences")


def onset_words(weeks: int) -> str:
    """Return how a change is said to arrive."""
    return _("逐步，{weeks} 周内见效").format(weeks=weeks) if weeks else _("立即见效")


def rules_words(rules: int) -> str:
    """Return what the rules of a version ask beyond those before it."""
    if rules == FIRST_RULES:
        return _("第 1 版：不查变化前有没有别的变动")
    return _("第 {n} 版：没有对照时，变化前第 {nearest} 至 {farthest} 周的其他变动若同样解释得通，判“无法判断”").format(
        n=rules, nearest=NEAREST, farthest=FARTHEST)


def size_text(value: float, unit: str) -> str:
    """Return the size of a change: shares in percentage points."""
    if unit == "%":
        return _("{n} 个百分点").format(n=formats.plain(abs(100 * value), 1))
    return formats.figure(abs(value), unit)


def outlook(told: dict[str, Any], *, unit: str, worthwhile: float, weeks_after: int) -> Outlook:
    """Return in words whether a verdict will be possible within the window."""
    found = _outlook(told, unit, worthwhile, weeks_after)
    return replace(found, text=closed_up(found.text))


def _outlook(told: dict[str, Any], unit: str, worthwhile: float, weeks_after: int) -> Outlook:
    change = size_text(worthwhile, unit)
    if told["reason"] == "points_before":
        return Outlook("bad", _("变化之前的数据不够"), _(
            "至少需要 12 个有数据的期间，现有 {n} 个：无论等多久都无法判断效果。请放宽范围或换一个指标。").format(
                n=told["points_before"]))
    if told["reason"] == "in_waves":
        return Outlook("bad", _("数据一轮一轮地来，中间是空白"), _(
            "空白期比最近一轮还长：变化若落在两轮之间，两轮的差别里还有别的变化，等多久都无法判断效果。"
            "请在变化前后连续调查，或换一个每天都有数据的指标。"))
    if told["reason"] == "no_variation":
        return Outlook("bad", _("变化之前的数值完全一样"), _("没有波动就无法估计误差：请换一个指标或范围。"))
    if told["weeks"] is None:
        return Outlook("bad", _("五年之内也看不出这样大小的变化"), _(
            "按现有波动，看出 {change} 的变化需要五年以上。请放宽范围、换更稳定的指标，或设更大的最小变化。").format(
                change=change))
    need = _("看出 {change} 的变化约需变化后 {weeks} 周（{n} 条记录），现每周约 {a_week} 条。").format(
        change=change, weeks=told["weeks"], n=formats.plain(told["n"]), a_week=formats.plain(told["a_week"], 0))
    if told["weeks"] <= weeks_after:
        return Outlook("good", _("数据足以判断"), need)
    shown = "" if told["shown"] is None else _("按计划的 {weeks} 周，只能看出 {shown} 以上的变化。").format(
        weeks=weeks_after, shown=size_text(told["shown"], unit))
    return Outlook("fair", _("复评窗口太短"), need + shown)


def yardstick_words(measure: Any) -> dict[str, Any]:
    """Return a frozen yardstick as its page shows it; {} before approval."""
    kept = measure.yardstick
    if not kept:
        return {}
    terms = kept["terms"]
    passports = engine.passports()
    passport = passports.get(terms["indicator"])
    unit = passport.unit if passport else ""
    title = in_language(passport.title) if passport else terms["indicator"]
    return {
        "title": title, "indicator": terms["indicator"], "version": terms["version"],
        "where": terms["where"], "where_words": place_words(terms["where"] or ""),
        "against": terms["against"], "against_words": place_words(terms["against"] or ""),
        "worthwhile": size_text(terms["worthwhile"], unit),
        "direction": terms["direction"], "change": terms["change"], "since": terms["since"], "until": terms["until"],
        "guards": [in_language(passports[one].title) if one in passports else one for one in terms["guards"]],
        "selected_from": terms["selected_from"], "hash": kept["hash"],
        "donors": dimension_labels().get(terms.get("donors", ""), ""),
        "method": planned_method(terms["against"], terms.get("donors", "")), "onset": onset_words(terms.get("ramp", 0)),
        "rules": rules_words(terms.get("rules", FIRST_RULES)),
        "weeks_after": kept["weeks_after"], "weeks_before": kept["weeks_before"], "doubt": kept["doubt"],
        "after_the_fact": kept["after_the_fact"], "approved_on": kept["approved_on"],
        "entered_on": kept["entered_on"], "unit": unit,
        "outlook": outlook(kept["forecast"], unit=unit, worthwhile=terms["worthwhile"],
                           weeks_after=kept["weeks_after"]),
    }


def proposed_words(proposal: Any) -> dict[str, str]:
    """Return what a yardstick still being proposed names, as its page shows it."""
    passport = engine.passports().get(proposal.indicator)
    return {"title": in_language(passport.title) if passport else proposal.indicator,
            "donors": dimension_labels().get(proposal.donors, ""), "onset": onset_words(proposal.ramp),
            "rules": rules_words(RULES), "where": place_words(proposal.where or ""),
            "against": place_words(proposal.against or ""),
            "worthwhile": size_text(proposal.worthwhile, passport.unit) if passport and proposal.worthwhile else ""}
