"""Sources, where their streams stand, every pull and its chunks, and the files that arrived in watched folders."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core import workspace

from .errors import sentence


class Source(models.Model):
    """A system that is asked for records, or a folder that is watched.

    ``code`` is what its rows are called in the lake (``<code>:<id>``) and the name of its folder in the inbox; it
    never changes. ``config`` holds address and options, never a secret: that lies in the vault under ``subject``.
    ``next_at`` is the next turn; ``wait_until`` the moment before which the other side asked not to be asked.
    ``fresh_at`` is the last moment at which everything there was had been taken; ``expected_minutes`` how old that
    may grow. ``lake_names`` are the names that its rows carry in the lake: its code, or what the mappings of a
    folder's files say. ``trouble`` is what went wrong last, empty while all is well.
    """

    class Kind(models.TextChoices):
        ZENDESK = "zendesk", "Zendesk"
        CHATWOOT = "chatwoot", "Chatwoot"
        ZAMMAD = "zammad", "Zammad"
        JSON = "json", _("通用 JSON 接口")
        FOLDER = "folder", _("监视文件夹")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    name = models.CharField(_("名称"), max_length=80)
    code = models.SlugField(_("代号"), max_length=40, unique=True)
    config = models.JSONField(default=dict, blank=True)
    subject = models.CharField(max_length=60, blank=True)
    cron = models.CharField(max_length=60)
    next_at = models.DateTimeField(_("下次"), null=True, db_index=True)
    wait_until = models.DateTimeField(null=True)
    expected_minutes = models.PositiveIntegerField(_("数据最多可以多旧"), default=1440)
    is_active = models.BooleanField(_("启用"), default=True)
    fresh_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(_("最近一次"), null=True)
    last_read = models.PositiveBigIntegerField(null=True)
    last_taken = models.PositiveBigIntegerField(null=True)
    last_refused = models.PositiveBigIntegerField(null=True)
    trouble = models.JSONField(default=dict, blank=True)
    trouble_since = models.DateTimeField(null=True)
    lake_names = models.JSONField(default=list, blank=True)
    job = models.ForeignKey("core.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    created_by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("数据源")
        verbose_name_plural = _("数据源")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_folder(self) -> bool:
        return self.kind == self.Kind.FOLDER

    @property
    def trouble_text(self) -> str:
        """What went wrong last, in the reader's language; empty while all is well."""
        return told_of(self.trouble)


class Stream(models.Model):
    """One kind of record of a source and where it stands: ``position`` is written only together with its rows.

    ``refused`` is a digest of the bad cells last set aside, so that the same ones do not make a batch each time.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="streams")
    name = models.CharField(max_length=40)
    preset = models.CharField(_("映射"), max_length=120)
    position = models.JSONField(default=dict, blank=True)
    moved_at = models.DateTimeField(null=True)
    rows = models.PositiveBigIntegerField(default=0)
    refused = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("数据流")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="one_stream_a_name")]


class Pull(models.Model):
    """One turn of a source from beginning to end; it may rest in between (``waiting``) and be taken up again.

    ``finished`` are the streams that this pull has read to their end.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("进行中")
        WAITING = "waiting", _("稍后继续")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")
        CANCELLED = "cancelled", _("已取消")

    OPEN = (State.RUNNING, State.WAITING)

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="pulls")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.RUNNING)
    by = models.ForeignKey("core.User", on_delete=models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField(_("开始"), default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    finished = models.JSONField(default=list)
    requests = models.PositiveIntegerField(_("请求"), default=0)
    read = models.PositiveBigIntegerField(_("读取"), default=0)
    accepted = models.PositiveBigIntegerField(_("新增"), default=0)
    updated = models.PositiveBigIntegerField(_("更新"), default=0)
    unchanged = models.PositiveBigIntegerField(_("无变化"), default=0)
    quarantined = models.PositiveBigIntegerField(_("未导入"), default=0)
    trouble = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("拉取记录")
        verbose_name_plural = _("拉取记录")
        ordering = ["-started_at", "-pk"]
        constraints = [models.UniqueConstraint(
            fields=["source"], condition=Q(state__in=("running", "waiting")), name="one_open_pull_a_source")]

    @property
    def trouble_text(self) -> str:
        return told_of(self.trouble)


class Chunk(models.Model):
    """Rows of one stream on their way into the lake: fetched into a file, then imported as one batch.

    The row is written before the import, so that whoever comes after a crash knows what had been fetched and where
    the stream stands behind it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pull = models.ForeignKey(Pull, on_delete=models.CASCADE, related_name="chunks")
    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)
    position = models.JSONField(default=dict)
    is_stored = models.BooleanField(default=False)
    batch = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("数据块")
        ordering = ["at", "pk"]

    @property
    def path(self) -> Path:
        """Where the fetched rows lie until they are imported; made of our own id alone."""
        return workspace.home().path / "pulls" / f"{self.pk}.json"


class ArrivedFile(models.Model):
    """A file of a watched folder. ``size`` and ``stamp`` (its time of change) tell whether it still grows."""

    class State(models.TextChoices):
        SEEN = "seen", _("等待写完")
        IMPORTED = "imported", _("已导入")
        SAME = "same", _("内容相同，没有新增")
        UNDECIDED = "undecided", _("待处理")

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("文件名"), max_length=255)
    size = models.BigIntegerField(_("大小"))
    stamp = models.BigIntegerField()
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.SEEN)
    seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(_("时间"), null=True)
    digest = models.CharField(max_length=64, blank=True)
    batch = models.CharField(max_length=80, blank=True)
    read = models.PositiveBigIntegerField(null=True)
    quarantined = models.PositiveBigIntegerField(null=True)
    trouble = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("收到的文件")
        verbose_name_plural = _("收到的文件")
        ordering = ["-seen_at", "-pk"]
        constraints = [models.UniqueConstraint(
            fields=["source", "name"], condition=Q(state="seen"), name="one_waiting_file_a_name")]

    @property
    def trouble_text(self) -> str:
        return told_of(self.trouble)


def told_of(trouble: dict[str, Any]) -> str:
    return sentence(trouble["code"], trouble["params"]) if trouble else ""
