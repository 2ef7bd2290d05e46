"""What other rooms get of samples: whom a wave asks, of whom they were drawn, and why the others are not asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class How(models.TextChoices):
    """How somebody came onto the list."""

    DRAWN = "drawn", _("随机抽取")
    CENSUS = "census", _("全覆盖")
    MANUAL = "manual", _("人工加入")


@dataclass(frozen=True)
class Drawn:
    """One person of a wave's sample. ``reach``: the ways of asking that are open, the best first.

    Somebody added by hand has no ``probability`` and no ``weight``, for nobody knows how likely that was, and a
    ``reason``: they are counted and reported, not projected onto others.
    """

    customer: str
    stratum: str
    probability: float | None
    weight: float | None
    reason: str
    how: str
    reach: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotAsked:
    """Why somebody is not asked: a code of REASONS, a sentence, and when they may be, if ever."""

    code: str
    text: str
    retry_at: datetime | None = None

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Population:
    """Whom the answers are meant to speak for: sizes of the strata and of the groups of every attribute.

    ``segments``: {attribute: {value: customers of the frame}}. ``blocked`` customers are in none of these numbers.
    """

    strata: dict[str, int] = field(default_factory=dict)
    eligible: dict[str, int] = field(default_factory=dict)
    segments: dict[str, dict[str, int]] = field(default_factory=dict)
    blocked: int = 0


@dataclass(frozen=True)
class People:
    """Everybody of a wave's frame, one place an array each: whom the answers are to speak for.

    ``groups``: {attribute: a text a person, None for unknown}, as the frame knew it. ``asked``: by this wave.
    ``weights``: design weights of those drawn, NaN for the others and for those added by hand. ``strata``: names of the
    attributes the draw divided by. No blocked customer is among them.
    """

    customers: np.ndarray
    groups: dict[str, np.ndarray]
    asked: np.ndarray
    weights: np.ndarray
    strata: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """How far a wave's sample is: ``inside`` the newest frame (None without one), ``drawn`` on the list (None before
    the draw), ``asked`` of any list."""

    inside: int | None = None
    drawn: int | None = None
    asked: int = 0


# Why somebody is not asked, in the order of the report. What begins with "outside_" is not whom the survey is about.
REASONS: dict[str, str | Promise] = {
    "not_drawn": _("未抽中"),
    "removed": _("人工移出"),
    "quiet": _("静默期内已询问过"),
    "too_often": _("一年内询问次数已满"),
    "no_address": _("没有可用的联系方式"),
    "refused": _("勿扰、拒访"),
    "withdrawn": _("已撤回同意"),
    "no_consent": _("没有有效同意"),
    "blocked": _("已停止处理"),
    "hours": _("不在联系时段"),
    "asked": _("本期已询问"),
    "outside_no_service": _("期间没有服务"),
    "outside_channel": _("渠道不在范围"),
    "outside_unit": _("单位不在范围"),
    "outside_product": _("产品不在范围"),
    "outside_kind": _("服务类型不在范围"),
    "outside_topic": _("问题类型不在范围"),
    "outside_priority": _("优先级不在范围"),
    "outside_cases": _("没有同时符合条件的工单"),
    "outside_type": _("客户类型不在范围"),
    "outside_tier": _("等级不在范围"),
    "outside_region": _("地区不在范围"),
    "outside_spend": _("消费金额不在范围"),
    "outside_complaint": _("投诉情况不在范围"),
}
# States of people who are on the list.
LISTED: dict[str, str | Promise] = {"sent": _("已询问"), "waiting": _("已抽中，待询问")}
