"""The room's background jobs; all may be run again after a crash."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import jobs, workspace
from bihuan.core.jobs import JobHandle
from bihuan.engine.facts import freshness, journal

from . import services
from .models import Upload


def run_check(job: JobHandle, *, upload: str) -> None:
    """Read and judge a file without writing anything."""
    found = Upload.objects.get(pk=upload)
    services.check_file(upload=found, progress=job.progress, cancelled=job.cancelled)
    job.finish({"url": reverse("records:check", args=[upload]), "message": _("试运行完成，没有写入任何数据。")})


def run_import(job: JobHandle, *, upload: str) -> None:
    """Import a checked file."""
    found = Upload.objects.get(pk=upload)
    # A worker that was killed may have written the batch already: then only what came after it is left to do.
    batch = services.finish_written(upload=found, since=job.job.created_at, actor=found.owner, progress=job.progress)
    if batch is None:
        try:
            batch = services.import_file(
                upload=found, actor=found.owner, progress=job.progress, cancelled=job.cancelled).batch
        except Exception:
            # What broke may be the facts alone: the rows are in force then, and the upload is their batch's.
            services.note_written(upload=found, since=job.job.created_at, actor=found.owner)
            raise
    if "messages" in journal.get(workspace.home(), batch).tables:
        jobs.enqueue("conversations.index", actor=found.owner, title=_("建立会话检索"))
    job.finish({"url": reverse("records:batch", args=[batch]), "message": _("导入完成。"), "batch": batch})


def run_derive(job: JobHandle, *, batch: str) -> None:
    """Bring the facts in step with the journal: a batch was taken back, or its facts were not computed to the end."""
    freshness.refresh(workspace.home(), progress=job.progress)
    job.finish({"url": reverse("records:batch", args=[batch]), "message": _("指标已按现有数据重新计算。")})
