"""A finding in words: its title in the reader's language, what its numbers say, what its size counts."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.names import group_label, names_of
from bihuan.loop.evaluate.indicators.queries.words import dimension_labels, in_language
from bihuan.ui import formats

from ..contracts import SIZES

SIGNS = {"up": "≥", "down": "≤"}


def title_of(kind: str, indicator: str, group: dict[str, Any], *, faster: bool = False) -> str:
    """Return what a detected finding is called, without numbers: it is the same next week.

    ``faster``: the value looks better than elsewhere, which is what worries (a call centre that hurries).
    """
    passport = engine.passports().get(indicator)
    name = in_language(passport.title) if passport else indicator
    place = place_of(group)
    subject = _("{name}（{place}）").format(name=name, place=place) if place else name
    if kind == "worse_cell" and faster:
        return _("{subject}明显短于其余，须查是否求快").format(subject=subject)
    return {
        "below_target": _("{subject}未达目标"), "out_of_control": _("{subject}越过控制限"),
        "band_drop": _("{subject}掉档"), "spike": _("{subject}骤升"), "worse_cell": _("{subject}差于其余"),
    }.get(kind, "{subject}").format(subject=subject)


def place_of(group: dict[str, Any]) -> str:
    """Return the rows a finding speaks of: 渠道 电话、时段 19."""
    labels = dimension_labels()
    return _("、").join(f"{labels.get(name, name)} {_value(name, str(value))}" for name, value in group.items())


def _value(name: str, value: str) -> str:
    return f"{int(value):02d}:00" if name == "hour" and value.isdigit() else group_label(name, value, names_of(name))


def shown_title(finding: Any) -> str:
    """Return a finding's title in the reader's language; what people or surveys named keeps its words."""
    if finding.indicator and finding.kind in ("below_target", "out_of_control", "band_drop", "spike", "worse_cell"):
        return title_of(finding.kind, finding.indicator, finding.group, faster=is_faster(finding))
    if finding.kind == "recurring":
        return _("反复出现的投诉：{type}").format(type=" · ".join(
            str(finding.group[name]) for name in ("topic", "product") if name in finding.group))
    return str(finding.title)


def is_faster(finding: Any) -> bool:
    """Say whether the value is on the good side of what it is compared with."""
    if finding.value is None or finding.usual is None or finding.direction == "none":
        return False
    return bool(finding.value > finding.usual) == (finding.direction == "up")


def compared(finding: Any) -> str:
    """Return what the value stands against: the target, the usual level, the rest."""
    unit = finding.unit
    if finding.kind == "below_target":
        return f"{_('目标')} {SIGNS.get(finding.direction, '=')} {formats.figure(finding.target, unit)}"
    if finding.usual is None:
        return ""
    name = {"spike": _("平时"), "worse_cell": _("其余"), "band_drop": _("上期"), "survey_cell": _("其余"),
            "recurring": _("预计")}.get(
        finding.kind, _("平时"))
    return f"{name} {formats.figure(finding.usual, unit)}{_apart(finding)}"


def _apart(finding: Any) -> str:
    """Return the difference that was tested, with its own interval: never to be taken for that of the value."""
    if finding.difference is None or finding.difference_low is None or finding.difference_high is None:
        return ""
    gap, low, high = (formats.signed(part, finding.unit) for part in (
        finding.difference, finding.difference_low, finding.difference_high))
    return _("，相差 {gap}（差的 95% 区间 {ends}）").format(gap=gap, ends=formats.from_to(low, high))


def size_text(size: float | None, measure: str) -> str:
    """Return a size with what it counts: 1,743 次（距目标的缺口）."""
    if size is None or not measure:
        return "—"
    whole = formats.plain(round(size, 1 if size < 10 else 0))
    text = formats.duration(size) if measure.startswith("seconds") else whole
    return f"{text} · {SIZES[measure]}"


def method_text(finding: Any) -> str:
    """Return how chance was ruled out."""
    how = {
        "below_target": _("区间整个落在目标的差侧"), "out_of_control": _("越过 3σ 控制限"),
        "band_drop": _("两期的区间各在一档之内，且相差超出偶然"),
        "spike": _("占全部来件的份额对比前 26 周的控制图，且高于去年同期"),
        "worse_cell": _("与其余行比较，并在同等构成下复核"),
        "survey_cell": _("与其余答卷比较"), "theme": _("提及率及其区间"),
        "recurring": _("每四周与预防之前或之后的平静期比较，精确检验 p < 0.01"),
    }.get(finding.kind, "")
    if finding.q is None or not how:
        return how
    q = _("q < 0.001") if finding.q < 0.001 else f"q = {finding.q:.3f}"
    return _("{how}；{count} 次比较一起校正，{q}").format(how=how, count=formats.plain(finding.selected_from), q=q)
