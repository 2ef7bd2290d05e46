"""Findings: problems that the numbers or people brought up, with their history and what was decided."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of

from .contracts import KINDS, SIZES, FindingInfo

VIEW = "diagnose.view_findings"


class FindingQuerySet(models.QuerySet["Finding"]):
    def for_user(self, user: User) -> FindingQuerySet:
        """Findings of the person's units, and those their department was asked to join."""
        if not can(user, VIEW):
            return self.none()
        scope = scope_of(user, VIEW)
        if scope.agents is not None:
            return self.none()
        if scope.units is None:
            return self
        return self.filter(Q(unit_code__in=scope.units) | Q(issue__owner_unit__in=scope.units))


class Finding(models.Model):
    """One problem (问题). The same problem seen again is the same row: ``key`` holds source, indicator and group.

    ``where`` and ``group`` say which rows it speaks of, ``selected_from`` how many candidates it was the worst of.
    ``size`` is its impact, ``size_measure`` says what that counts. ``unit_code`` empty: the whole workspace.
    """

    class State(models.TextChoices):
        NEW = "new", _("待处理")
        ACCEPTED = "accepted", _("已受理")
        DIAGNOSED = "diagnosed", _("已查明原因")
        ACTING = "acting", _("改进中")
        SETTLED = "settled", _("已解决")
        DISMISSED = "dismissed", _("不处理")

    key = models.CharField(max_length=400, unique=True)
    kind = models.CharField(_("来源"), max_length=20, choices=list(KINDS.items()))
    title = models.CharField(_("问题"), max_length=300)
    stated_step = models.CharField(_("环节"), max_length=120, blank=True)
    stated_action = models.CharField(_("动作"), max_length=120, blank=True)
    stated_metric = models.CharField(_("指标"), max_length=120, blank=True)
    stated_threshold = models.CharField(_("界限"), max_length=120, blank=True)
    indicator = models.CharField(_("指标"), max_length=120, blank=True)
    indicator_version = models.CharField(_("口径版本"), max_length=40, blank=True)
    where = models.TextField(_("范围"), blank=True)
    group = models.JSONField(_("分组"), default=dict, blank=True)
    unit_code = models.CharField(_("单位"), max_length=120, blank=True, db_index=True)
    suggested_unit = models.CharField(_("建议责任单位"), max_length=120, blank=True)
    first_seen = models.DateTimeField(_("首次发现"))
    last_seen = models.DateTimeField(_("最近发现"))
    period = models.CharField(_("期间"), max_length=40, blank=True)
    start = models.DateField(_("起"), null=True, blank=True)
    end = models.DateField(_("止"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.NEW, db_index=True)
    round = models.PositiveIntegerField(_("轮次"), default=1)
    selected_from = models.PositiveIntegerField(_("候选数"), default=1)
    size = models.FloatField(_("规模"), null=True, blank=True)
    size_measure = models.CharField(_("规模的口径"), max_length=30, choices=list(SIZES.items()), blank=True)
    n = models.PositiveIntegerField("n", default=0)
    value = models.FloatField(_("数值"), null=True, blank=True)
    low = models.FloatField(_("区间下限"), null=True, blank=True)
    high = models.FloatField(_("区间上限"), null=True, blank=True)
    # Of the value minus the usual, where that was tested.
    difference = models.FloatField(_("与其余的差"), null=True, blank=True)
    difference_low = models.FloatField(_("差的区间下限"), null=True, blank=True)
    difference_high = models.FloatField(_("差的区间上限"), null=True, blank=True)
    target = models.FloatField(_("目标"), null=True, blank=True)
    usual = models.FloatField(_("平时水平"), null=True, blank=True)
    q = models.FloatField("q", null=True, blank=True)
    unit = models.CharField(_("计量单位"), max_length=10, blank=True)
    direction = models.CharField(_("方向"), max_length=5, default="up")
    method = models.CharField(_("方法"), max_length=60, blank=True)
    evidence = models.TextField(_("明细地址"), blank=True)
    as_of = models.CharField(_("数据截至"), max_length=40, blank=True)
    # Impact in its place, by measure (contracts.IMPACTS): {"value", "usual", "n", "small"}; and rows in 30 days.
    impacts = models.JSONField(_("影响"), default=dict, blank=True)
    frequency = models.FloatField(_("频次（30 天）"), null=True, blank=True)
    redesign = models.BooleanField(_("流程再造项"), default=False)
    effort = models.PositiveSmallIntegerField(_("改造难度"), null=True, blank=True)
    share = models.FloatField(_("占投诉的份额"), null=True, blank=True)
    # Of one peak: the finding that leads; ``apart``: put in or taken out by hand, the search leaves it so.
    bundle = models.ForeignKey("self", verbose_name=_("同一高峰"), null=True, blank=True, on_delete=models.SET_NULL,
                               related_name="members")
    apart = models.BooleanField(_("单独处理"), default=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("负责人"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+")
    dismissed_reason = models.CharField(_("不处理的原因"), max_length=300, blank=True)
    settled_at = models.DateTimeField(_("解决时间"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提出人"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+")

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("问题")
        verbose_name_plural = _("问题")
        ordering = ["-last_seen", "-pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"F-{self.pk:04d}"

    @property
    def is_stated(self) -> bool:
        return bool(self.stated_step and self.stated_action and self.stated_metric and self.stated_threshold)

    @property
    def is_open(self) -> bool:
        return self.state not in (self.State.SETTLED, self.State.DISMISSED)

    def info(self) -> FindingInfo:
        return FindingInfo(
            self.pk, self.number, self.title, self.kind, self.indicator, self.indicator_version, self.where,
            dict(self.group), self.unit_code, self.state, self.round, self.selected_from, self.owner_id,
            self.first_seen, self.last_seen)


class Sighting(models.Model):
    """A finding was seen in a period; a period that is looked at again replaces what was seen of it."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="sightings")
    seen_at = models.DateTimeField(_("发现时间"))
    period = models.CharField(_("期间"), max_length=40)
    value = models.FloatField(_("数值"), null=True)
    n = models.PositiveIntegerField("n", default=0)
    low = models.FloatField(_("区间下限"), null=True)
    high = models.FloatField(_("区间上限"), null=True)
    size = models.FloatField(_("规模"), null=True)
    as_of = models.CharField(_("数据截至"), max_length=40, blank=True)
    definition_hash = models.CharField(max_length=80, blank=True)
    evidence = models.TextField(_("明细地址"), blank=True)

    class Meta:
        verbose_name = _("发现记录")
        ordering = ["period", "pk"]
        constraints = [models.UniqueConstraint(fields=["finding", "period"], name="one_sighting_a_period")]


class FindingAct(models.Model):
    """What happened to a finding, by whom: its history on the page. The audit log holds the proof."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="acts")
    act = models.CharField(_("动作"), max_length=30)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    round = models.PositiveIntegerField(_("轮次"), default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("问题的处理记录")
        ordering = ["at", "pk"]


class JointIssue(models.Model):
    """A cross-department matter (跨部门事项) that a spike opened: its owner department and its own clock."""

    finding = models.OneToOneField(Finding, on_delete=models.CASCADE, related_name="issue")
    owner_unit = models.CharField(_("责任部门"), max_length=120, blank=True)
    opened_at = models.DateTimeField(_("开立时间"))
    answer_by = models.DateTimeField(_("应答复时间"))
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("跨部门事项")
        ordering = ["answer_by", "pk"]

    @property
    def is_late(self) -> bool:
        return (self.answered_at or timezone.now()) > self.answer_by


class Search(models.Model):
    """One run of the search for findings: what was looked at, what could not be told, what came of it."""

    started_at = models.DateTimeField(_("开始"), auto_now_add=True)
    ended_at = models.DateTimeField(_("结束"), null=True)
    as_of = models.CharField(_("数据截至"), max_length=40, blank=True)
    counts = models.JSONField(_("结果"), default=dict)
    job = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("问题搜寻")
        ordering = ["-started_at", "-pk"]


class WeeklyPack(models.Model):
    """One week's review material as it was when the week was over.

    ``parts``: of each part (anomalies, waiting, issues) the findings' ids with what they said then (KEPT in services).
    """

    week = models.CharField(_("周"), max_length=10, unique=True)
    made_at = models.DateTimeField(_("制作时间"), auto_now_add=True)
    as_of = models.DateTimeField(_("数据截至"), null=True)
    parts = models.JSONField(_("内容"), default=dict)

    class Meta:
        verbose_name = _("每周复盘材料")
        ordering = ["-week"]

    def __str__(self) -> str:
        return self.week
