"""Recurrence watches: a type of complaint, its root cause, what prevents it, and whether it comes back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of
from bihuan.engine.effects.recurrence import BEFORE_DAYS

from .contracts import BASES

VIEW, CHANGE = "improve.view_measures", "improve.change_measures"


def person(name: Any, **more: Any) -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=name, on_delete=models.PROTECT, related_name="+",
                             **more)


class WithinReach(models.QuerySet):  # type: ignore[type-arg]
    def for_user(self, user: User) -> WithinReach:
        """Watches of the person's units; one of the whole workspace is for those who see all of it."""
        if not can(user, VIEW):
            return self.none()
        scope = scope_of(user, VIEW)
        if scope.agents is not None:
            return self.none()
        return self if scope.units is None else self.filter(unit_code__in=scope.units)


class Watch(models.Model):
    """One watched type (topic, product, unit). It counts from the day the measure's new way began.

    ``course`` is what the numbers said at the last look, with the days it speaks of; ``told`` the first days of the
    blocks whose alarm was recorded. ``unit_code`` empty: the whole workspace.
    """

    topic = models.CharField(_("投诉类型（主题）"), max_length=200)
    product = models.CharField(_("产品"), max_length=200, blank=True)
    unit_code = models.CharField(_("单位"), max_length=120, blank=True, db_index=True)
    base = models.CharField(_("每 1,000 件什么"), max_length=10, choices=list(BASES.items()), default="cases")
    before_days = models.PositiveSmallIntegerField(_("之前看几天"), default=BEFORE_DAYS)
    cause = models.ForeignKey("causes.Cause", verbose_name=_("根因"), on_delete=models.PROTECT, related_name="+")
    measure = models.ForeignKey("measures.Measure", verbose_name=_("预防措施"), on_delete=models.PROTECT,
                                related_name="+")
    finding = models.ForeignKey("findings.Finding", verbose_name=_("问题"), on_delete=models.PROTECT,
                                related_name="+")
    owner = person(_("负责人"))
    course = models.JSONField(_("数值"), default=dict)
    last_case = models.DateField(_("最近一件"), null=True, blank=True)
    alarmed_on = models.DateField(_("最近一次警报"), null=True, blank=True)
    told = models.JSONField(default=list)
    looked_at = models.DateTimeField(_("最近计算"), null=True, blank=True)
    ended_at = models.DateTimeField(_("停止时间"), null=True, blank=True)
    ended_reason = models.CharField(_("停止原因"), max_length=300, blank=True)
    created_by = person(_("设立人"))
    created_at = models.DateTimeField(_("设立时间"), auto_now_add=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("复发监测")
        verbose_name_plural = _("复发监测")
        ordering = ["-alarmed_on", "-pk"]
        constraints = [models.UniqueConstraint(
            fields=["topic", "product", "unit_code"], condition=models.Q(ended_at=None), name="one_watch_a_type")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"W-{self.pk:04d}"

    @property
    def title(self) -> str:
        return f"{self.topic} · {self.product}" if self.product else self.topic

    @property
    def since(self) -> date | None:
        """The first day of the prevention: that of the new way, else the day on which the measure was done."""
        return self.measure.change_on or self.measure.done_on
