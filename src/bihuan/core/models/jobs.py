"""Background work: what waits, what runs, what came of it."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..languages import in_mine

# Four heartbeats were missed.
SILENT_AFTER = timedelta(seconds=8)


class Job(models.Model):
    """One piece of background work. A worker owns it while ``worker`` and ``attempts`` are the ones it claimed with."""

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("进行中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")
        CANCELLED = "cancelled", _("已取消")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("类别"), max_length=80)
    title = models.CharField(_("标题"), max_length=200, blank=True)
    args = models.JSONField(default=dict)
    created_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(_("提交时间"), auto_now_add=True)
    run_after = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    # How often its worker died in the middle and another went on.
    interrupted = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    text = models.CharField(max_length=300, blank=True)
    result = models.JSONField(default=dict, blank=True)
    error_text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("后台任务")
        verbose_name_plural = _("后台任务")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "created_at"], name="job_queue")]

    @property
    def trouble(self) -> str:
        """What went wrong, in the reader's language where the sentence was kept in it; empty while nothing did."""
        return in_mine(self.result.get("trouble", {}), self.error_text) if self.error_text else ""

    @property
    def is_finished(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)

    @property
    def is_silent(self) -> bool:
        """Whether nothing was heard of its worker for so long that it may be dead; soon another takes over."""
        return (self.state == self.State.RUNNING and self.heartbeat_at is not None
                and timezone.now() - self.heartbeat_at > SILENT_AFTER)

    @property
    def percent(self) -> int | None:
        """Whole percent done, None while the total is not known."""
        return min(100, self.done * 100 // self.total) if self.total else None


class Schedule(models.Model):
    """When a kind of work has its next turn; the list of kinds is written by hand, this is only the clock's hand."""

    kind = models.CharField(max_length=80, unique=True)
    cron = models.CharField(max_length=60)
    next_at = models.DateTimeField(db_index=True)
    job = models.ForeignKey("core.Job", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("定时任务")
        verbose_name_plural = _("定时任务")
