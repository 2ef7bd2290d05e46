"""Evaluation reports and 表1: what each is about, and every version of what people wrote."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Report(models.Model):
    """One 服务质量评价报告: the period and scope it was asked for, and how far it has come.

    ``units`` are the codes its numbers may speak of, None for all: only those who see at least these units may read
    it. ``query`` is the engine's question as JSON.
    """

    class State(models.TextChoices):
        DRAFTING = "drafting", _("生成中")
        READY = "ready", _("可编辑")
        FAILED = "failed", _("未能生成")

    title = models.CharField(_("标题"), max_length=200)
    query = models.JSONField(_("周期与范围"))
    units = models.JSONField(_("可见单位"), null=True, blank=True)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    review_scope = models.ForeignKey(
        "goals.ScopeVersion", verbose_name=_("评价范围"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFTING)
    problem = models.TextField(_("原因"), blank=True)
    replaces = models.ForeignKey(
        "self", verbose_name=_("取代"), on_delete=models.PROTECT, null=True, blank=True, related_name="renewals")
    job = models.UUIDField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("编写人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("服务质量评价报告")
        verbose_name_plural = _("服务质量评价报告")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def successor(self) -> Report | None:
        """What was made of the same question on the complete data; one that failed replaces nothing."""
        return self.renewals.exclude(state=self.State.FAILED).first()


class ReportVersion(models.Model):
    """The whole report as it stood after one save; the first is the draft. Numbers are the same in all versions."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    content = models.TextField(_("内容"))
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("保存人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("保存时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("报告版本")
        verbose_name_plural = _("报告版本")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="one_report_version_each")]

    def __str__(self) -> str:
        return f"{self.report_id} v{self.number}"


class EvaluationTable(models.Model):
    """One 表1 客户服务质量评价表: what was evaluated, in which period and scope; what it says lies in its versions.

    ``units`` are the codes its numbers may speak of, None for all, as of a report. ``filters`` and the days lead from a
    computed cell to its rows.
    """

    class Subject(models.TextChoices):
        CUSTOMER = "customer", _("客户")
        UNIT = "unit", _("单位")
        AGENT = "agent", _("坐席")

    title = models.CharField(_("标题"), max_length=200)
    subject = models.CharField(_("评价对象"), max_length=10, choices=Subject.choices, default=Subject.CUSTOMER)
    filters = models.JSONField(_("范围"), default=dict, blank=True)
    start = models.DateField(_("开始"), null=True, blank=True)
    end = models.DateField(_("结束"), null=True, blank=True)
    review_scope = models.ForeignKey(
        "goals.ScopeVersion", verbose_name=_("评价范围"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+")
    units = models.JSONField(_("可见单位"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", verbose_name=_("取代"), on_delete=models.PROTECT, null=True, blank=True, related_name="renewals")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("编写人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("客户服务质量评价表")
        verbose_name_plural = _("客户服务质量评价表")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def successor(self) -> EvaluationTable | None:
        """What was made for the same objects on the complete data."""
        return self.renewals.first()


class EvaluationTableVersion(models.Model):
    """The whole table after one save; what is computed is the same in all versions, by its fingerprint."""

    table = models.ForeignKey(EvaluationTable, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    content = models.TextField(_("内容"))
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("保存人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("保存时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("评价表版本")
        verbose_name_plural = _("评价表版本")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["table", "number"], name="one_table_version_each")]

    def __str__(self) -> str:
        return f"{self.table_id} v{self.number}"
