"""Saved views of the live board, reminder rules, and which case was reminded of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .contracts import CLOCKS, STALE_MINUTES, TILES


class DashboardQuerySet(models.QuerySet["Dashboard"]):
    def for_user(self, user) -> DashboardQuerySet:
        """One's own views and those that are shared; what they show is the viewer's scope, never the maker's."""
        return self.filter(Q(owner=user) | Q(is_shared=True))


class Dashboard(models.Model):
    """A saved view of the live board: whose work, which tiles in which order, when data count as old.

    ``role_key``: the people who hold this role begin with it.
    """

    name = models.CharField(_("名称"), max_length=80)
    owner = models.ForeignKey("core.User", on_delete=models.CASCADE, related_name="+")
    is_shared = models.BooleanField(_("公司内可见"), default=False)
    role_key = models.CharField(_("作为角色的首选"), max_length=40, blank=True)
    unit_code = models.CharField(_("单位"), max_length=120, blank=True)
    tiles = models.JSONField(_("内容"), default=list)
    indicators = models.JSONField(_("指标"), default=list, blank=True)
    within_minutes = models.PositiveIntegerField(_("即将超时的范围"), default=60)
    stale_minutes = models.PositiveIntegerField(_("数据多久未更新算陈旧（分钟）"), default=STALE_MINUTES)
    changed_at = models.DateTimeField(auto_now=True)

    objects = DashboardQuerySet.as_manager()

    class Meta:
        verbose_name = _("看板视图")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_tiles(self) -> list[str]:
        return [tile for tile in self.tiles if tile in TILES]


class ReminderRule(models.Model):
    """Who is reminded of which cases, by which clock, how long before or after it runs out.

    ``lead_minutes`` above 0 is before, 0 the moment itself, below 0 after. Empty lists mean all. The rule sees what its
    maker may see: ``unit_code`` and everything below it, empty for all.
    """

    name = models.CharField(_("名称"), max_length=80)
    clock = models.CharField(_("时限"), max_length=20, choices=list(CLOCKS.items()))
    lead_minutes = models.IntegerField(_("提前"), default=60)
    unit_code = models.CharField(_("单位"), max_length=120, blank=True)
    channels = models.JSONField(_("渠道"), default=list, blank=True)
    kinds = models.JSONField(_("类别"), default=list, blank=True)
    priorities = models.JSONField(_("优先级"), default=list, blank=True)
    to_agent = models.BooleanField(_("提醒处理坐席"), default=True)
    to_leader = models.BooleanField(_("提醒其班组长"), default=True)
    people = models.ManyToManyField("core.User", related_name="+", blank=True, verbose_name=_("另外提醒"))
    groups = models.ManyToManyField("notifications.Channel", related_name="+", blank=True, verbose_name=_("发到群"))
    is_active = models.BooleanField(_("启用"), default=True)
    created_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", null=True)
    active_from = models.DateTimeField(_("启用时间"))

    class Meta:
        verbose_name = _("超时提醒规则")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Reminder(models.Model):
    """A rule has reminded of a case that was due at this moment; another due moment is another stage."""

    rule = models.ForeignKey(ReminderRule, on_delete=models.CASCADE, related_name="reminders")
    case = models.CharField(_("工单"), max_length=200)
    due = models.DateTimeField(_("时限"))
    at = models.DateTimeField(_("提醒时间"))
    unit_code = models.CharField(max_length=120, blank=True)
    told = models.PositiveIntegerField(_("提醒人数"), default=0)

    class Meta:
        verbose_name = _("超时提醒")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["rule", "case", "due"], name="reminded_once_a_stage")]


class WatchState(models.Model):
    """How far a daily watch has come, by name: a day is looked at once."""

    name = models.CharField(max_length=60, unique=True)
    day = models.DateField()
