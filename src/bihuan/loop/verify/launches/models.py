"""Launches: what was put into use when and for whom, who accepted it, and what the indicators did."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of

from .contracts import KINDS, PARTIES, WORDS

VIEW = "verify.view_launches"


def person(name: Any, **more: Any) -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=name, on_delete=models.PROTECT, related_name="+",
                             **more)


class WithinReach(models.QuerySet):  # type: ignore[type-arg]
    def for_user(self, user: User) -> WithinReach:
        """Launches of the person's units; one of the whole workspace is for those who see all of it."""
        scope = scope_of(user, VIEW)
        if not can(user, VIEW) or scope.agents is not None:
            return self.none()
        return self if scope.units is None else self.filter(unit_code__in=scope.units)


class Launch(models.Model):
    """One 上线. ``yardstick`` says beforehand how its effect is judged, with its hash; it is never changed.

    ``registered_late``: it was written down after the launch, when its effect could have been seen already.
    ``unit_code`` empty: the whole workspace.
    """

    kind = models.CharField(_("类型"), max_length=10, choices=list(KINDS.items()))
    title = models.CharField(_("标题"), max_length=200)
    what = models.CharField(_("改了什么"), max_length=1000)
    launched_on = models.DateField(_("上线日期"))
    unit_code = models.CharField(_("影响范围（单位）"), max_length=120, blank=True, db_index=True)
    channel = models.CharField(_("影响范围（渠道）"), max_length=20, blank=True)
    owner = person(_("负责人"))
    weeks = models.PositiveSmallIntegerField(_("观察几周"), default=8)
    yardstick = models.JSONField(_("判定方法"))
    yardstick_hash = models.CharField(_("校验值"), max_length=64)
    units = models.JSONField(_("所读单位"), null=True, blank=True)
    registered_late = models.BooleanField(_("上线后才登记"), default=False)
    created_by = person(_("登记人"))
    created_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    objects = WithinReach.as_manager()

    class Meta:
        verbose_name = _("上线")
        verbose_name_plural = _("上线")
        ordering = ["-launched_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        return f"L-{self.pk:04d}"


class Acceptance(models.Model):
    """A customer or a department says accepted or not. Only added: a second word stands beside the first."""

    launch = models.ForeignKey(Launch, on_delete=models.CASCADE, related_name="acceptances")
    party = models.CharField(_("谁验收"), max_length=10, choices=list(PARTIES.items()))
    who = models.CharField(_("客户编号或部门"), max_length=120)
    accepted = models.BooleanField(_("通过"))
    note = models.CharField(_("意见"), max_length=500, blank=True)
    said_on = models.DateField(_("验收日期"))
    by = person(_("记录人"))
    at = models.DateTimeField(_("记录时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("上线验收")
        verbose_name_plural = _("上线验收")
        ordering = ["said_on", "pk"]

    def __str__(self) -> str:
        return f"{self.launch_id} {self.who}"


class Effect(models.Model):
    """What the data said of the yardstick at one look; ``evidence`` gives the same answer again."""

    launch = models.ForeignKey(Launch, on_delete=models.CASCADE, related_name="effects")
    look = models.PositiveSmallIntegerField(_("第几次"), default=1)
    until = models.DateField(_("数据用到哪天"))
    verdict = models.CharField(_("结论"), max_length=20, choices=list(WORDS.items()))
    result = models.JSONField(_("结果"))
    evidence = models.JSONField(_("依据"))
    as_of = models.DateTimeField(_("数据截至"), null=True)
    computed_at = models.DateTimeField(_("计算时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("上线效果")
        verbose_name_plural = _("上线效果")
        ordering = ["look"]
        constraints = [models.UniqueConstraint(fields=["launch", "look"], name="one_effect_a_look")]

    def __str__(self) -> str:
        return f"{self.launch_id} {self.verdict}"
