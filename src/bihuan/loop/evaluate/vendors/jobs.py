"""The room's background jobs; all may be run again after a crash."""

from __future__ import annotations

from bihuan.core.jobs import JobHandle

from . import services
from .deadlines import watch_sheets


def run_sheets(job: JobHandle) -> None:
    """Make the sheets of the months that are over, and watch those that wait for an answer."""
    job.finish({"made": services.make_due_sheets(), **watch_sheets()})
