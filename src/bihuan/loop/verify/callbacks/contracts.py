"""What crosses this room's border: the words of groups and outcomes, and what a round of call-backs showed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

CHANNEL, PURPOSE = "phone", "survey"
WINDOW_DAYS, MOST_CALLS, MOST_LISTED = 28, 40, 20_000
WORTHWHILE = 0.5            # of five points: what the mean score has to gain for the effort to be worth it
ATTEMPTS, RETRY_HOURS = 3, 4
DAYS_VIP, DAYS_OTHERS = 2, 5        # working days within which a customer is to be called


class Group(models.TextChoices):
    """On which side of the comparison a customer stands."""

    AFFECTED = "affected", _("受影响客户")
    COMPARISON = "comparison", _("对照客户")


class Benefit(models.TextChoices):
    """What came of it for the business with one customer (业务结果)."""

    ORDERED = "ordered", _("该客户已追加订单")
    SAFER = "safer", _("客户流失风险降低")
    STAYED = "stayed", _("已续约或留存")
    UNCHANGED = "unchanged", _("没有变化")
    AT_RISK = "at_risk", _("仍有流失风险")
    LOST = "lost", _("客户已流失")


class Improve(models.TextChoices):
    """是否持续改进, as the customer sees it."""

    YES = "yes", _("是")
    NO = "no", _("否")


class Way(models.TextChoices):
    """How feedback came in: read from the screen during the call, or from a form filled in elsewhere."""

    CALL = "call", _("通话中录入")
    FILE = "file", _("回访表读入")


OPENING = _("您好，我是{company}的回访员，{interviewer}。前一段时间您联系过我们，想请您花两分钟"
            "说说现在的感受。您方便吗？")
QUESTION = _("以 1 到 5 分计，您对我们最近的服务满意吗？5 分最满意。")
CLOSING = _("谢谢您。您还有什么意见或建议？您觉得我们还需要继续改进吗？")


@dataclass(frozen=True)
class Derived:
    """The rule that makes the list, resolved for one measure: all that is hashed and shown.

    ``terms`` hold indicator, version, hash of its definition, where, against, first and last day, and the failing rule.
    """

    terms: dict[str, Any]
    words: str
    start: date
    change: date


@dataclass(frozen=True)
class Listed:
    """A customer whom the rule found. ``score``: the latest mark of 1 to 5 before the change, None without one."""

    customer: str
    group: str
    rows: int
    first_at: datetime
    tier: str = ""
    score: float | None = None
    why: str = ""           # a code of EXCLUDED: why they are not called


# Why somebody on the list is not called, besides the reasons of samples.
EXCLUDED: dict[str, Any] = {
    "no_score": _("没有原评分，无法配对"), "no_match": _("没有同分的受影响客户"), "deleted": _("资料已删除"),
}


@dataclass(frozen=True)
class Support:
    """What one concluded round says beside a measure's verdict: evidence, never the verdict by itself.

    ``compared``: ``effect`` is what those affected gained beyond others; otherwise what they gained by themselves.
    """

    round_id: int
    number: str
    verdict: str
    effect: float | None
    low: float | None
    high: float | None
    mean_after: float | None
    mean_before: float | None
    n_touched: int
    n_others: int
    compared: bool
