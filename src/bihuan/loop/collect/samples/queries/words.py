"""What codes of samples are called on pages: attributes, values, strata, reasons, methods."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from bihuan.core.privacy.contracts import CHANNELS
from bihuan.core.queries import unit_names
from bihuan.engine.survey.sampling.contracts import KEY, SILENT
from bihuan.engine.survey.sampling.strata import values_of
from bihuan.serve.customers.contracts import TYPE_LABELS
from bihuan.serve.customers.queries.words import channels

from ..contracts import LISTED, REASONS


def attribute_labels() -> dict[str, str]:
    """Return what the attributes are called, in the order of the pages."""
    return {"type": _("客户类型"), "tier": _("等级"), "region": _("地区"), "channel": _("服务渠道"),
            "product": _("产品"), "unit": _("单位"), "spend_band": _("消费金额"), "complained": _("投诉历史"),
            "silent": _("沉默客户")}


def value_words(attribute: str, value: str | None, units: Mapping[str, str] | None = None) -> str:
    """Return what a value of an attribute is called; an unknown one is its own name."""
    if not value:
        return _("未知")
    if attribute == "unit":
        return (unit_names() if units is None else units).get(value, value)
    words: Mapping[str, Mapping[str, object]] = {
        "type": TYPE_LABELS, "channel": channels(),
        "complained": {"yes": _("期间投诉过"), "no": _("期间未投诉")},
        "silent": {"yes": _("期间有服务、无反馈"), "no": _("期间有反馈")}}
    return str(words.get(attribute, {}).get(value, value))


def stratum_words(name: str, units: Mapping[str, str] | None = None) -> str:
    """Return a stratum's name in words."""
    if name == KEY:
        return _("重点客户")
    if name == SILENT:
        return _("沉默客户")
    parts = [value_words(attribute, value, units) for attribute, value in values_of(name).items()]
    return " · ".join(parts) or _("未分层客户")


def reason_words(code: str) -> str:
    """Return why somebody is not asked, or what became of those on the list."""
    words = {**REASONS, **LISTED, "no_customer": _("工单没有客户编号"), "unknown": _("抽样框建立后才有的客户")}
    return str(words.get(code, code))


def method_labels() -> dict[str, str]:
    """Return what the methods of allocation are called."""
    return {"proportional": _("按规模比例"), "neyman": _("奈曼（按规模与标准差）"), "equal": _("各层相等"),
            "fixed": _("逐层指定")}


def reach_words(reach: str) -> str:
    """Return the open ways of asking in words."""
    return _("、").join(str(CHANNELS.get(way, way)) for way in reach.split(",") if way)
