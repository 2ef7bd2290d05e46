"""Improvement plans: a goal reached in phases, each with its deliverable, its owner and the measures it holds."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of

VIEW, CHANGE = "improve.view_measures", "improve.change_measures"


def person(name: Any, **more: Any) -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=name, on_delete=models.PROTECT, related_name="+",
                             **more)


class WithinReach(models.QuerySet):  # type: ignore[type-arg]
    def for_user(self, user: User) -> WithinReach:
        """Plans of the person's units, and those of which they answer for the whole or for a phase."""
        if not can(user, VIEW):
            return self.none()
        scope = scope_of(user, VIEW)
        if scope.units is None and scope.agents is None:
            return self
        own = Q(owner=user) | Q(pk__in=Phase.objects.filter(owner=user).values("plan_id"))
        return self.filter(own if scope.agents is not None else own | Q(unit_code__in=scope.units or ()))


class Plan(models.Model):
    """One 实施计划. ``unit_code`` is the responsible department, empty for the whole workspace."""

    title = models.CharField(_("计划"), max_length=200)
    goal = models.CharField(_("目标"), max_length=500)
    unit_code = models.CharField(_("责任部门"), max_length=120, blank=True, db_index=True)
    owner = person(_("总负责人"))
    closed_on = models.DateField(_("结束日期"), null=True, blank=True)
    closing = models.CharField(_("结束说明"), max_length=500, blank=True)
    created_by = person(_("制定人"))
    created_at = models.DateTimeField(_("制定时间"), auto_now_add=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("实施计划")
        verbose_name_plural = _("实施计划")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"P-{self.pk:04d}"


class Phase(models.Model):
    """One phase: what it delivers, between which days, who answers for it, which measures it holds."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="phases")
    title = models.CharField(_("阶段"), max_length=120)
    deliverable = models.CharField(_("交付物"), max_length=300)
    owner = person(_("责任人"))
    starts_on = models.DateField(_("计划开始"))
    due_on = models.DateField(_("计划完成"))
    done_on = models.DateField(_("实际完成"), null=True, blank=True)
    delivered = models.CharField(_("交付情况"), max_length=500, blank=True)
    measures = models.ManyToManyField("measures.Measure", verbose_name=_("改进措施"), blank=True, related_name="+")

    class Meta:
        verbose_name = _("计划的阶段")
        verbose_name_plural = _("计划的阶段")
        ordering = ["starts_on", "due_on", "pk"]

    def __str__(self) -> str:
        return self.title
