"""The room's scheduled work; it may be run again at any point."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from .services.telling import watch_calls


def run_watch(job: JobHandle) -> None:
    """Tell of calls that are past their time."""
    job.finish({"message": _("已提醒 %(count)d 项。") % {"count": watch_calls()}})
