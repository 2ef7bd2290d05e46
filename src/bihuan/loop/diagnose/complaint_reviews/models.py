"""投诉复盘表: what is written after a serious complaint has closed, and the rule by which one opens."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of

VIEW = "diagnose.view_findings"


def default_priorities() -> list[str]:
    # What systems call it; a workspace chooses among the priorities of its own records.
    return ["urgent", "紧急", "特急", "重大"]


class ReviewRule(models.Model):
    """Which closed complaints get a review: there is one row. Any one of its conditions is enough."""

    active = models.BooleanField(_("自动开立"), default=True)
    escalated = models.BooleanField(_("升级过的投诉"), default=True)
    priorities = models.JSONField(_("重大：这些优先级"), default=default_priorities)
    reopens = models.PositiveSmallIntegerField(_("重开至少几次"), null=True, blank=True)
    days_back = models.PositiveSmallIntegerField(_("只看最近几天关闭的"), default=30)
    due_days = models.PositiveSmallIntegerField(_("几天内写完"), default=7)

    class Meta:
        verbose_name = _("投诉复盘规则")

    @property
    def unit_code(self) -> str:
        """The rule holds for the whole workspace: who changes it must reach all of it."""
        return ""


class ReviewQuerySet(models.QuerySet["ComplaintReview"]):
    def for_user(self, user: User) -> ReviewQuerySet:
        """Reviews of complaints of the units whose findings the person sees."""
        if not can(user, VIEW):
            return self.none()
        scope = scope_of(user, VIEW)
        if scope.agents is not None:
            return self.none()
        return self if scope.units is None else self.filter(unit_code__in=scope.units)


class ComplaintReview(models.Model):
    """The review of one complaint; ``case`` is its number in the facts, ``reasons`` why it had to be reviewed."""

    class State(models.TextChoices):
        OPEN = "open", _("待填写")
        SUBMITTED = "submitted", _("待审核")
        DONE = "done", _("已完成")

    case = models.CharField(_("投诉"), max_length=200, unique=True)
    unit_code = models.CharField(_("单位"), max_length=120, blank=True, db_index=True)
    topic = models.CharField(_("主题"), max_length=200, blank=True)
    product = models.CharField(_("产品"), max_length=200, blank=True)
    channel = models.CharField(_("渠道"), max_length=40, blank=True)
    opened = models.DateTimeField(_("接到时间"))
    closed = models.DateTimeField(_("关闭时间"))
    reasons = models.JSONField(_("开立原因"), default=list)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    due_on = models.DateField(_("完成期限"))
    course = models.TextField(_("经过"), blank=True)
    cause = models.ForeignKey("causes.Cause", verbose_name=_("原因分类"), null=True, blank=True,
                              on_delete=models.PROTECT, related_name="+")
    cause_text = models.TextField(_("原因"), blank=True)
    handling = models.TextField(_("处置"), blank=True)
    responsibility = models.TextField(_("责任"), blank=True)
    prevention = models.TextField(_("预防措施"), blank=True)
    version = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("填写人"), null=True, blank=True,
                                   on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("审核人"), null=True, blank=True,
                                   on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    returned = models.CharField(_("退回原因"), max_length=300, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("投诉复盘表")
        verbose_name_plural = _("投诉复盘表")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.topic or self.case_number}"

    @property
    def number(self) -> str:
        return f"CR-{self.pk:04d}"

    @property
    def case_number(self) -> str:
        """The complaint's number in the system it came from; ``case`` has that system's name before it."""
        return self.case.partition(":")[2] or self.case

    @property
    def is_late(self) -> bool:
        return self.state != self.State.DONE and self.due_on < timezone.localdate()

    @property
    def reason_labels(self) -> list[Any]:
        return [REASONS.get(one, one) for one in self.reasons]


# Priorities as ticket systems write them by code, in words.
PRIORITY_WORDS: dict[str, Any] = {
    "critical": _("特急"), "urgent": _("紧急"), "high": _("高"), "medium": _("中"), "normal": _("普通"), "low": _("低")}
REASONS: dict[str, Any] = {"escalated": _("升级过"), "priority": _("重大（优先级）"), "reopened": _("多次重开")}
