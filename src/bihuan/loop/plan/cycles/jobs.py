"""The room's background jobs; all may be run again after a crash."""

from __future__ import annotations

from bihuan.core.jobs import JobHandle

from . import services


def run_open(job: JobHandle) -> None:
    """Open the reviews of the periods that have ended."""
    job.finish({"opened": services.open_due_cycles()})
