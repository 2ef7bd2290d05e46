"""Staffing plans: what was tried on which contacts, what came out, and what happened in truth afterwards."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import can, scope_of
from bihuan.engine.staffing.contracts import Change

PLAN = "improve.plan_staffing"
WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))


class Plans(models.QuerySet["Plan"]):
    def for_user(self, user: User) -> Plans:
        """Return the plans of the units that a person plans for; those of no unit need a reach over everything."""
        if not can(user, PLAN):
            return self.none()
        scope = scope_of(user, PLAN)
        if scope.units is None and scope.agents is None:
            return self
        return self.filter(unit_code__in=scope.units or ())


class Plan(models.Model):
    """One 编制方案. ``result`` is the engine's forecast as JSON, ``actual`` what was seen after it was put in force."""

    class State(models.TextChoices):
        RUNNING = "running", _("推演中")
        READY = "ready", _("已推演")
        FAILED = "failed", _("未能推演")

    name = models.CharField(_("方案名称"), max_length=120)
    unit_code = models.CharField(_("所属单位"), max_length=120, blank=True)
    channel = models.CharField(_("渠道"), max_length=20, default="phone")
    start = models.DateField(_("回放开始日期"))
    end = models.DateField(_("回放结束日期"))
    target_s = models.PositiveIntegerField(_("接起目标（秒）"), default=20)
    people = models.IntegerField(_("增减人数"), default=0)
    first = models.PositiveSmallIntegerField(_("从几点"), default=0)
    last = models.PositiveSmallIntegerField(_("到几点"), default=24)
    weekdays = models.JSONField(_("星期"), default=list)
    handling = models.FloatField(_("处理时长倍数"), default=1.0)
    taken = models.FloatField(_("分流比例"), default=0.0)
    price = models.DecimalField(_("每人每小时成本"), max_digits=10, decimal_places=2, null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.RUNNING)
    problem = models.TextField(_("原因"), blank=True)
    result = models.JSONField(_("结果"), null=True, blank=True)
    job = models.UUIDField(null=True, blank=True)
    measure = models.ForeignKey("measures.Measure", verbose_name=_("对应的改进措施"), on_delete=models.SET_NULL,
                                null=True, blank=True, related_name="+")
    in_force = models.DateField(_("实施日期"), null=True, blank=True)
    actual = models.JSONField(_("实施后"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("提出时间"), auto_now_add=True)

    objects = Plans.as_manager()

    class Meta:
        verbose_name = _("编制方案")
        verbose_name_plural = _("编制方案")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    def is_hindsight(self, in_force: date) -> bool:
        """Return whether a forecast could know what came: made, or replaying days, not before the new way began."""
        return self.end >= in_force or workspace.day_of(self.made_at) >= in_force

    @property
    def change(self) -> Change:
        return Change(self.people, self.first, self.last, tuple(self.weekdays), self.handling, self.taken)

