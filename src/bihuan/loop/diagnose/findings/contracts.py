"""What crosses this room's border: a finding as other rooms see it, and what a detector proposes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

# How a finding came to light; the detectors are in services/detect/.
KINDS: dict[str, Any] = {
    "below_target": _("未达目标"), "out_of_control": _("越过控制限"), "band_drop": _("档位下降"),
    "spike": _("骤升"), "worse_cell": _("差于其余"), "survey_cell": _("调查差异"),
    "theme": _("高频主题"), "process": _("流程问题"), "recurring": _("投诉复发"), "manual": _("人工提出"),
}
# What the size of a finding counts, as its page says it.
SIZES: dict[str, Any] = {
    "short_of_target": _("距目标的缺口（次）"), "seconds_over": _("超出目标的总时长"),
    "short_of_usual": _("偏离平时水平的量（次）"), "seconds_over_usual": _("超出平时水平的总时长"),
    "points_short": _("得分缺口（分 × 份）"), "extra_cases": _("多出的工单（件）"),
    "answers_short": _("得分缺口（分 × 份）"), "mentions": _("提及（人）"), "cases": _("涉及工单（件）"),
    "hours": _("等待时长（小时）"),
}

# What the impact of a finding may be measured by, in the finding's place against the whole: name, what it counts.
IMPACTS: dict[str, tuple[Any, Any]] = {
    "complaint_rate": (_("投诉率"), _("其中投诉所占比例")),
    "csat_mean": (_("满意度损失（分）"), _("5 分制，比全体或其余低多少分；问卷得分按其量表折算")),
    "repeat_contact": (_("重复来访率"), _("七天内又来的占比")),
    "churn": (_("流失率"), _("来访时尚未流失的客户，其后 90 天内流失的占比")),
    "cost": (_("每件成本（元）"), _("通话、保持与话后时长 × 每小时人工成本，加补偿金额")),
}
# What tells nothing where a finding's place is of one of these: complaints are handled by teams of their own, so that
# the share of them among a team's cases says who handles them.
UNFIT = {"complaint_rate": {"kind", "team", "unit", "agent", "vendor", "centre"}}
# How each is written; the indicators among them are asked of the engine.
IMPACT_UNITS = {"complaint_rate": "%", "csat_mean": "points", "repeat_contact": "%", "churn": "%", "cost": "yuan"}
# What the frequency of a finding counts, where it is not cases: numbers of one kind alone are high or low.
COUNTED: dict[str, Any] = {"survey_cell": _("份"), "theme": _("人")}
CASES: Any = _("件")
ASKED = ("complaint_rate", "csat_mean", "repeat_contact")
MONTH = 30
LEAST = 30                               # rows of an impact, as of the indicators
# A rating of any scale in points of five: what a finding of a survey loses is measured like everybody's.
FIVE = (1.0, 5.0)


@dataclass(frozen=True)
class FindingInfo:
    """One finding as the rooms above see it."""

    id: int
    number: str
    title: str
    kind: str
    indicator: str
    indicator_version: str
    where: str                           # in the grammar of ``--where``; empty: everywhere
    group: dict[str, str | None]
    unit_code: str
    state: str
    round: int
    selected_from: int                   # how many candidates it was the worst of
    owner_id: int | None
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class FindingTold:
    """A finding in words, for those who answer for what is done about it; the rows behind it stay where they are."""

    id: int
    number: str
    title: str
    round: int
    statement: str                       # empty until somebody states it
    period: str
    value: str                           # empty for one that people raised
    n: int
    interval: str
    compared: str


@dataclass(frozen=True)
class Sign:
    """What a detector saw: one problem in one period. Equal ``key``: the same problem.

    ``evidence`` is the address that opens the rows behind the number. ``unit_code`` empty: it concerns the whole
    workspace. ``direction`` says which way is better. ``low`` and ``high`` are the value's own interval; what was
    tested against the rest is ``difference`` (value minus ``usual``) with its own.
    """

    key: str
    kind: str
    title: str
    period: str
    start: date | None
    end: date | None
    value: float | None
    n: int
    low: float | None
    high: float | None
    unit: str
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    direction: str = "up"
    indicator: str = ""
    indicator_version: str = ""
    definition_hash: str = ""
    where: str = ""
    group: dict[str, Any] = field(default_factory=dict)
    unit_code: str = ""
    target: float | None = None
    usual: float | None = None
    q: float | None = None
    selected_from: int = 1
    size: float | None = None
    size_measure: str = ""
    method: str = ""
    as_of: str = ""
    evidence: str = ""
    suggested_unit: str = ""
    # Of what is no indicator: impact by measure, and rows in 30 days.
    impacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    frequency: float | None = None


def impact(value: float | None, usual: float | None, n: int, *, small: bool = False, low: float | None = None,
           high: float | None = None, immature: int = 0) -> dict[str, Any]:
    """Return an impact as findings keep it; ``low`` and ``high`` are the interval of the value in its place.

    Of fewer rows than ``LEAST`` it is small whatever it measures; ``immature`` rows are not watched long enough yet.
    """
    return {"value": value, "usual": usual, "n": n, "small": small or n < LEAST, "low": low, "high": high,
            "immature": immature}


def missed(n: int, value: float | None, unit: str, direction: str) -> float:
    """Return how many of some rows missed what is wanted: of a rate those that failed, of others all rows.

    >>> missed(200, 0.9, "%", "up"), missed(200, 0.1, "%", "down"), missed(200, 35.0, "s", "down")
    (20, 20, 200)
    """
    if unit != "%" or value is None or direction not in ("up", "down"):
        return n
    return round(n * (value if direction == "down" else 1 - value))


def in_five(value: float, scale: tuple[float, float]) -> float:
    """Return a rating of a scale in points of five.

    >>> in_five(5.5, (1, 10)), in_five(4, (1, 5))
    (3.0, 4.0)
    """
    low, high = scale
    return FIVE[0] + (value - low) * (FIVE[1] - FIVE[0]) / (high - low)


def per_month(rows: float, start: date | None, end: date | None) -> float | None:
    """Return rows in 30 days; None for an open span."""
    return rows * MONTH / ((end - start).days + 1) if start and end else None
