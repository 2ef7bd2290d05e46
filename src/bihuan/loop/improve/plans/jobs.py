"""The room's scheduled work; it may be run again at any point."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from .services import watch_plans


def run_watch(job: JobHandle) -> None:
    """Tell of phases that are due or late."""
    job.finish({"message": _("已提醒 %(count)d 项。") % {"count": watch_plans()}})
