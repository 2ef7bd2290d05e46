"""The audit chain: who did what to which thing, in an order that cannot be changed afterwards."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One act. ``data`` holds ids, counts and keyed hashes, never a value that speaks of a person.

    ``hash`` covers every other column and the previous entry's hash. ``leaves`` and ``merkle_root`` stand for the
    objects of a bulk act. ``state_hash`` is the keyed hash of the object as the act left it.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("时间"), db_index=True)
    action = models.CharField(_("动作"), max_length=80, db_index=True)
    actor = models.CharField(_("操作人"), max_length=120, db_index=True)
    object_type = models.CharField(_("对象类别"), max_length=80, blank=True)
    object_id = models.CharField(_("对象编号"), max_length=200, blank=True)
    data = models.JSONField(default=dict, blank=True)
    leaves = models.PositiveIntegerField(null=True, blank=True)
    merkle_root = models.CharField(max_length=64, blank=True)
    state_hash = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("审计记录")
        verbose_name_plural = _("审计记录")
        ordering = ["-seq"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]


class AuditHead(models.Model):
    """The one row that every writer locks: the end of the chain."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
