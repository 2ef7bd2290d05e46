"""The indicators each channel is judged by: the newest version of the workspace, else the shipped template."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from ..contracts import CHANNELS, CORE_LEAST, CORE_MOST, Filters, PlanItem, filters_of
from ..models import ChannelPlanVersion

PRESETS = Path(__file__).resolve().parent.parent / "presets" / "channels.toml"


@dataclass(frozen=True)
class Template:
    """A channel as shipped: which rows are its own, what it is about, and its indicators."""

    channel: str
    filters: Filters
    emphasis: tuple[str, ...]
    items: tuple[PlanItem, ...]


@dataclass(frozen=True)
class ChannelPlan:
    """What holds for a channel now; ``version`` None while it is the template."""

    template: Template
    items: tuple[PlanItem, ...]
    version: ChannelPlanVersion | None = None

    @property
    def core(self) -> tuple[PlanItem, ...]:
        return tuple(item for item in self.items if item.core)


@lru_cache(maxsize=1)
def templates() -> dict[str, Template]:
    """Return the shipped templates by channel."""
    read = tomllib.loads(PRESETS.read_text(encoding="utf-8"))
    return {
        channel: Template(
            channel, filters_of(read[channel]["filters"]), tuple(read[channel]["emphasis"]),
            tuple(PlanItem(**item) for item in read[channel]["items"]))
        for channel in CHANNELS
    }


def channel_plans() -> list[ChannelPlan]:
    """Return the plan of every channel, in the order of the page."""
    newest: dict[str, ChannelPlanVersion] = {}
    for row in ChannelPlanVersion.objects.select_related("created_by").order_by("number"):
        newest[row.channel] = row
    return [plan_of(channel, newest.get(channel)) for channel in CHANNELS]


def plan_of(channel: str, row: ChannelPlanVersion | None) -> ChannelPlan:
    """Return a channel's plan as one version says, the template without one."""
    template = templates()[channel]
    items = template.items if row is None else tuple(PlanItem(**item) for item in row.items)
    return ChannelPlan(template, items, row)


def count_warning(items: Iterable[PlanItem]) -> str:
    """Return what to say about the number of core indicators; empty for three to five."""
    count = sum(item.core for item in items)
    if count < CORE_LEAST:
        return _("核心指标只有 {n} 个，建议 3–5 个：太少会让人只盯住一面。").format(n=count)
    if count > CORE_MOST:
        return _("核心指标有 {n} 个，建议 3–5 个：太多会失去重点，请把次要的改为参考。").format(n=count)
    return ""


def channel_labels() -> dict[str, str]:
    """Return what the channels of plans are called."""
    return {"online": _("在线客服"), "phone": _("电话客服"), "social": _("社交媒体客服"), "ticket": _("工单"),
            "complaint": _("投诉")}


def emphasis_labels() -> dict[str, str]:
    """Return what a channel can be about."""
    return {"response": _("响应"), "solution": _("解决"), "call_quality": _("通话质量"), "emotion": _("情绪管理"),
            "closing": _("闭环"), "repetition": _("重复投诉")}


def plan_history(channel: str) -> list[ChannelPlan]:
    """Return every version of a channel's plan, the newest first."""
    rows = ChannelPlanVersion.objects.filter(channel=channel).select_related("created_by").order_by("-number")
    return [plan_of(channel, row) for row in rows]
