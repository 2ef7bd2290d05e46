"""The room's background work; it may be stopped and run again at any point."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.jobs.handle import JobHandle

from .services.deliver import deliver
from .services.gather import tell_of_jobs


def run_deliver(job: JobHandle) -> None:
    """Tell of jobs that ended, then send what is due."""
    told = tell_of_jobs(now=timezone.now())
    found = deliver()
    job.finish({"message": _("新通知 %(told)d 条，生成消息 %(made)d 条，已发送 %(sent)d 条，失败 %(failed)d 条。") % {
        "told": told, **found}, "url": ""})
