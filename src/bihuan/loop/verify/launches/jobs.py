"""The room's background jobs; all may be run again after a crash."""

from __future__ import annotations

from bihuan.core.jobs import JobHandle

from . import services


def run_judge(job: JobHandle) -> None:
    """Look at the launches whose weeks have passed."""
    job.finish({"judged": services.judge_due_launches()})
