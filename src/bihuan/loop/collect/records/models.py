"""Files on their way into the lake. Batches themselves live in the engine's import journal, not here."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.core import workspace


class UploadQuerySet(models.QuerySet["Upload"]):
    def for_user(self, user) -> UploadQuerySet:
        """A file that was not imported yet is its owner's alone: nobody has masked its personal data so far."""
        return self.filter(owner=user)


class Upload(models.Model):
    """One file somebody sends in, from its first part to the batch it became.

    ``name`` is what the sender's computer called it and is only ever shown. The bytes lie in the workspace's upload
    folder under the random id. ``received`` counts bytes; ``stamp`` (the file's own time of change) lets a broken
    upload be recognised and go on. ``mapping`` is the mapping the person is working on, ``check_result`` what the
    last dry run found.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", _("上传中")
        RECEIVED = "received", _("待核对")
        CHECKED = "checked", _("已试运行")
        IMPORTED = "imported", _("已导入")
        DISCARDED = "discarded", _("已放弃")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("文件名"), max_length=255)
    suffix = models.CharField(max_length=20)
    size = models.BigIntegerField(_("大小"))
    received = models.BigIntegerField(default=0)
    stamp = models.CharField(max_length=40, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.RECEIVING)
    owner = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("上传人"))
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    preset = models.CharField(_("映射"), max_length=120, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    check_job = models.ForeignKey("core.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    check_result = models.JSONField(default=dict, blank=True)
    import_job = models.ForeignKey("core.Job", on_delete=models.SET_NULL, null=True, related_name="+")
    batch = models.CharField(max_length=80, blank=True, db_index=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("上传的文件")
        verbose_name_plural = _("上传的文件")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["owner", "state"], name="upload_owner_state")]

    def __str__(self) -> str:
        return self.name

    @property
    def broke_off(self) -> bool:
        """Whether the last job of a file failed."""
        job = self.import_job or (self.check_job if self.state == self.State.RECEIVED else None)
        return job is not None and job.state == job.State.FAILED

    @property
    def standing(self) -> str:
        """Where a file stands, as its owner reads it: how its last job ended says more than the state."""
        if self.broke_off:
            if self.batch:
                return str(_("指标没有算完"))
            return str(_("导入没有完成") if self.import_job else _("试运行没有完成"))
        stopped = self.import_job is not None and self.import_job.state == self.import_job.State.CANCELLED
        running = self.import_job is not None and not self.import_job.is_finished
        return str(_("导入已停止") if stopped else _("正在导入") if running else self.get_state_display())

    @property
    def path(self) -> Path:
        """Where the bytes lie; made of our own id and a suffix from our own list, never of the sender's name."""
        return workspace.home().uploads / f"{self.id}{self.suffix}"

    @property
    def cells_path(self) -> Path:
        """Where the list of every bad cell of the last dry run lies."""
        return workspace.home().uploads / f"{self.id}.cells.csv"

    @property
    def look_path(self) -> Path:
        """Where the look at a big spreadsheet lies, its first rows among it."""
        return workspace.home().uploads / f"{self.id}.look.json"

    def remove_files(self) -> None:
        """Forget the bytes and what was noted of them beside."""
        for path in (self.path, self.cells_path, self.look_path):
            path.unlink(missing_ok=True)
