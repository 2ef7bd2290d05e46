"""What a round showed, in words and numbers; and what of it stands beside the measure's verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.languages import beside
from bihuan.engine.effects.callbacks import ALONE
from bihuan.engine.effects.courses import CHURN, RECURRENCE
from bihuan.engine.stats.means import mean_from_sums
from bihuan.loop.evaluate.indicators.queries.filters import place_words
from bihuan.ui import formats

from ..contracts import Group, Support
from ..models import Round, Target
from .affected import rule_words


@dataclass(frozen=True)
class SideView:
    """One side of a comparison: before, after, and the change with its interval; "—" where there are no data."""

    group: str
    label: str
    n: int
    before: str
    after: str
    change: str
    interval: str


@dataclass(frozen=True)
class ComparisonView:
    """One of the three comparisons; ``rows`` asks the list for the customers behind it."""

    title: str
    definition: str
    sides: tuple[SideView, ...]
    difference: str
    interval: str
    method: str
    small: bool
    note: str
    rows: str = ""
    difference_title: str = ""


def comparisons_of(round_: Round) -> list[ComparisonView]:
    """Return the three comparisons of a concluded round, empty before."""
    if not round_.result:
        return []
    told = round_.result
    return [_score_view(round_, told["score"]), _share_view(told[RECURRENCE], RECURRENCE),
            _share_view(told[CHURN], CHURN)]


def support_of(measure_id: int) -> list[Support]:
    """Return what the concluded rounds about a measure say, newest first: supporting evidence, never a verdict."""
    found = Round.objects.filter(measure_id=measure_id, state=Round.State.CONCLUDED).order_by("-concluded_at", "-pk")
    return [_support(one) for one in found]


def concluded_rounds_of(measure_id: int) -> list[Round]:
    """Return the rounds about a measure that are over, in their order."""
    return list(Round.objects.filter(measure_id=measure_id, state=Round.State.CONCLUDED).order_by("pk"))


@dataclass(frozen=True)
class Answer:
    """What one customer answered, without who it was: ``letters`` is how long their opinion was."""

    group: str
    before: float | None
    score: int
    improve: str
    letters: int


def answers_of(round_: Round) -> list[Answer]:
    """Return the marks of those who were reached."""
    found = Target.objects.filter(round=round_, state=Target.State.DONE, score__isnull=False)
    return [Answer(str(one.get_group_display()), one.score_before, int(one.score or 0),
                   str(one.get_improve_display()) if one.improve else "", len(one.opinion)) for one in found]


def open_rounds_of(measure_id: int) -> list[Round]:
    """Return the rounds about a measure that are still being called."""
    return list(Round.objects.filter(measure_id=measure_id, state=Round.State.OPEN))


def means_of(round_: Round) -> dict[str, tuple[float | None, float | None, int]]:
    """Return {side: (mean before, mean after, n)} of those with both marks."""
    found = {}
    for group in Group.values:
        pairs = _pairs(round_, group)
        found[group] = (float(np.mean([one[0] for one in pairs])) if pairs else None,
                        float(np.mean([one[1] for one in pairs])) if pairs else None, len(pairs))
    return found


def verdict_words(code: str) -> str:
    """Return what the call-backs show by themselves; words that no verdict on a measure uses."""
    return {"effective": _("回访支持有效"), "no_effect_shown": _("回访未见效果"), "worse": _("回访显示变差"),
            "cannot_tell": _("回访无法判断")}.get(code, code)


def is_compared(told: dict[str, Any]) -> bool:
    """Return whether a result on marks sets those affected beside others; else its effect is their own gain."""
    return bool(told["n_others"]) and told["reason"] != "no_comparators" and tuple(told["assumptions"]) != ALONE


def reason_words(code: str, compared: bool = True) -> str:
    """Return why the call-backs show what they show."""
    if code == "interval_below_zero" and not compared:
        return _("整个区间都在 0 以下：受影响客户自己也变差了。")
    return {
        "no_comparators": _("可比的对照客户不足：被回访的人是因为不满意才被选中的，再问一次多半会好一些，"
                            "单看他们不能说明措施有效。"),
        "asked_otherwise": _("回访不是全部以同一种方式录入，差别可能来自方式，不能比较。"),
        "caller_from_department": _("有回访由责任部门的人进行，不能算作有效的证据。"),
        "interval_above_zero": _("整个区间都在 0 以上：比同样不满意、没有受措施影响的客户多回升。"),
        "interval_below_zero": _("整个区间都在 0 以下：比对照客户更差。"),
        "smaller_than_worthwhile": _("区间的上端小于值得做的最小变化。"),
        "interval_too_wide": _("区间跨过了界限：回访的人数还分不清。"),
        "no_variation": _("所有客户的变化都相同，无法估计误差。"),
    }.get(code, code)


def spoken(round_: Round, caller: str = "") -> dict[str, str]:
    """Return the words of a round with the company and the caller named in them, or what stands for it."""
    names = {"company": workspace.facts().name or _("本公司"), "interviewer": caller or _("（回访员的工号或姓名）")}
    found = {}
    for field in ("opening", "question", "closing"):
        # Rounds of before wrote 工号 before the name to log in with.
        text = getattr(round_, field).replace("工号 {interviewer}", "{interviewer}")
        for name, value in names.items():
            text = text.replace("{" + name + "}", value)
        found[field] = text
    return found


def rule_text(round_: Round) -> str:
    return rule_words(round_.rule)


def against_text(round_: Round) -> str:
    """Return where the comparison customers come from."""
    against = round_.rule["against"]
    if not against:
        return _("问题涉及全部范围，没有未受影响的客户可比。")
    return _("同一期间、同一指标同样未达标，但在“{where}”、没有受措施影响的客户；"
             "原评分相同的才回访。").format(where=place_words(against))


def _support(round_: Round) -> Support:
    score, means = round_.result["score"], means_of(round_)
    before, after, _n = means[Group.AFFECTED]
    return Support(round_.pk, round_.number, score["verdict"], score["effect"], score["low"], score["high"], after,
                   before, score["n_touched"], score["n_others"], is_compared(score))


def _score_view(round_: Round, told: dict[str, Any]) -> ComparisonView:
    sides = []
    for group, (before, after, n) in means_of(round_).items():
        change, low, high = _gain(round_, group)
        sides.append(SideView(group, str(Group(group).label), n, _mark(before), _mark(after), _signed(change),
                              _span(low, high, _signed)))
    compared = is_compared(told)
    return ComparisonView(
        _("满意度评分（1–5 分）"),
        _("原评分：名单期间内客户最近一次 1–5 分的满意度；回访评分：同一渠道、同样的问法。"
          "在原评分相同的客户之间比较。"),
        tuple(sides), _signed(told["effect"]), _span(told["low"], told["high"], _signed),
        _("按原评分分层的两组比较（t）") if compared else _("受影响客户自身的变化（配对 t）"),
        min(told["n_touched"], told["n_others"]) < 10,
        f"{verdict_words(told['verdict'])}。{reason_words(told['reason'], compared)}{_needed(told.get('need'))}",
        "&step=done", _("两组之差") if compared else _("受影响客户自身变化"))


def _gain(round_: Round, group: str) -> tuple[float | None, float | None, float | None]:
    """What one side gained by itself with its t interval: it holds the regression to the mean and is no effect."""
    gains = [score - before for before, score in _pairs(round_, group)]
    if not gains:
        return None, None, None
    mean, low, high = mean_from_sums(len(gains), sum(gains), sum(one * one for one in gains))
    return float(mean), *((float(low), float(high)) if len(set(gains)) > 1 else (None, None))


def _pairs(round_: Round, group: str) -> list[tuple[float, float]]:
    return list(Target.objects.filter(
        round=round_, group=group, state=Target.State.DONE, score__isnull=False, score_before__isnull=False,
    ).values_list("score_before", "score"))


def _needed(need: dict[str, Any] | None) -> str:
    if not need or not need.get("n"):
        return ""
    return _("约需再回访 {n} 位受影响客户，对照同比例。").format(n=need["n"])


def _share_view(told: dict[str, Any], name: str) -> ComparisonView:
    titles = {RECURRENCE: _("问题重复发生率"), CHURN: _("客户流失率（以静默计）")}
    words = {
        RECURRENCE: _("v{version}：改进前，首次未达标之后 {days} 天内再次未达标的客户占比；"
                      "改进后，新做法开始后 {days} 天内未达标的客户占比。窗口不完整的客户不计。"),
        CHURN: _("v{version}：同样的两个窗口内，没有任何服务往来的客户占比。记录里没有“流失”，"
                 "以静默代替：安静不等于离开；指标若以再次来访判定，改进前的流失按构造为 0。"
                 "两组同样如此，只看两组之差。"),
    }
    sides = tuple(
        SideView(group, str(Group(group).label), one["n"], _share(one["before"], one["n"]),
                 _share(one["after"], one["n"]), _points(one["change"]), _span(one["low"], one["high"], _points))
        for group, one in ((Group.AFFECTED, told["touched"]), (Group.COMPARISON, told["others"])))
    return ComparisonView(
        titles[name], words[name].format(version=told["version"], days=told["days"]), sides,
        _points(told["difference"]), _span(told["low"], told["high"], _points),
        _("Newcombe 配对比例之差（1998），两组变化之差（2001）"), told["small"],
        _("负数表示受影响客户改善得更多。"), difference_title=_("两组之差"))


def _mark(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def _signed(value: float | None) -> str:
    return "—" if value is None else f"{value:+.2f}"


def _points(value: float | None) -> str:
    """A change of a share, in percentage points."""
    return formats.signed(value, "%")


def _share(count: int, n: int) -> str:
    return "—" if not n else beside(formats.percent(count / n), f"{count}/{n}")


def _span(low: float | None, high: float | None, tell: Any) -> str:
    return "" if low is None or high is None else f"{tell(low)} – {tell(high)}"
