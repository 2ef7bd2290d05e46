"""The room's background jobs; all may be run again after a crash."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.jobs import JobCancelled, JobHandle
from bihuan.core.languages import separated
from bihuan.core.rights import SystemActor
from bihuan.engine.text import search

from . import services


def run_index(job: JobHandle) -> None:
    """Make what was said findable."""
    count = search.build(workspace.home(), progress=job.progress, cancelled=job.cancelled)
    if job.cancelled():
        raise JobCancelled
    job.finish({"url": reverse("conversations:conversation_list"),
                "message": _("检索已建立，新增 %(count)s 条消息。") % separated(count=count)})


def run_delete_expired(job: JobHandle) -> None:
    """Delete what is due."""
    actor = job.job.created_by or SystemActor("retention")
    count = services.delete_expired(actor=actor, progress=job.progress, cancelled=job.cancelled)
    if job.cancelled():
        raise JobCancelled
    job.finish({"url": reverse("conversations:retention"),
                "message": _("到期数据已删除 %(count)s 条，证明见审计日志。") % separated(count=count)})
