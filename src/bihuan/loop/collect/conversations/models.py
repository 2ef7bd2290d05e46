"""What people add to conversations. None of it holds the words: they lie in the records, for as long as they may."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .contracts import CHANNELS, KIND_LABELS


class Tag(models.Model):
    """One word of the list people tag with: a type of problem, or a typical scene of service."""

    class Kind(models.TextChoices):
        PROBLEM = "problem", _("问题类型")
        SCENE = "scene", _("典型场景")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices, default=Kind.PROBLEM)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    description = models.CharField(_("说明"), max_length=200, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = _("标签")
        verbose_name_plural = _("标签")
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class SpanTag(models.Model):
    """A tag on the characters ``start`` to ``end`` of one message, counted in the unmasked text.

    ``is_quote`` marks an example worth showing in the list of scenes.
    """

    tag = models.ForeignKey(Tag, verbose_name=_("标签"), on_delete=models.PROTECT, related_name="spans")
    case = models.CharField(_("工单"), max_length=200, db_index=True)
    message = models.CharField(_("消息"), max_length=200)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    is_quote = models.BooleanField(_("典型例句"), default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("标注人"), on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("标注时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("标注")
        verbose_name_plural = _("标注")
        ordering = ["message", "start", "pk"]
        constraints = [models.UniqueConstraint(fields=["tag", "message", "start", "end"], name="one_span_tag_each")]


class Reading(models.Model):
    """A conversation that somebody read to its end and tagged: the denominator of every count of tags."""

    case = models.CharField(_("工单"), max_length=200, unique=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("标注人"), on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(_("读完时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("读完的会话")
        verbose_name_plural = _("读完的会话")
        ordering = ["-read_at"]


class Recording(models.Model):
    """One recording of a case. Its file lies in the workspace's ``recordings``, under a name that says nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.CharField(_("工单"), max_length=200, db_index=True)
    file = models.CharField(_("文件"), max_length=200)
    media = models.CharField(max_length=40)
    size = models.PositiveBigIntegerField(_("大小"))
    digest = models.CharField(max_length=64)
    duration_s = models.PositiveIntegerField(_("时长（秒）"))
    channel = models.CharField(_("渠道"), max_length=20, default="phone")
    recorded_at = models.DateTimeField(_("录制时间"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("上传人"), on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    deleted_at = models.DateTimeField(_("删除时间"), null=True)

    class Meta:
        verbose_name = _("录音")
        verbose_name_plural = _("录音")
        ordering = ["recorded_at"]

    @property
    def channel_label(self) -> str:
        return str(CHANNELS.get(self.channel, self.channel))


class Retention(models.Model):
    """How many months one kind of data is kept; None: it is kept."""

    kind = models.CharField(_("数据"), max_length=20, unique=True)
    months = models.PositiveSmallIntegerField(_("保存月数"), null=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("设置人"), on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(_("设置时间"), auto_now=True)

    class Meta:
        verbose_name = _("保存期限")
        verbose_name_plural = _("保存期限")


class Deletion(models.Model):
    """The proof of one step of a deletion: how many of what, from before when, and the audit entry about it."""

    kind = models.CharField(_("数据"), max_length=20)
    before = models.DateTimeField(_("早于"))
    count = models.PositiveIntegerField(_("条数"))
    root = models.CharField(_("默克尔根"), max_length=64)
    audit_seq = models.PositiveBigIntegerField(_("审计序号"))
    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("到期删除")
        verbose_name_plural = _("到期删除")
        ordering = ["-at", "-pk"]

    @property
    def label(self) -> str:
        return str(KIND_LABELS.get(self.kind, self.kind))
