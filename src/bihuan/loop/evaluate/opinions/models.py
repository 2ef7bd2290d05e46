"""What people make of a survey: differences proposed as findings, corrected themes, reports, shared pages, forms."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ProposedFinding(models.Model):
    """A difference that somebody marked as a problem. Diagnosis takes it up later; until then it waits here.

    ``fingerprint`` is the comparison without its numbers; ``numbers`` are those of the moment. ``units`` are the codes
    its numbers may speak of, None for all.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("待诊断")
        TAKEN = "taken", _("已立为问题")
        WITHDRAWN = "withdrawn", _("已撤回")

    survey = models.CharField(_("调查"), max_length=200, db_index=True)
    fingerprint = models.CharField(max_length=400)
    sentence = models.CharField(_("结论"), max_length=500)
    numbers = models.JSONField(_("数字"))
    filters = models.JSONField(_("范围"), default=list)
    units = models.JSONField(_("可见单位"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("提出时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("调查发现的问题")
        verbose_name_plural = _("调查发现的问题")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(
            fields=["survey", "fingerprint"], condition=models.Q(state="waiting"), name="one_waiting_finding_each")]

    def __str__(self) -> str:
        return self.sentence
