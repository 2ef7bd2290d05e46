"""The room's scheduled work; it may be run again at any point."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from .services import sweep_uploads, watch_measures


def run_watch(job: JobHandle) -> None:
    """Tell of measures that are due or late; uploaded forms that nobody came back for are removed."""
    sweep_uploads(now=timezone.now())
    job.finish({"message": _("已提醒 %(count)d 项。") % {"count": watch_measures()}})
