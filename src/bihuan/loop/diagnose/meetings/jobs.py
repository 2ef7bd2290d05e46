"""The room's scheduled work; it may be run again at any point."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from .services import watch_decisions, watch_meetings


def run_watch(job: JobHandle) -> None:
    """Tell of decisions that are due or late and of meetings to come, and call the next meetings of series."""
    job.finish({"message": _("已提醒 %(count)d 项。") % {"count": watch_decisions() + watch_meetings()}})
