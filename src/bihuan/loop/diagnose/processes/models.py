"""The register of steps: processes as they should run, in versions, each step with who does what."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of

from .contracts import MODES, ProcessInfo, Step
from .rights import VIEW


class ProcessQuerySet(models.QuerySet["Process"]):
    def for_user(self, user: User) -> ProcessQuerySet:
        """Processes of the person's units, and those of the whole organisation."""
        if not can(user, VIEW):
            return self.none()
        scope = scope_of(user, VIEW)
        if scope.units is None and scope.agents is None:
            return self
        return self.filter(Q(unit_code="") | Q(unit_code__in=scope.units or ()))


class Process(models.Model):
    """One service process (流程). ``unit_code`` empty: it belongs to the whole organisation.

    ``where`` says which cases run it, in the grammar of ``--where``; empty: all.
    """

    name = models.CharField(_("名称"), max_length=120, unique=True)
    unit_code = models.CharField(_("单位"), max_length=120, blank=True, db_index=True)
    where = models.CharField(_("哪些工单走这个流程"), max_length=300, blank=True)
    note = models.TextField(_("说明"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name = _("流程")
        verbose_name_plural = _("流程")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProcessVersion(models.Model):
    """The steps of a process from one change to the next. Only a draft is edited; what was in force stays as it was."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        CURRENT = "current", _("现行")
        RETIRED = "retired", _("已停用")

    process = models.ForeignKey(Process, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT)
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    published_at = models.DateTimeField(_("生效时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("流程版本")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["process", "number"], name="one_process_version_each"),
            models.UniqueConstraint(fields=["process"], condition=Q(state="draft"), name="one_process_draft"),
            models.UniqueConstraint(fields=["process"], condition=Q(state="current"), name="one_process_in_force"),
        ]

    def __str__(self) -> str:
        return f"{self.process} v{self.number}"

    def info(self) -> ProcessInfo:
        return ProcessInfo(self.process_id, self.process.name, self.process.unit_code, self.number,
                           tuple(one.info() for one in self.steps.all()))


class ProcessStep(models.Model):
    """One step (步骤) of a version. ``activities`` are the names it has in the event log, ``started_by`` those that

    mark its beginning: only with both can its handling time be told. ``duties`` holds roles by letter R, A, C, I.
    """

    version = models.ForeignKey(ProcessVersion, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField(_("序号"))
    name = models.CharField(_("步骤"), max_length=120)
    activities = models.JSONField(_("流水中的活动"), default=list, blank=True)
    started_by = models.JSONField(_("开始活动"), default=list, blank=True)
    input = models.CharField(_("输入"), max_length=300, blank=True)
    output = models.CharField(_("输出"), max_length=300, blank=True)
    performer = models.CharField(_("执行者"), max_length=120, blank=True)
    minutes = models.FloatField(_("所需时间（分钟）"), null=True, blank=True)
    mode = models.CharField(_("线上/线下"), max_length=10, choices=list(MODES.items()), blank=True)
    optional = models.BooleanField(_("可以跳过"), default=False)
    repeatable = models.BooleanField(_("可以重复"), default=False)
    duties = models.JSONField(_("职责"), default=dict, blank=True)

    class Meta:
        verbose_name = _("流程步骤")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="one_step_of_a_name")]

    def __str__(self) -> str:
        return self.name

    def info(self) -> Step:
        return Step(self.number, self.name, tuple(self.activities), tuple(self.started_by), self.input, self.output,
                    self.performer, self.minutes, self.mode, self.optional, self.repeatable,
                    tuple((letter, tuple(self.duties.get(letter, ()))) for letter in "RACI"))
