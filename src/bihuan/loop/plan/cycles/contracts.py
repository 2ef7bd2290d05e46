"""What crosses this room's border: kinds of reviews, roles of their teams, and what one is opened with.

Which problems and measures belong to a cycle is not kept here: it follows from the units, filters and days of the
cycle (``Window``), and the rooms above ask for it. So a problem needs no cycle to be worked on, and one that goes on
shows in every cycle it goes on in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from bihuan.loop.plan.goals.contracts import Filters

RECURRING: dict[str, Any] = {"month": _("月度复盘"), "quarter": _("季度复盘"), "year": _("年度复盘")}
SPECIAL: dict[str, Any] = {"complaint": _("重大投诉"), "theme": _("高频问题"), "launch": _("上线验证"),
                           "vendor": _("外包商"), "project": _("提升专项")}
KINDS: dict[str, Any] = {**RECURRING, **SPECIAL}
ROLES: dict[str, Any] = {"lead": _("组长"), "service": _("客服主管"), "quality": _("质量专员"),
                         "customer": _("客户代表"), "business": _("业务部门代表"),
                         "data": _("数据专员"), "other": _("其他")}
# What a review looks at unless it is told otherwise; those that its rows cannot answer are left out.
KEY_INDICATORS = ("fcr", "csat_mean", "pickup", "online_first_response", "resolution_compliance", "repeat_complaint")
MOST_CASES, MOST_INDICATORS = 500, 12
LOW = 2                                  # a human score this low needs its words (SPEC 72)


@dataclass(frozen=True)
class Opening:
    """What a review is opened with; ``cases`` are ids with why each is in, ``subject`` what it is about."""

    kind: str
    title: str
    start: date
    end: date
    filters: Filters = ()
    scope_id: int | None = None
    indicators: tuple[str, ...] = KEY_INDICATORS
    why: str = ""
    subject: str = ""
    cases: Sequence[tuple[str, str]] = field(default=())


@dataclass(frozen=True)
class Window:
    """What of the loop belongs to a cycle: work on these units (None: all) and filters between two days.

    It begins with the period and ends when the cycle is closed, because the work follows the period it is about.
    """

    units: tuple[str, ...] | None
    filters: Filters
    start: date
    until: date


@dataclass(frozen=True)
class CycleInfo:
    """A cycle as other rooms know it."""

    id: int
    number: str
    title: str
    start: date
    end: date
    is_open: bool
    goals: tuple[int, ...]
    window: Window
