"""The room's background jobs; all may be run again after a crash."""

from __future__ import annotations

from bihuan.core.jobs import JobHandle

from . import services


def run_draft(job: JobHandle) -> None:
    """Draft the next waves of surveys that come round."""
    job.finish({"drafted": services.draft_due_waves()})


def run_open(job: JobHandle) -> None:
    """Write down which waves have opened by themselves."""
    job.finish({"opened": services.open_due_waves()})
