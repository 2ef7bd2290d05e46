"""Operating procedures (SOP) in versions, and rules of escalation that are tried on past cases."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of

from .rights import VIEW


class OwnUnits(models.QuerySet):  # type: ignore[type-arg]
    def for_user(self, user: User) -> OwnUnits:
        """Rows of the person's units, and those of the whole organisation."""
        if not can(user, VIEW):
            return self.none()
        scope = scope_of(user, VIEW)
        if scope.units is None and scope.agents is None:
            return self
        return self.filter(Q(unit_code="") | Q(unit_code__in=scope.units or ()))


class Procedure(models.Model):
    """One operating procedure (操作规程). Its number never changes; ``unit_code`` empty: the whole organisation."""

    title = models.CharField(_("名称"), max_length=120)
    unit_code = models.CharField(_("单位"), max_length=120, blank=True, db_index=True)
    process = models.ForeignKey("processes.Process", verbose_name=_("流程"), null=True, blank=True,
                                on_delete=models.SET_NULL, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    objects = OwnUnits.as_manager()

    class Meta:
        verbose_name = _("操作规程")
        verbose_name_plural = _("操作规程")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"SOP-{self.pk:04d}"


class ProcedureVersion(models.Model):
    """A version: written, submitted, approved by somebody else with the day from which it holds."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待批准")
        APPROVED = "approved", _("已批准")
        RETIRED = "retired", _("已停用")

    procedure = models.ForeignKey(Procedure, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    chapters = models.JSONField(_("内容"), default=dict)
    exam = models.URLField(_("考试链接"), blank=True)
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("编写人"), on_delete=models.PROTECT,
                               related_name="+")
    written_at = models.DateTimeField(_("编写时间"), auto_now=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("批准人"), null=True, blank=True,
                                    on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    effective_on = models.DateField(_("生效日期"), null=True, blank=True)
    refused_for = models.CharField(_("退回原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("操作规程版本")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="one_procedure_version_each"),
            models.UniqueConstraint(fields=["procedure"], condition=Q(state__in=["draft", "submitted"]),
                                    name="one_procedure_in_work"),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} v{self.number}"


class EscalationRule(models.Model):
    """升级规则: levels with the hours after which a case goes there, and how many approvals a case may take."""

    name = models.CharField(_("名称"), max_length=120, unique=True)
    unit_code = models.CharField(_("单位"), max_length=120, blank=True, db_index=True)
    where = models.CharField(_("适用工单"), max_length=300, blank=True)
    clock = models.CharField(_("计时"), max_length=10, default="business")
    levels = models.JSONField(_("层级"), default=list)           # [[name, hours], …]
    done = models.JSONField(_("办结活动"), default=list)
    approvals = models.JSONField(_("审批活动"), default=list, blank=True)
    most = models.PositiveIntegerField(_("审批上限"), default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(_("修改时间"), auto_now=True)

    objects = OwnUnits.as_manager()

    class Meta:
        verbose_name = _("升级规则")
        verbose_name_plural = _("升级规则")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
