"""The response handbook: what to answer to what customers often ask, in versions with a day from which each holds."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

PERSON = settings.AUTH_USER_MODEL


class Entry(models.Model):
    """One entry (应对条目). ``source`` says from which theme or conversation it was made, with its numbers then."""

    topic = models.CharField(_("类别"), max_length=60)
    unit_code = models.CharField(_("维护单位"), max_length=120, blank=True)
    source = models.JSONField(_("出处"), default=dict, blank=True)
    retired_for = models.CharField(_("停用原因"), max_length=300, blank=True)
    created_by = models.ForeignKey(PERSON, verbose_name=_("建立人"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("建立时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("应对条目")
        verbose_name_plural = _("应对条目")
        ordering = ["topic", "pk"]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"H-{self.pk:04d}"


class EntryVersion(models.Model):
    """One version: written, submitted, approved by somebody else with the day from which it holds."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        SUBMITTED = "submitted", _("待批准")
        APPROVED = "approved", _("已批准")

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.DRAFT, db_index=True)
    question = models.CharField(_("问题"), max_length=300)
    answer = models.TextField(_("标准答复"), blank=True)
    basis = models.TextField(_("依据"), blank=True)
    escalation = models.TextField(_("升级"), blank=True)
    folded = models.TextField(blank=True)
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    author = models.ForeignKey(PERSON, verbose_name=_("编写人"), on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(_("编写时间"), auto_now=True)
    approved_by = models.ForeignKey(PERSON, verbose_name=_("批准人"), on_delete=models.PROTECT, null=True, blank=True,
                                    related_name="+")
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)
    effective_on = models.DateField(_("生效日期"), null=True, blank=True)
    refused_for = models.CharField(_("退回原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("应对条目版本")
        verbose_name_plural = _("应对条目版本")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="one_entry_version_each"),
            models.UniqueConstraint(fields=["entry"], condition=Q(state__in=["draft", "submitted"]),
                                    name="one_entry_in_work"),
        ]

    def __str__(self) -> str:
        return f"{self.entry} v{self.number}"
