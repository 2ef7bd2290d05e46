"""The room's scheduled work; all of it may be run again at any point."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from .services.reminders import remind
from .services.watch import watch_indicators, watch_sources


def run_remind(job: JobHandle) -> None:
    """Remind of cases whose clocks run out."""
    job.finish({"message": _("已提醒 %(count)d 个工单。") % {"count": remind()}})


def run_watch(job: JobHandle) -> None:
    """Look for silent sources, and once a day for indicators that left their course."""
    now = timezone.now()
    sources, indicators = watch_sources(now=now), watch_indicators(now=now)
    job.finish({"message": _("沉默的来源 %(sources)d 个，异常指标 %(indicators)d 项。") % {
        "sources": sources, "indicators": indicators}})
