"""What this company calls technical support."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Remit(models.Model):
    """Which teams are technical support and which cases are theirs; the newest row holds, older ones tell who changed.

    ``kinds`` and ``left_out`` (problem types that are no support matter) are lists; no kind means every kind.
    ``least_level`` is the lowest of the five levels of skill that counts as mastering.
    """

    units = models.JSONField(_("技术支持团队"), default=list)
    kinds = models.JSONField(_("服务类型"), default=list)
    left_out = models.JSONField(_("不属于技术支持的问题类型"), default=list)
    least_level = models.PositiveSmallIntegerField(_("胜任等级"), default=3)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("修改人"), on_delete=models.PROTECT,
                                   null=True, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("技术支持范围")
        verbose_name_plural = _("技术支持范围")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return ", ".join(self.units)
