"""What is kept while a measure is carried out: milestones, weeks, proof, acceptance by other departments."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..contracts import EVIDENCE_KINDS
from .measures import PERSON, Measure


class Milestone(models.Model):
    """One phase with what it delivers, its day and its owner."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("阶段"), max_length=120)
    deliverable = models.CharField(_("交付物"), max_length=200, blank=True)
    owner = models.ForeignKey(PERSON, verbose_name=_("责任人"), on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("计划日期"))
    done_on = models.DateField(_("完成日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("里程碑")
        verbose_name_plural = _("里程碑")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.title


class Progress(models.Model):
    """How far a measure is in one week, what was difficult and what was adjusted; ``week`` is its Monday."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="progress")
    week = models.DateField(_("周"))
    share = models.PositiveSmallIntegerField(_("完成百分比"))
    text = models.CharField(_("本周进展"), max_length=500)
    difficulty = models.CharField(_("难点"), max_length=500, blank=True)
    adjustment = models.CharField(_("调整"), max_length=500, blank=True)
    by = models.ForeignKey(PERSON, verbose_name=_("填报人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("填报时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("周进展")
        verbose_name_plural = _("周进展")
        ordering = ["-week", "-pk"]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.week}"


class Evidence(models.Model):
    """One proof: its file lies in the workspace under its own name, ``sha256`` is that of its bytes when it came.

    ``is_free``: who brought it says that no customer's personal data are in it, for files that only people can read.
    ``stored`` is empty once a customer's request for deletion took the file away.
    """

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(_("种类"), max_length=12, choices=list(EVIDENCE_KINDS.items()))
    name = models.CharField(_("文件名"), max_length=200)
    stored = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField(_("大小"))
    sha256 = models.CharField(_("校验值"), max_length=64)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    is_free = models.BooleanField(_("不含客户个人信息"), default=False)
    by = models.ForeignKey(PERSON, verbose_name=_("上传人"), on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("证明材料")
        verbose_name_plural = _("证明材料")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.name


class Acceptance(models.Model):
    """One department that must accept a measure that crosses it: asked, and what it said."""

    class Verdict(models.TextChoices):
        OPEN = "open", _("待验收")
        ACCEPTED = "accepted", _("通过")
        REFUSED = "refused", _("不通过")

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="acceptances")
    unit_code = models.CharField(_("验收部门"), max_length=64)
    duty = models.CharField(_("该部门的责任"), max_length=300, blank=True)
    verdict = models.CharField(_("验收结果"), max_length=10, choices=Verdict.choices, default=Verdict.OPEN)
    user = models.ForeignKey(PERSON, verbose_name=_("验收人"), on_delete=models.PROTECT, null=True, blank=True,
                             related_name="+")
    at = models.DateTimeField(_("验收时间"), null=True, blank=True)
    note = models.CharField(_("意见"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("跨部门验收")
        verbose_name_plural = _("跨部门验收")
        ordering = ["unit_code"]
        constraints = [models.UniqueConstraint(fields=["measure", "unit_code"], name="one_acceptance_a_department")]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.unit_code}"


class Amendment(models.Model):
    """What was changed of an approved measure, by whom and why: its due date or its owner, never its yardstick."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="amendments")
    due_before = models.DateField(_("原计划完成"), null=True, blank=True)
    due_after = models.DateField(_("改为"), null=True, blank=True)
    owner_before = models.ForeignKey(PERSON, verbose_name=_("原责任人"), on_delete=models.PROTECT, null=True,
                                     blank=True, related_name="+")
    owner_after = models.ForeignKey(PERSON, verbose_name=_("新责任人"), on_delete=models.PROTECT, null=True,
                                    blank=True, related_name="+")
    reason = models.CharField(_("原因"), max_length=500)
    by = models.ForeignKey(PERSON, verbose_name=_("变更人"), on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("变更时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("措施变更")
        verbose_name_plural = _("措施变更")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.measure_id} {self.at}"
