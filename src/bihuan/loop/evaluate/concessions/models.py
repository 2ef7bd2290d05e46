"""The rules of what may be given, and what was decided on concessions beyond them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Policy(models.Model):
    """One version of the clauses and how much each allows at most; the newest holds, versions are only added.

    ``clauses``: {clause: amount, None for any amount}.
    """

    number = models.PositiveIntegerField(_("版本"), unique=True)
    clauses = models.JSONField(_("条款"), default=dict)
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("设置人"), on_delete=models.PROTECT, null=True,
                                related_name="+")
    made_at = models.DateTimeField(_("设置时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("让步政策")
        verbose_name_plural = _("让步政策")
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"v{self.number}"


class Decision(models.Model):
    """What somebody decided on one concession beyond the rules; the newest word counts."""

    concession = models.CharField(_("让步编号"), max_length=200, unique=True)
    case = models.CharField(_("工单"), max_length=200)
    is_approved = models.BooleanField(_("同意"))
    reason = models.CharField(_("理由"), max_length=300)
    policy = models.PositiveIntegerField(_("政策版本"), default=0)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("审批人"), on_delete=models.PROTECT,
                                   related_name="+")
    decided_at = models.DateTimeField(_("审批时间"), auto_now=True)

    class Meta:
        verbose_name = _("让步审批")
        verbose_name_plural = _("让步审批")
        ordering = ["-decided_at"]
