"""Responses as they came, and the batches in which they are written into the lake."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Writing(models.Model):
    """One batch on its way into the lake. Its id is in the name under which the import journal knows the batch, so
    that after a crash it can be told whether the rows arrived."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    batch = models.CharField(max_length=80, blank=True)

    @property
    def file(self) -> str:
        """What the import journal calls it."""
        return f"responses-{self.id.hex}"


class Response(models.Model):
    """One questionnaire that somebody sent. ``sealed`` holds the answers as they were given; nobody changes them.

    In an anonymous wave it has no invitation, customer, case, device or site, and ``received_at`` is the day alone.
    ``stamp`` is what makes two sendings the same. ``status``: what the answers count as; ``state``: where they are.
    """

    class Status(models.TextChoices):
        VALID = "valid", _("有效")
        LATE = "late", _("逾期")
        TEST = "test", _("试答")
        STAFF = "staff", _("内部人员")
        WITHDRAWN = "withdrawn", _("已撤回")

    class State(models.TextChoices):
        WAITING = "waiting", _("等待写入")
        WRITING = "writing", _("写入中")
        STORED = "stored", _("已写入")
        FAILED = "failed", _("未能写入")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey("surveys.Wave", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("surveys.Version", on_delete=models.PROTECT, related_name="+", db_index=False)
    invitation = models.ForeignKey("answering.Invitation", on_delete=models.SET_NULL, null=True, related_name="+")
    site = models.ForeignKey("answering.Site", on_delete=models.SET_NULL, null=True, related_name="+")
    sealed = models.BinaryField(null=True)
    received_at = models.DateTimeField(_("提交时间"), default=timezone.now)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    seconds = models.FloatField(_("用时"), null=True)
    status = models.CharField(_("计为"), max_length=10, choices=Status.choices, default=Status.VALID)
    channel = models.CharField(_("渠道"), max_length=10)
    customer = models.CharField(_("客户编号"), max_length=120, blank=True)
    case = models.CharField(_("工单"), max_length=200, blank=True)
    agent = models.CharField(_("坐席编号"), max_length=80, blank=True)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    entered_by = models.CharField(_("录入人"), max_length=80, blank=True)
    device = models.CharField(max_length=24, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    stamp = models.CharField(max_length=40, null=True, unique=True)
    state = models.CharField(_("写入状态"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    writing = models.ForeignKey(Writing, on_delete=models.SET_NULL, null=True, related_name="responses")
    batch = models.CharField(max_length=80, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("答卷")
        ordering = ["-received_at", "pk"]
        indexes = [
            models.Index(fields=["wave", "received_at"], condition=Q(state="waiting"), name="response_waiting"),
            models.Index(fields=["wave", "status", "received_at"], name="response_of_wave"),
            models.Index(fields=["customer"], name="response_of_customer", condition=~Q(customer="")),
        ]


class QuotaCount(models.Model):
    """How many responses fell into one quota of a wave, and how many were turned away because it was full."""

    wave = models.ForeignKey("surveys.Wave", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    count = models.PositiveIntegerField(default=0)
    turned_away = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("配额")
        constraints = [models.UniqueConstraint(fields=["wave", "name"], name="one_count_a_quota")]
