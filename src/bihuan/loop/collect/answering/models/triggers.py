"""Asking after a contact, and reading files of answers collected elsewhere."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Rule(models.Model):
    """Which closed cases lead to an invitation of a wave. Empty lists mean: any.

    A case is asked about ``delay_minutes`` after it was closed and not later than ``latest_hours``. A customer is
    asked again at the earliest after ``throttle_days``, by whatever rule. ``share`` of the cases are asked, drawn by
    the case's number, so that the draw can be repeated.
    """

    wave = models.ForeignKey("surveys.Wave", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("名称"), max_length=80)
    channels = models.JSONField(_("工单渠道"), default=list, blank=True)
    topics = models.JSONField(_("工单主题"), default=list, blank=True)
    kinds = models.JSONField(_("工单类别"), default=list, blank=True)
    units = models.JSONField(_("单位"), default=list, blank=True)
    delay_minutes = models.PositiveIntegerField(_("结束后等待（分钟）"), default=60)
    latest_hours = models.PositiveIntegerField(_("最迟（小时）"), default=72)
    throttle_days = models.PositiveIntegerField(_("同一客户间隔（天）"), default=30)
    share = models.FloatField(_("抽取比例"), default=1.0)
    is_active = models.BooleanField(_("启用"), default=True)
    since = models.DateTimeField(_("从何时起"), default=timezone.now)
    made_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("触发规则")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Decision(models.Model):
    """What a rule decided about one closed case: asked, or not and why. One decision a rule and case."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="decisions")
    case = models.CharField(_("工单"), max_length=200)
    customer = models.CharField(_("客户编号"), max_length=120, blank=True)
    closed_at = models.DateTimeField(_("结束时间"))
    asked = models.BooleanField()
    reason = models.CharField(_("原因"), max_length=40, blank=True)
    text = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)
    invitation = models.ForeignKey("answering.Invitation", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("触发结果")
        ordering = ["-closed_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["rule", "case"], name="one_decision_a_case")]


class ColumnPlan(models.Model):
    """How the columns of a file become answers of a survey, remembered for the next file with the same header."""

    survey = models.ForeignKey("surveys.Survey", on_delete=models.CASCADE, related_name="+")
    header = models.CharField(max_length=64)
    plan = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("导入的列对应")
        constraints = [models.UniqueConstraint(fields=["survey", "header"], name="one_plan_a_header")]
