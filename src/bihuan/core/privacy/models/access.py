"""Who was shown personal data, and who took it out of the system."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..contracts import PURPOSES


class Reveal(models.Model):
    """One time that somebody was shown personal data unmasked: of what, and why. The reason is kept masked."""

    person = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    object_type = models.CharField(_("对象类别"), max_length=40)
    object_id = models.CharField(_("对象编号"), max_length=200)
    fields = models.JSONField(default=list)
    reason = models.CharField(_("原因"), max_length=200)
    at = models.DateTimeField(_("时间"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("查看记录")
        ordering = ["-at", "-pk"]


class Export(models.Model):
    """A file asked for that needs a second person's approval: asked, decided, made, taken, gone."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待审批")
        APPROVED = "approved", _("已批准")
        REFUSED = "refused", _("已拒绝")
        ENDED = "ended", _("已过期")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(_("内容"), max_length=200)
    args = models.JSONField(default=dict)
    purpose = models.CharField(_("用途"), max_length=200)
    use = models.CharField(_("用途类别"), max_length=20, blank=True, choices=list(PURPOSES.items()))
    abroad = models.CharField(_("境外接收方"), max_length=120, blank=True)
    rows = models.PositiveIntegerField(_("行数"), null=True)
    is_personal = models.BooleanField(_("含个人信息"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"), default=timezone.now)
    decided_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("审批时间"), null=True)
    note = models.CharField(_("审批意见"), max_length=200, blank=True)
    file = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(_("下载截止"), null=True)
    taken = models.PositiveIntegerField(_("下载次数"), default=0)

    class Meta:
        verbose_name = _("导出审批")
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["state", "asked_at"], name="privacy_export_state")]

    @property
    def is_ready(self) -> bool:
        return bool(self.state == self.State.APPROVED and self.file and self.expires_at
                    and self.expires_at > timezone.now())
