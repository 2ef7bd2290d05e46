"""What is planned: named scopes of a review, goals, and the indicators of each channel. Versions are only added."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of
from bihuan.engine.indicators.contracts import Scope

from .contracts import Baseline, Filters, filters_of

VIEW = "evaluate.view_board"


class WithinReach(models.QuerySet):  # type: ignore[type-arg]
    """Rows with ``units``: the codes of all units a row speaks of, None for no unit named."""

    def for_user(self, user: User, *, unnamed: bool = True) -> WithinReach:
        """Return the rows a person may see; with ``unnamed`` False one without units needs a reach over everything."""
        if not can(user, VIEW):
            return self.none()
        scope = scope_of(user, VIEW)
        if scope.units is None and scope.agents is None:
            return self
        # The list of units is JSON, which no two databases compare alike; there are hundreds of plans, not millions.
        seen = [pk for pk, units in self.values_list("pk", "units") if within(units, scope, unnamed=unnamed)]
        return self.filter(pk__in=seen)


def within(units: Iterable[str] | None, scope: Scope, *, unnamed: bool) -> bool:
    """Return whether a person's scope holds all of some units; ``units`` None as ``unnamed`` says."""
    if units is None:
        return unnamed or (scope.units is None and scope.agents is None)
    if scope.agents is not None:
        return False
    return scope.units is None or set(units) <= set(scope.units)


class ReviewScope(models.Model):
    """One 评价范围: a named filter that goals, 表1 and reports of a review obey.

    ``units`` are the codes of all units it names and those below them, None when it names none: then it means
    whatever its reader may see.
    """

    name = models.CharField(_("名称"), max_length=80, unique=True)
    units = models.JSONField(_("单位"), null=True, blank=True)
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("设置人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("设置时间"), auto_now_add=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("评价范围")
        verbose_name_plural = _("评价范围")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ScopeVersion(models.Model):
    """What a scope keeps to from one change to the next; goals and tables keep the version they were made with."""

    scope = models.ForeignKey(ReviewScope, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    filters = models.JSONField(_("范围"), default=dict, blank=True)
    period_kind = models.CharField(_("评价周期"), max_length=10, default="month")
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("设置人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("设置时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("评价范围版本")
        verbose_name_plural = _("评价范围版本")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["scope", "number"], name="one_scope_version_each")]

    def __str__(self) -> str:
        return f"{self.scope_id} v{self.number}"

    @property
    def kept(self) -> Filters:
        return filters_of(self.filters)


class Goal(models.Model):
    """One 目标: an indicator, a scope, a baseline from data, a target and a day. Its progress is never typed.

    ``units`` are all units its numbers speak of, None for the whole organisation: only those who see at least these
    may open it.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("进行中")
        WITHDRAWN = "withdrawn", _("已撤回")

    indicator = models.SlugField(_("指标"), max_length=60)
    units = models.JSONField(_("单位"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.ACTIVE)
    withdrawn_for = models.CharField(_("撤回原因"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("设置人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("设置时间"), auto_now_add=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("目标")
        verbose_name_plural = _("目标")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.indicator} #{self.pk}"


class GoalVersion(models.Model):
    """The terms of a goal from one change to the next, with the baseline as the data said it on that day."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    title = models.CharField(_("目标"), max_length=200)
    scope = models.ForeignKey(
        ScopeVersion, verbose_name=_("评价范围"), on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    filters = models.JSONField(_("范围"), default=dict, blank=True)
    measured = models.CharField(_("统计口径"), max_length=10, default="month")
    baseline_start = models.DateField(_("基线开始"))
    baseline_end = models.DateField(_("基线结束"))
    baseline = models.JSONField(_("基线"))
    aim = models.CharField(_("目标方式"), max_length=10)
    amount = models.FloatField(_("目标值"))
    target = models.FloatField(_("目标值"))
    start = models.DateField(_("开始"))
    due = models.DateField(_("截止日期"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("责任人"), on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("为什么要做"), max_length=300)
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("设置人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("设置时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("目标版本")
        verbose_name_plural = _("目标版本")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["goal", "number"], name="one_goal_version_each")]

    def __str__(self) -> str:
        return self.title

    @property
    def kept(self) -> Filters:
        return filters_of(self.filters)

    @property
    def baseline_found(self) -> Baseline:
        return Baseline(**self.baseline)


class ChannelPlanVersion(models.Model):
    """The indicators one channel is judged by, from a change on; without any the shipped template holds."""

    channel = models.SlugField(_("渠道"), max_length=20)
    number = models.PositiveIntegerField(_("版本"))
    items = models.JSONField(_("指标"))
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("设置人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("设置时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("渠道指标方案版本")
        verbose_name_plural = _("渠道指标方案版本")
        ordering = ["channel", "-number"]
        constraints = [models.UniqueConstraint(fields=["channel", "number"], name="one_channel_plan_version_each")]

    def __str__(self) -> str:
        return f"{self.channel} v{self.number}"
