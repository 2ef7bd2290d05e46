"""What people decide about indicators: their own definitions, targets and bands. Versions are added, never changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PassportVersion(models.Model):
    """One published version of an indicator's definition made in this workspace.

    The numbers are computed from the file that publishing writes; this row says who published what, when and why.
    """

    name = models.SlugField(_("名称"), max_length=60)
    version = models.PositiveIntegerField(_("版本"))
    definition = models.JSONField(_("口径"))
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("发布人"), on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(_("发布时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("指标口径版本")
        verbose_name_plural = _("指标口径版本")
        ordering = ["name", "-version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="one_passport_a_version")]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class TargetVersion(models.Model):
    """The target and the five bands of one indicator for one scope, from a day on.

    A period is judged by the version valid on its last day, so that old scores keep the yardstick they were given by.
    ``scope`` is {dimension: value}, empty for everyone; ``scope_key`` is the same as text, for uniqueness.
    A version without target and without bands takes back what stood before.
    """

    indicator = models.SlugField(_("指标"), max_length=60)
    scope = models.JSONField(_("适用范围"), default=dict, blank=True)
    scope_key = models.CharField(max_length=300, blank=True, default="")
    version = models.PositiveIntegerField(_("版本"))
    target = models.FloatField(_("目标值"), null=True, blank=True)
    bands = models.JSONField(_("分档"), null=True, blank=True)
    bonus = models.JSONField(_("奖金阶梯"), null=True, blank=True)   # {per_point, most}, shares of the bonus
    valid_from = models.DateField(_("生效日期"))
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("设置人"), on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("设置时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("目标与分档")
        verbose_name_plural = _("目标与分档")
        ordering = ["indicator", "scope_key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "scope_key", "version"], name="one_target_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.scope_key} v{self.version}"
