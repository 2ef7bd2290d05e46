"""Files that came with something: pictures, papers, sound. Their bytes lie in the workspace under a name of ours."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """One file. ``name`` is what it was called, personal data in it masked; ``digest`` is SHA-256 of the bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    feedback = models.ForeignKey("voices.Feedback", on_delete=models.CASCADE, null=True, related_name="files")
    interview = models.ForeignKey("voices.Interview", on_delete=models.CASCADE, null=True, related_name="files")
    visit = models.ForeignKey("voices.Visit", on_delete=models.CASCADE, null=True, related_name="files")
    delivery = models.ForeignKey("voices.Delivery", on_delete=models.CASCADE, null=True, related_name="files")
    name = models.CharField(_("文件名"), max_length=120)
    media = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField(_("大小"))
    digest = models.CharField(_("校验值"), max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(_("添加时间"), auto_now_add=True)
    deleted_at = models.DateTimeField(_("删除时间"), null=True)

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ["added_at"]

    def __str__(self) -> str:
        return self.name
