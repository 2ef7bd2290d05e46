"""The room's background jobs; all may be run again after a crash."""

from __future__ import annotations

from bihuan.core.jobs import JobHandle

from . import services


def run_sheets(job: JobHandle) -> None:
    """Make the sheets of the months that are over."""
    job.finish({"made": services.make_due_sheets()})
