"""What the pages of technical support show."""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.engine.indicators.contracts import Result
from bihuan.engine.support.capability import Team
from bihuan.engine.support.coverage import Coverage
from bihuan.loop.evaluate.indicators.contracts import Span

SPEED = ("first_response_ticket", "response_compliance", "resolution_cycle")


@dataclass(frozen=True)
class Remit:
    """Which units are technical support and which cases are theirs; the default where nobody has said yet."""

    units: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    least_level: int = 3


@dataclass(frozen=True)
class Speed:
    """How fast a team answers cases of one priority, None all: one result an indicator, None without rows."""

    priority: str | None
    total: bool
    results: tuple[tuple[Result | None, str], ...]       # (result, address of the rows behind it)


@dataclass(frozen=True)
class Sheet:
    """One support team: its people and skills at the end of the period, its speed in it."""

    unit: str
    name: str
    team: Team
    speeds: tuple[Speed, ...]
    matrix: tuple[tuple[str, tuple[int | None, ...]], ...]   # person, level in each skill of the team


@dataclass(frozen=True)
class Standing:
    """Everything the pages and the file show of one period."""

    remit: Remit
    span: Span
    coverage: Coverage
    sheets: tuple[Sheet, ...]
    speed_titles: tuple[str, ...]
