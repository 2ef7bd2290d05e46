"""A low score that asks for an answer: the rule of a survey, and one matter for each customer who gave such a score."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..contracts import FollowResult, FollowState, StepKind
from ..rights import WithinReach

PERSON = settings.AUTH_USER_MODEL


class LowScoreRule(models.Model):
    """From which score on a survey's customers are to be spoken to again, by when, and on whose consent.

    ``since``: answers that were written down earlier are left alone. ``consent_item`` and ``consent_value`` name the
    choice by which a customer says that they may be spoken to; a confidential survey must have one.
    """

    survey = models.OneToOneField("surveys.Survey", on_delete=models.CASCADE, primary_key=True, related_name="+")
    item = models.CharField(_("评分题"), max_length=120)
    at_most = models.FloatField(_("几分及以下"))
    due_hours = models.PositiveSmallIntegerField(_("跟进时限（工作小时）"), default=8)
    consent_item = models.CharField(_("同意联系的题目"), max_length=120, blank=True)
    consent_value = models.CharField(_("表示同意的选项"), max_length=120, blank=True)
    person = models.ForeignKey(PERSON, verbose_name=_("跟进人"), on_delete=models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(_("启用"), default=True)
    since = models.DateTimeField(_("从何时起"), default=timezone.now)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"), auto_now=True)

    class Meta:
        verbose_name = _("低分跟进规则")
        verbose_name_plural = _("低分跟进规则")

    def __str__(self) -> str:
        return f"{self.item} ≤ {self.at_most:g}"


class FollowUp(models.Model):
    """One customer to be spoken to about a low score. What they wrote stays in the records and is read from there.

    ``agent`` is who served them: only so that it is somebody else who asks; no page and no figure tells it.
    """

    wave = models.ForeignKey("surveys.Wave", on_delete=models.CASCADE, related_name="+")
    sheet = models.CharField(max_length=200, unique=True)
    item = models.CharField(_("评分题"), max_length=120)
    score = models.FloatField(_("评分"), null=True)
    customer = models.CharField(_("客户编号"), max_length=120, blank=True, db_index=True)
    case = models.CharField(_("工单"), max_length=200, blank=True)
    agent = models.CharField(max_length=80, blank=True)
    unit_code = models.CharField(_("所属单位"), max_length=120, blank=True)
    answered_at = models.DateTimeField(_("作答时间"))
    made_at = models.DateTimeField(_("开立时间"), default=timezone.now)
    due_at = models.DateTimeField(_("跟进期限"))
    state = models.CharField(_("状态"), max_length=10, choices=FollowState.choices, default=FollowState.WAITING)
    owner = models.ForeignKey(PERSON, verbose_name=_("跟进人"), on_delete=models.PROTECT, null=True, related_name="+")
    result = models.CharField(_("结果"), max_length=10, choices=FollowResult.choices, blank=True)
    note = models.CharField(_("办结说明"), max_length=500, blank=True)
    closed_by = models.ForeignKey(PERSON, verbose_name=_("办结人"), on_delete=models.PROTECT, null=True,
                                  related_name="+")
    closed_at = models.DateTimeField(_("办结时间"), null=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("低分跟进")
        verbose_name_plural = _("低分跟进")
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="voices_followup_due")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"LS-{self.pk:04d}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_FOLLOW_UPS


OPEN_FOLLOW_UPS = (FollowState.WAITING, FollowState.TAKEN)


class FollowStep(models.Model):
    """One thing that was done: a call that reached the customer or not, a message that was sent."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("做了什么"), max_length=10, choices=StepKind.choices)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    by = models.ForeignKey(PERSON, verbose_name=_("办理人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), default=timezone.now)

    class Meta:
        verbose_name = _("跟进记录")
        verbose_name_plural = _("跟进记录")
        ordering = ["at", "pk"]
