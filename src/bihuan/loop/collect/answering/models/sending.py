"""Who is asked how, and what became of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Dispatch(models.Model):
    """How a wave is sent: over which channel of the company, with which words, how often it is asked again.

    ``texts`` are {language: {"subject", "body", "remind"}}. Nothing is sent before somebody set ``started_at``.
    """

    wave = models.OneToOneField("surveys.Wave", on_delete=models.CASCADE, primary_key=True, related_name="+")
    channel = models.CharField(_("发送方式"), max_length=10, blank=True)
    way = models.ForeignKey("notifications.Channel", on_delete=models.SET_NULL, null=True, related_name="+")
    texts = models.JSONField(default=dict)
    most_reminders = models.PositiveSmallIntegerField(_("最多提醒次数"), default=1)
    remind_days = models.PositiveSmallIntegerField(_("提醒间隔（天）"), default=3)
    reminds_itself = models.BooleanField(_("自动提醒"), default=False)
    reward = models.BooleanField(_("发放答谢"), default=False)
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    is_paused = models.BooleanField(default=False)
    reminded_all_at = models.DateTimeField(null=True)       # anonymous waves: the one reminder to all
    closing_told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("发放设置")


class Invitation(models.Model):
    """One customer who is to be asked, or is not and why. Times are None as long as it did not happen or nobody knows.

    ``token_hash`` is None in an anonymous wave: there the row says who was written to and never who answered, and
    ``opened_at``, ``started_at`` and ``finished_at`` stay empty.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待发送")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发送")
        FAILED = "failed", _("发送失败")
        NOT_SENT = "not_sent", _("未发送")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey("surveys.Wave", on_delete=models.CASCADE, related_name="+")
    customer = models.CharField(_("客户编号"), max_length=120)
    case = models.CharField(_("工单"), max_length=200, blank=True)
    agent = models.CharField(_("坐席编号"), max_length=80, blank=True)
    channel = models.CharField(_("发送方式"), max_length=10)
    language = models.CharField(max_length=10, default="zh-hans")
    token_hash = models.CharField(max_length=64, null=True, unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    reason = models.CharField(_("原因"), max_length=40, blank=True)
    text = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("发送时间"), null=True)
    delivered_at = models.DateTimeField(_("送达时间"), null=True)
    opened_at = models.DateTimeField(_("打开时间"), null=True)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    finished_elsewhere = models.BooleanField(default=False)     # by answers of an import, which may be undone
    reminders = models.PositiveSmallIntegerField(_("提醒次数"), default=0)
    reminded_at = models.DateTimeField(_("最近提醒"), null=True)
    is_reminder = models.BooleanField(default=False)        # what waits to be sent is a reminder
    rule = models.ForeignKey("answering.Rule", on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    written_at = models.DateTimeField(null=True)            # when it was last written into the lake

    class Meta:
        verbose_name = _("邀请")
        ordering = ["-made_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "customer", "case"], name="asked_once_a_wave_and_case")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="invitation_waiting"),
            models.Index(fields=["wave", "state"], name="invitation_of_wave"),
            models.Index(fields=["customer", "sent_at"], name="invitation_of_customer"),
        ]


class Draft(models.Model):
    """What a customer answered so far on their own link, sealed; gone once the answers are sent. Never a response."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, primary_key=True, related_name="draft")
    sealed = models.BinaryField()
    page = models.CharField(max_length=60, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("未完成的作答")
