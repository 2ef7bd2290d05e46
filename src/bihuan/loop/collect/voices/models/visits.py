"""Mystery-shopper visits. What they find is about us, not from customers: none of it enters the records of service."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..contracts import CHANNELS
from ..rights import WithinReach


class Scenario(models.Model):
    """What a visitor pretends, and the checklist: [{"key", "section", "text", "weight", "critical"}]."""

    name = models.CharField(_("场景名称"), max_length=80)
    unit_code = models.CharField(_("所属单位"), max_length=120, blank=True)
    channel = models.CharField(_("渠道"), max_length=10, choices=list(CHANNELS.items()), default="counter")
    story = models.TextField(_("情景说明"))
    checklist = models.JSONField(default=list)
    version = models.PositiveIntegerField(_("版本"), default=1)
    is_active = models.BooleanField(_("在用"), default=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"), auto_now=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("暗访场景")
        verbose_name_plural = _("暗访场景")
        ordering = ["-is_active", "name"]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"


class Visit(models.Model):
    """One visit to one unit. ``checklist`` is the scenario's as it was; ``results`` {key: verdict}; notes are sealed.

    ``case`` is what the visit left in the records of service: its answers are kept out of customers' statistics.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("已安排")
        DONE = "done", _("待复核")
        CHECKED = "checked", _("已复核")

    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="visits", verbose_name=_("场景"))
    scenario_version = models.PositiveIntegerField()
    checklist = models.JSONField(default=list)
    unit_code = models.CharField(_("受访单位"), max_length=120, blank=True)
    place = models.CharField(_("网点或渠道"), max_length=120, blank=True)
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("暗访员"), on_delete=models.PROTECT, related_name="+")
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("填报人"), on_delete=models.PROTECT, null=True, related_name="+")
    planned_on = models.DateField(_("计划日期"))
    visited_at = models.DateTimeField(_("到访时间"), null=True)
    case = models.CharField(_("留下的工单"), max_length=200, blank=True)
    results = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True)
    score = models.FloatField(_("得分"), null=True)
    is_failed = models.BooleanField(_("关键项没做到"), default=False)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.PLANNED)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("复核人"), on_delete=models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(_("复核时间"), null=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("暗访")
        verbose_name_plural = _("暗访")
        ordering = ["-planned_on", "-pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"AF{self.pk:05d}"
