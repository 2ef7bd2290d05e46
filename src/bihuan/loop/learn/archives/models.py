"""Archives: one bundle a closed verdict or review, where it is filed, how long it is kept, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .contracts import ArchiveInfo

PERSON = settings.AUTH_USER_MODEL


class Archive(models.Model):
    """One 归档, of a verdict on a measure or of a whole review.

    Its file lies in the workspace under a name of its own, ``fingerprint`` is the manifest's hash.

    ``text`` is what it is found by, masked; ``folded`` the same as it is compared. The row outlives its file.
    """

    class State(models.TextChoices):
        MAKING = "making", _("归档中")
        READY = "ready", _("已归档")
        FAILED = "failed", _("未能归档")
        DELETED = "deleted", _("到期已删除")

    verdict = models.ForeignKey("verdicts.Verdict", verbose_name=_("效果结论"), on_delete=models.PROTECT, null=True,
                                related_name="+")
    measure = models.ForeignKey("measures.Measure", verbose_name=_("措施"), on_delete=models.PROTECT, null=True,
                                related_name="+")
    cycle = models.ForeignKey("cycles.Cycle", verbose_name=_("复盘"), on_delete=models.PROTECT, null=True,
                              related_name="+")
    unit_code = models.CharField(_("责任部门"), max_length=120)
    quarter = models.CharField(_("季度"), max_length=7, db_index=True)
    line = models.CharField(_("业务线"), max_length=120, db_index=True)
    title = models.CharField(_("标题"), max_length=300)
    word = models.CharField(_("结论"), max_length=20)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.MAKING)
    problem = models.CharField(_("原因"), max_length=500, blank=True)
    job = models.UUIDField(null=True, blank=True)
    file = models.CharField(max_length=60, blank=True)
    size = models.PositiveBigIntegerField(_("大小"), default=0)
    sha256 = models.CharField(_("校验值"), max_length=64, blank=True)
    fingerprint = models.CharField(_("指纹"), max_length=64, blank=True)
    files = models.JSONField(_("文件"), default=list)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    text = models.TextField(_("检索文字"), blank=True)
    folded = models.TextField(blank=True)
    made_by = models.ForeignKey(PERSON, verbose_name=_("归档人"), on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("归档时间"), auto_now_add=True)
    keep_until = models.DateField(_("保存至"), null=True, blank=True)
    checked_at = models.DateTimeField(_("最近核对"), null=True, blank=True)
    faults = models.JSONField(_("核对结果"), default=list)
    deleted_at = models.DateTimeField(_("删除时间"), null=True, blank=True)
    audit_seq = models.PositiveBigIntegerField(_("删除的审计序号"), null=True, blank=True)

    class Meta:
        verbose_name = _("归档")
        verbose_name_plural = _("归档")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["verdict"], condition=Q(state__in=("making", "ready")),
                                    name="one_archive_a_verdict"),
            models.UniqueConstraint(fields=["cycle"], condition=Q(state__in=("making", "ready")),
                                    name="one_archive_a_cycle"),
            models.CheckConstraint(
                condition=Q(cycle=None, verdict__isnull=False, measure__isnull=False)
                | Q(cycle__isnull=False, verdict=None, measure=None), name="archive_of_a_verdict_or_a_cycle"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"A-{self.pk:04d}"

    def info(self) -> ArchiveInfo:
        return ArchiveInfo(self.pk, self.number, self.verdict_id, self.quarter, self.line, self.keep_until)


class KeepingRule(models.Model):
    """How many months archives are kept, counted from the day of filing; None: they are kept. One row."""

    months = models.PositiveSmallIntegerField(_("保存月数"), null=True, blank=True)
    changed_by = models.ForeignKey(PERSON, verbose_name=_("设置人"), on_delete=models.PROTECT, null=True,
                                   related_name="+")
    changed_at = models.DateTimeField(_("设置时间"), auto_now=True)

    class Meta:
        verbose_name = _("归档保存期限")
        verbose_name_plural = _("归档保存期限")

    def __str__(self) -> str:
        return str(self.months)
