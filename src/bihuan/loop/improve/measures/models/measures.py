"""Improvement measures: what is to be done by whom until when, and the yardstick by which it will be judged."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of

from ..contracts import KINDS, TERMS

VIEW = "improve.view_measures"
PERSON = settings.AUTH_USER_MODEL


class WithinReach(models.QuerySet):  # type: ignore[type-arg]
    """Measures, by who may see them."""

    def for_user(self, user: User, permission: str = VIEW) -> WithinReach:
        """Return what a person may see: their units' measures, those they answer for, help with or accept."""
        if not can(user, permission):
            return self.none()
        scope = scope_of(user, permission)
        if scope.units is None and scope.agents is None:
            return self
        own = Q(accountable=user) | Q(pk__in=Measure.helpers.through.objects.filter(user=user).values("measure_id"))
        if scope.agents is None:
            units = scope.units or ()
            accepting = Measure.objects.filter(acceptances__unit_code__in=units)
            own |= Q(unit_code__in=units) | Q(pk__in=accepting.values("pk"))
        return self.filter(own)


class Numbering(models.Model):
    """A row to lock: two measures made at once take two numbers."""

    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)


class Measure(models.Model):
    """One 改进措施: exactly one person answers for it, and nobody may close it without a verdict from data.

    ``details`` hold what its kind demands. ``change_on`` is the first day of the new way. ``yardstick`` is what was
    agreed at approval, with its hash; empty before. ``draft_yardstick`` is what is proposed until then.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        PROPOSED = "proposed", _("待审批")
        APPROVED = "approved", _("已批准")
        RUNNING = "running", _("执行中")
        DONE = "done", _("已完成，待复评")
        VERIFIED = "verified", _("已关闭")
        WITHDRAWN = "withdrawn", _("已撤回")

    number = models.CharField(_("编号"), max_length=12, unique=True)
    finding = models.ForeignKey("findings.Finding", verbose_name=_("问题"), on_delete=models.PROTECT, null=True,
                                blank=True, related_name="+")
    finding_cause = models.ForeignKey("causes.FindingCause", verbose_name=_("原因"), on_delete=models.PROTECT,
                                      null=True, blank=True, related_name="+")
    reason = models.CharField(_("缘由"), max_length=500, blank=True)
    problem = models.CharField(_("问题描述（对应调查维度）"), max_length=500, blank=True)
    title = models.CharField(_("措施"), max_length=200)
    plan = models.TextField(_("具体做法"), blank=True)
    aim = models.CharField(_("预期达到"), max_length=200, blank=True)
    kind = models.CharField(_("类型"), max_length=12, choices=[(key, kind.label) for key, kind in KINDS.items()])
    details = models.JSONField(_("类型要求"), default=dict, blank=True)
    term = models.CharField(_("期限类别"), max_length=10, choices=list(TERMS.items()), default="quick_win")
    accountable = models.ForeignKey(PERSON, verbose_name=_("责任人"), on_delete=models.PROTECT, related_name="+")
    helpers = models.ManyToManyField(PERSON, verbose_name=_("协助人"), blank=True, related_name="+")
    unit_code = models.CharField(_("责任部门"), max_length=64)
    boundary = models.TextField(_("责任边界"), blank=True)
    starts_on = models.DateField(_("计划开始"), null=True, blank=True)
    due_on = models.DateField(_("计划完成"), null=True, blank=True)
    started_on = models.DateField(_("实际开始"), null=True, blank=True)
    done_on = models.DateField(_("实际完成"), null=True, blank=True)
    change_on = models.DateField(_("新做法的第一天"), null=True, blank=True)
    delay_reason = models.CharField(_("延期原因"), max_length=500, blank=True)
    outcome = models.TextField(_("实施情况简述"), blank=True)
    budget = models.JSONField(_("预算"), default=dict, blank=True)
    staff = models.JSONField(_("人力"), default=dict, blank=True)
    impact = models.PositiveSmallIntegerField(_("影响"), null=True, blank=True)
    ease = models.PositiveSmallIntegerField(_("易行"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT, db_index=True)
    returned_for = models.CharField(_("退回或撤回原因"), max_length=500, blank=True)
    draft_yardstick = models.JSONField(_("拟定的标尺"), default=dict, blank=True)
    yardstick = models.JSONField(_("标尺"), default=dict, blank=True)
    approved_by = models.ForeignKey(PERSON, verbose_name=_("审批人"), on_delete=models.PROTECT, null=True, blank=True,
                                    related_name="+")
    approved_at = models.DateTimeField(_("审批时间"), null=True, blank=True)
    verdict = models.CharField(_("效果结论"), max_length=20, blank=True)
    table_row = models.JSONField(_("评价表中的一行"), default=dict, blank=True)
    adopted_from = models.ForeignKey("self", verbose_name=_("推广自"), on_delete=models.SET_NULL, null=True, blank=True,
                                     related_name="+")
    created_by = models.ForeignKey(PERSON, verbose_name=_("制定人"), on_delete=models.PROTECT, null=True,
                                   related_name="+")
    written_by = models.ForeignKey(PERSON, verbose_name=_("最后修改人"), on_delete=models.PROTECT, null=True,
                                   blank=True, related_name="+")
    created_at = models.DateTimeField(_("制定时间"), auto_now_add=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("改进措施")
        verbose_name_plural = _("改进措施")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="measures_state_due"),
                   models.Index(fields=["finding"], name="measures_finding")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state not in (self.State.VERIFIED, self.State.WITHDRAWN)

    @property
    def rule(self) -> Any:
        return KINDS[self.kind]
