"""Interviews by telephone: what is said, who is to be called, and every attempt."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Script(models.Model):
    """What an interviewer of a wave reads out before and after the questions, and how often a customer is called."""

    wave = models.OneToOneField("surveys.Wave", on_delete=models.CASCADE, primary_key=True, related_name="+")
    opening = models.TextField(_("开场白"))
    consent = models.TextField(_("征求同意"))
    closing = models.TextField(_("结束语"))
    most_attempts = models.PositiveSmallIntegerField(_("每人最多拨打次数"), default=5)
    retry_hours = models.PositiveSmallIntegerField(_("未接后间隔（小时）"), default=4)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"), auto_now=True)

    class Meta:
        verbose_name = _("访问脚本")
        verbose_name_plural = _("访问脚本")


class CallTarget(models.Model):
    """One customer to be called for a wave. ``next_at``: not before then. ``response`` is what they answered.

    ``case`` and ``agent`` are those of the invitation that was not answered, where it was about a case.
    """

    class Source(models.TextChoices):
        SAMPLE = "sample", _("样本")
        NO_ANSWER = "no_answer", _("已邀请未作答")
        CHASE = "chase", _("重点客户催访")

    class State(models.TextChoices):
        WAITING = "waiting", _("待拨打")
        AGAIN = "again", _("约定再拨")
        DONE = "done", _("完成访问")
        REFUSED = "refused", _("客户拒绝")
        WRONG = "wrong", _("号码有误")
        UNREACHED = "unreached", _("多次未接")
        BARRED = "barred", _("不能联系")
        ANSWERED = "answered", _("已自行作答")

    wave = models.ForeignKey("surveys.Wave", on_delete=models.CASCADE, related_name="+")
    customer = models.CharField(_("客户编号"), max_length=120)
    case = models.CharField(_("工单"), max_length=200, blank=True)
    agent = models.CharField(_("坐席编号"), max_length=80, blank=True)
    source = models.CharField(_("来源"), max_length=10, choices=Source.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    next_at = models.DateTimeField(_("最早再拨时间"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("拨打次数"), default=0)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    response = models.ForeignKey("answering.Response", on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(_("列入时间"), default=timezone.now)
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    class Meta:
        verbose_name = _("电话名单")
        verbose_name_plural = _("电话名单")
        ordering = ["next_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["wave", "customer"], name="one_call_target_each")]
        indexes = [models.Index(fields=["wave", "state", "next_at"], name="voices_call_due")]

    def __str__(self) -> str:
        return self.customer

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


OPEN = (CallTarget.State.WAITING, CallTarget.State.AGAIN)


class CallAttempt(models.Model):
    """One call: by whom, when, and what came of it. Open while ``outcome`` is empty."""

    class Outcome(models.TextChoices):
        NO_ANSWER = "no_answer", _("无人接听")
        CALL_BACK = "call_back", _("约定再拨")
        REFUSED = "refused", _("客户拒绝")
        WRONG = "wrong", _("号码有误")
        DONE = "done", _("完成访问")
        LEFT = "left", _("未登记结果")

    target = models.ForeignKey(CallTarget, on_delete=models.CASCADE, related_name="calls")
    interviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("访问员"), on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("开始时间"), default=timezone.now)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    callback_at = models.DateTimeField(_("约定再拨时间"), null=True)
    consented_at = models.DateTimeField(_("同意时间"), null=True)

    class Meta:
        verbose_name = _("拨打记录")
        verbose_name_plural = _("拨打记录")
        ordering = ["-started_at", "-pk"]
        constraints = [models.UniqueConstraint(
            fields=["target"], condition=models.Q(outcome=""), name="one_open_call_each")]
