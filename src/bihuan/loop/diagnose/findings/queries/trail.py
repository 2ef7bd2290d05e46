"""The history of a finding: each period it was seen in, and what people did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.engine.charts.frame import frame, legend, point, scale_for, value_axis
from bihuan.engine.charts.palette import LINE
from bihuan.engine.indicators.contracts import Result
from bihuan.loop.evaluate.indicators.queries.words import chart_labels

from ..models import Finding, FindingAct


@dataclass(frozen=True)
class ActLine:
    act: FindingAct
    label: str
    note: str


def act_labels() -> dict[str, str]:
    """Return what each act is called."""
    return {
        "found": _("系统发现"), "back": _("解决后再次出现"), "raised": _("人工提出"), "accepted": _("受理"),
        "dismissed": _("不处理"), "assigned": _("指派"), "stated": _("陈述问题"), "diagnosed": _("查明原因"),
        "acted_on": _("进入改进"), "settled": _("解决"), "reopened": _("重新打开"), "issue_opened": _("开立跨部门事项"),
        "issue_answered": _("部门答复"), "redesign": _("列入流程再造"), "cause": _("记下原因"),
        "apart": _("从同一高峰中拆出"), "joined": _("归到同一高峰"), "proposed": _("从调查分析中提出"),
    }


def acts_of(finding: Finding) -> list[ActLine]:
    labels = act_labels()
    # A settled one notes the word of its verdict as the engine has it.
    words = {"effective": pgettext("verdict", "有效"), "no_effect_shown": _("未见效果"), "worse": _("变差"),
             "cannot_tell": _("无法判断")}
    return [ActLine(act, labels.get(act.act, act.act),
                    words.get(act.note, act.note) if act.act == "settled" else act.note)
            for act in finding.acts.select_related("by")]


def sightings_chart(finding: Finding) -> dict[str, Any] | None:
    """Return the values through the periods in which the problem was seen; None below two."""
    rows = list(finding.sightings.order_by("period"))
    if len(rows) < 2:
        return None
    labels = chart_labels()
    results = [Result(finding.indicator, "", row.period, {}, row.value, row.n, row.low, row.high, unit=finding.unit)
               for row in rows]
    scale = scale_for(finding.unit, [row.value for row in rows], labels)
    data = [point(one.period, one, scale, labels) for one in results]
    return frame(
        "", labels, legend=legend([labels.value]),
        xAxis={"type": "category", "data": [f"{row.period}\nn={row.n:,}" for row in rows]}, yAxis=value_axis(scale),
        series=[{"name": labels.value, "type": "line", "data": data, "symbolSize": 8, "itemStyle": {"color": LINE}}])
