"""Webhooks, what was received, and the batches in which it is written into the lake."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .schemes import SCHEMES

KEPT = timedelta(days=7)


class Hook(models.Model):
    """An address that another system sends its records to, with the secret it signs them with.

    ``mapping`` names the preset that reads the bodies; empty: they have the field names of ``table``. After the secret
    was replaced the previous one still opens until ``previous_until``. Both are kept sealed.
    """

    name = models.CharField(_("名称"), max_length=80)
    address = models.CharField(max_length=64, unique=True)
    scheme = models.CharField(_("签名方式"), max_length=20, choices=[(key, one.label) for key, one in SCHEMES.items()])
    mapping = models.CharField(_("映射"), max_length=80, blank=True)
    table = models.CharField(_("数据表"), max_length=40)
    source = models.CharField(_("来源标识"), max_length=40)
    sealed = models.BinaryField()
    previous = models.BinaryField(null=True)
    previous_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(_("启用"), default=True)
    created_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    refused = models.PositiveIntegerField(_("签名不符"), default=0)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Webhook")
        verbose_name_plural = _("Webhook")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


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
        return f"push-{self.id.hex}"


class Receipt(models.Model):
    """One request that was answered with 2xx: its body until it is written, then what became of its rows.

    ``body`` is sealed: it holds what nobody has masked yet, and is emptied once written. Counts are None as long as
    nothing is known (None is not 0). ``errors`` are bad cells with their values masked.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("等待写入")
        WRITING = "writing", _("写入中")
        STORED = "stored", _("已写入")
        FAILED = "failed", _("未能写入")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token = models.ForeignKey("tokens.Token", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    hook = models.ForeignKey(Hook, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    key = models.CharField(max_length=128, null=True)       # the sender's Idempotency-Key
    fingerprint = models.CharField(max_length=64, null=True)      # of a signed delivery
    digest = models.CharField(max_length=64)
    table = models.CharField(_("数据表"), max_length=40)
    mapping = models.CharField(_("映射"), max_length=80, blank=True)
    source = models.CharField(_("来源标识"), max_length=40)
    rows = models.PositiveIntegerField(_("行数"))
    size = models.PositiveIntegerField(_("大小"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    received_at = models.DateTimeField(_("收到时间"), default=timezone.now)
    stored_at = models.DateTimeField(_("写入时间"), null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    writing = models.ForeignKey(Writing, on_delete=models.SET_NULL, null=True, related_name="receipts")
    batch = models.CharField(_("批次"), max_length=80, blank=True)
    accepted = models.PositiveIntegerField(null=True)
    updated = models.PositiveIntegerField(null=True)
    unchanged = models.PositiveIntegerField(null=True)
    quarantined = models.PositiveIntegerField(null=True)
    errors = models.JSONField(default=list)
    problem = models.CharField(max_length=300, blank=True)
    body = models.BinaryField(null=True)

    class Meta:
        verbose_name = _("推送回执")
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], condition=Q(key__isnull=False), name="push_once_a_key"),
            models.UniqueConstraint(fields=["hook", "fingerprint"], condition=Q(fingerprint__isnull=False),
                                    name="push_once_a_delivery"),
        ]
        indexes = [
            models.Index(fields=["received_at", "rows", "size"], condition=Q(state="waiting"), name="push_waiting"),
            models.Index(fields=["hook", "received_at"], name="push_of_hook"),
            models.Index(fields=["token", "received_at"], name="push_of_token"),
        ]

    @property
    def tone(self) -> str:
        return {"stored": "good" if not self.quarantined else "fair", "failed": "bad"}.get(self.state, "plain")
