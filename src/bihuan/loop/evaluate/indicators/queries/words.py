"""The words around a number: levels, verdicts, dimensions, families, differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core import languages
from bihuan.core.systems import source_names
from bihuan.engine.charts.wording import labels_for
from bihuan.engine.indicators.contracts import Result
from bihuan.ui import formats


def in_language(texts: Mapping[str, str]) -> str:
    """Return a definition's text in the person's language; what has no English is shown in Chinese."""
    return languages.chosen(texts)


def said(error: Exception) -> str:
    """Return the sentence of an engine's refusal in the person's language."""
    text = getattr(error, "text", None)
    return text(get_language() or "zh") if callable(text) else str(error)


def near_text(result: Result) -> str:
    """Return 与 2、4 档不可区分 where the interval reaches into other bands; empty where the band is certain."""
    return formats.not_distinguishable(result.band, result.bands_possible)


def change_labels() -> dict[str, str]:
    """Return the words for what the interval of a difference allows to say."""
    return {"better": _("变好"), "worse": _("变差"), "changed": _("有变化"), "unclear": _("看不出变化"),
            "unripe": _("还没办完，不能比")}


def target_labels() -> dict[str, str]:
    """Return the words for a value against its target."""
    return {"met": _("达标"), "missed": _("未达标"), "undecided": _("未能判定")}


def dimension_labels() -> dict[str, str]:
    """Return what the dimensions of facts are called."""
    return {
        "unit": _("单位"), "team": _("班组"), "centre": _("中心"), "vendor": _("外包商"), "agent": _("坐席"),
        "channel": _("渠道"), "kind": _("服务类型"), "topic": _("问题类型"), "product": _("产品"), "region": _("地区"),
        "tier": _("客户等级"), "priority": _("优先级"), "source": _("来源系统"), "customer": _("客户"),
        "hour": _("时段"), "weekday": _("星期"),
    }


def value_labels() -> dict[str, dict[str, str]]:
    """Return what the codes of those dimensions are called that have a fixed list of values."""
    return {
        "channel": {
            "phone": _("电话"), "online": _("在线"), "email": _("邮件"), "ticket": _("工单系统"), "wechat": _("微信"),
            "social": _("社交媒体"), "counter": _("柜面"), "other": _("其他"),
        },
        "kind": {
            "contact": _("咨询"), "complaint": _("投诉"), "incident": _("故障"), "request": _("申请"),
            "callback": _("回访"),
        },
        "source": source_names(),
    }


def period_labels() -> dict[str, str]:
    """Return what the preset periods are called."""
    return {
        "this_month": _("本月"), "last_month": _("上月"), "this_quarter": _("本季度"), "last_quarter": _("上季度"),
        "this_year": _("本年"), "last_year": _("上年"), "last_30_days": _("最近 30 天"),
        "all": _("全部时间"), "custom": _("自定义"),
    }


def grain_labels() -> dict[str, str]:
    """Return what the steps of a trend are called."""
    return {"day": _("按日"), "week": _("按周"), "month": _("按月"), "quarter": _("按季度"), "year": _("按年")}


def comparison_labels() -> dict[str, str]:
    """Return what one may compare with."""
    return {"previous": _("上一周期"), "last_year": _("去年同期"), "unit": _("另一单位"), "none": _("不对比")}


def chart_labels() -> Any:
    """Return the words that charts need, in the person's language."""
    return labels_for((get_language() or "zh-hans").lower())
