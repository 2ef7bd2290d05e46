"""What customers ask about their own data, and the clock of the answer."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .registers import Registered


class SubjectRequest(Registered):
    """One request of art. 44-50 PIPL: know and copy, correct, delete, block, explain; done or refused with reasons."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("查阅、复制")
        CORRECT = "correct", _("更正、补充")
        DELETE = "delete", _("删除")
        BLOCK = "block", _("限制处理")
        UNBLOCK = "unblock", _("恢复处理")
        EXPLAIN = "explain", _("解释说明")

    class State(models.TextChoices):
        RECEIVED = "received", _("待核实身份")
        VERIFIED = "verified", _("办理中")
        DONE = "done", _("已办结")
        REFUSED = "refused", _("已拒绝")

    customer = models.CharField(_("客户编号"), max_length=120, db_index=True)
    kind = models.CharField(_("请求事项"), max_length=10, choices=Kind.choices)
    channel = models.CharField(_("收到渠道"), max_length=60, blank=True)
    detail = models.CharField(_("说明"), max_length=500, blank=True)
    received_at = models.DateTimeField(_("收到时间"), default=timezone.now)
    due_on = models.DateField(_("答复期限"), editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.RECEIVED, editable=False)
    identity = models.CharField(_("身份核实方式"), max_length=200, blank=True, editable=False)
    verified_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    outcome = models.TextField(_("办理结果"), blank=True, editable=False)
    proof = models.JSONField(default=dict, blank=True, editable=False)
    closed_at = models.DateTimeField(_("办结时间"), null=True, editable=False)
    closed_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = _("个人信息请求")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="privacy_request_due")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.customer}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.RECEIVED, self.State.VERIFIED)

    @property
    def is_late(self) -> bool:
        return self.is_open and timezone.localdate() > self.due_on
