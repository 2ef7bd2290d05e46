"""What people decided about customers: who is new, old or VIP, what belongs together, and what they noted."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RuleVersion(models.Model):
    """One version of a definition of this room. The newest of a kind is in force; versions are only added."""

    class Kind(models.TextChoices):
        TYPES = "types", _("客户类型")
        MATCHING = "matching", _("匹配规则")
        TIERS = "tiers", _("分级规则")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    number = models.PositiveIntegerField(_("版本"))
    content = models.JSONField(_("内容"), default=dict)
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("设置人"), on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(_("设置时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("客户规则")
        verbose_name_plural = _("客户规则")
        ordering = ["kind", "-number"]
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="one_customer_rule_each")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} v{self.number}"


class Change(models.Model):
    """One act that changed whose records are whose. Its links lie in the lake under ``<id>:<number>``.

    ``numbers`` are the customers it speaks of, the one that stays last; ``cases`` how many cases it moved.
    """

    class Kind(models.TextChoices):
        MERGED = "merged", _("合并客户")
        SPLIT = "split", _("拆分客户")
        MATCHED = "matched", _("按规则匹配")
        CASES = "cases", _("合并工单")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    numbers = models.JSONField(_("客户"), default=list)
    cases = models.PositiveIntegerField(_("工单数"), default=0)
    reason = models.CharField(_("原因"), max_length=300)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("办理人"), on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(_("办理时间"), auto_now_add=True, db_index=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("撤销人"), on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(_("撤销时间"), null=True)
    undone_for = models.CharField(_("撤销原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("合并与拆分")
        verbose_name_plural = _("合并与拆分")
        ordering = ["-made_at"]


class Note(models.Model):
    """Something people should know of a customer. Always internal: nothing a customer sees is made from it.

    The text is stored masked: who needs a telephone or a name has the records themselves.
    """

    class Kind(models.TextChoices):
        NOTE = "note", _("备注")
        NEED = "need", _("需求")
        PREFERENCE = "preference", _("偏好")

    customer = models.CharField(_("客户编号"), max_length=120, db_index=True)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices, default=Kind.NOTE)
    text = models.CharField(_("内容"), max_length=500)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("记录人"), on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("记录时间"), auto_now_add=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("客户备注")
        verbose_name_plural = _("客户备注")
        ordering = ["-made_at", "-pk"]


class Correction(models.Model):
    """A value of the customer file that somebody put right; the version it made is a row of the lake like any other.

    ``value`` is kept for attributes that identify nobody alone: where the source tells another one again, the page
    says so.
    """

    customer = models.CharField(_("客户编号"), max_length=120, db_index=True)
    attribute = models.CharField(_("属性"), max_length=40)
    value = models.CharField(_("更正为"), max_length=120)
    reason = models.CharField(_("原因"), max_length=300)
    before_at = models.DateTimeField(null=True)     # when the source had told what was corrected
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("更正人"), on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("更正时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("客户资料更正")
        verbose_name_plural = _("客户资料更正")
        ordering = ["-made_at", "-pk"]
