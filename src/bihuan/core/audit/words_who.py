"""What the audit log calls who acted without being a person, and what was acted upon."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

# By the name a part of the product acts under, or by what stands before its dot.
ACTORS: dict[str, Any] = {
    "system": _("系统"), "worker": _("系统"), "schedule": _("系统 · 定时任务"), "deadline": _("系统 · 到期处理"),
    "retention": _("系统 · 到期清理"), "sweep": _("系统 · 到期清理"), "link": _("链接访问者"), "customer": _("客户"),
    "surveys": _("系统 · 调查"), "answering": _("系统 · 调查"), "opinions": _("系统 · 调查"),
    "voices": _("系统 · 客户反馈"), "privacy": _("系统 · 个人信息保护"), "tiers": _("系统 · 客户定级"),
    "diagnose": _("系统 · 问题分析"), "findings": _("系统 · 问题分析"), "processes": _("系统 · 流程"),
    "evaluate": _("系统 · 考核"), "improve": _("系统 · 改进措施"), "verify": _("系统 · 效果验证"),
    "archives": _("系统 · 归档"), "examples": _("系统 · 案例"),
}
# What is no row of the product's own tables.
THINGS: dict[str, Any] = {
    "batch": _("导入批次"), "case": _("工单"), "customer": _("客户"), "customer_rule": _("客户规则"),
    "indicator": _("指标"), "agent": _("坐席"), "mapping": _("映射模板"), "dimension": _("评价维度"),
    "core.calendar": _("工作日历"),
}


def actor_words(name: str) -> str:
    """Return who acted where it was no person; the name itself where nothing is known of it."""
    kind, _colon, who = name.partition(":")
    if kind == "cli":
        return _t("命令行（%(name)s）") % {"name": who} if who else _t("命令行")
    return str(ACTORS.get(name) or ACTORS.get(name.partition(".")[0]) or name)


def thing_words(kind: str) -> str:
    """Return what an object is called: in its own model's words, else as above."""
    if kind in THINGS:
        return str(THINGS[kind])
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind
