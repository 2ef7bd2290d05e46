"""Functions that the job tests queue."""

from __future__ import annotations

import os
import time

from bihuan.core.errors import Refused
from bihuan.core.jobs import JobHandle, JobRetry

KINDS = {name: f"bihuan.core.tests.job_functions.{name}" for name in (
    "count_up", "fail", "refuse", "stumble", "stop_midway", "ignore_wish", "sleep_long")}


def count_up(job: JobHandle, to: int = 3) -> None:
    for done in range(to):
        job.progress(done + 1, to, f"{done + 1}")
    job.finish({"counted": to})


def fail(job: JobHandle) -> None:
    raise RuntimeError("王小明 13812345678")


def refuse(job: JobHandle) -> None:
    raise Refused("zone_unknown", zone="Mars/Base")


def stumble(job: JobHandle) -> None:
    if job.job.attempts < 2:
        raise JobRetry("busy")
    job.finish({"attempts": job.job.attempts})


def stop_midway(job: JobHandle) -> None:
    from bihuan.core.models import Job

    Job.objects.filter(pk=job.job.pk).update(cancel_requested=True)
    job.progress(1, 1)
    job.stop_if_cancelled()


def ignore_wish(job: JobHandle) -> None:
    from bihuan.core.models import Job

    Job.objects.filter(pk=job.job.pk).update(cancel_requested=True)
    job.progress(1, 1)
    job.finish({"done": True})


def sleep_long(job: JobHandle, marker: str) -> None:
    """Say that it runs, then hang until killed; on the second attempt end at once."""
    if job.job.attempts > 1:
        job.finish({"attempts": job.job.attempts})
        return
    with open(marker, "w", encoding="ascii") as file:
        file.write(str(os.getpid()))
    time.sleep(60)
