"""What the live board is asked and what it shows; frozen, ready to print."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

# Every tile there is, in its usual order.
TILES: dict[str, Any] = {
    "open": _("未结工单"), "queue": _("排队等候"), "at_risk": _("即将超时"), "overdue": _("已超时"),
    "agents": _("坐席状态"), "indicators": _("当日指标"), "units": _("各单位情况"), "urgent": _("最紧急的工单"),
}
# The clocks of a case that can run out.
CLOCKS: dict[str, Any] = {
    "first_response": _("首次响应"), "resolution": _("解决"), "promised": _("承诺办结")}
AGENT_STATES: dict[str, Any] = {
    "available": _("空闲"), "talk": _("通话"), "hold": _("保持"), "wrap": _("话后处理"), "busy": _("忙碌"),
    "break": _("小休"), "training": _("培训"), "offline": _("离线")}
LISTS: dict[str, Any] = {name: TILES[name] for name in ("open", "queue", "at_risk", "overdue")}
WITHIN_MINUTES = {30: _("30 分钟"), 60: _("1 小时"), 240: _("4 小时"), 1440: _("24 小时")}
REFRESH_SECONDS = 15
STALE_MINUTES = 30
# Data that ended this long ago are looked at as a recording; a live desk's data are never so old.
RECORDING_AFTER = timedelta(hours=48)


@dataclass(frozen=True)
class LiveState:
    """What an address of the live board says. ``clock``: now | data | "" (as the data suggest); ``at`` a moment."""

    view: int | None = None
    unit: str = ""
    clock: str = ""
    at: datetime | None = None
    within_minutes: int = 60
    stale_minutes: int = STALE_MINUTES
    tiles: tuple[str, ...] = tuple(TILES)

    def with_(self, **changes: Any) -> LiveState:
        return replace(self, **changes)


@dataclass(frozen=True)
class Moment:
    """The moment a board speaks of and how fresh its data are. ``level``: fresh | old | stale | recording | none."""

    at: datetime
    is_now: bool
    as_of: datetime | None
    imported_at: datetime | None
    age_s: int | None
    level: str


@dataclass(frozen=True)
class Counts:
    """What stands open in one unit (or altogether, ``unit`` "")."""

    unit: str
    name: str
    open: int
    queue: int
    at_risk: int
    overdue: int
    longest_wait_s: int | None = None


@dataclass(frozen=True)
class LiveCase:
    """One open case: the clock that runs out first, and when."""

    case: str
    external_id: str
    channel: str
    kind: str
    priority: str
    unit: str
    agent: str
    opened: datetime
    clock: str
    due: datetime | None
    left_s: int | None
    wait_s: int | None


@dataclass(frozen=True)
class AgentCount:
    """How many agents are in a state, and since when the longest of them."""

    state: str
    label: str
    count: int
    longest_s: int | None


@dataclass(frozen=True)
class Figure:
    """One of today's indicators against its target."""

    title: str
    cell: Any
    interval: str
    url: str


@dataclass(frozen=True)
class Live:
    """The whole board at one moment."""

    moment: Moment
    total: Counts
    units: tuple[Counts, ...]
    agents: tuple[AgentCount, ...]
    urgent: tuple[LiveCase, ...]
    figures: tuple[Figure, ...]
    knows: dict[str, bool]               # queue, clocks, agents: whether the data can tell of them at all
