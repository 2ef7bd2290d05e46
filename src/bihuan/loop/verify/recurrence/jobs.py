"""The room's scheduled work; it may be run again at any point."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.core.jobs import JobHandle

from .services import look_at_all


def run_look(job: JobHandle) -> None:
    """Count every watched type anew, and tell of those that came back."""
    looked, alarms = look_at_all()
    job.finish({"message": _("已看 %(looked)d 类投诉，新警报 %(alarms)d 个。") % {"looked": looked, "alarms": alarms}})
