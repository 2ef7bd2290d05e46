"""Running one claimed job to its end, whatever the end is."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import OperationalError
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from .. import workspace
from ..errors import told
from ..languages import in_each
from ..models import Job
from .handle import JobCancelled, JobHandle, JobLost, JobRetry
from .queue import claim, kinds, owned, postpone

log = logging.getLogger(__name__)


def run_job(job: Job, *, stopping: Callable[[], bool] = lambda: False) -> None:
    """Run the function of a job that this worker claimed and store how it ended.

    Raises nothing of the function's, unless the worker is told to end: then an error is the signal's, not the job's.
    """
    handle = JobHandle(job)
    with translation.override(job.language or None), timezone.override(workspace.zone()):
        try:
            import_string(kinds()[job.kind])(handle, **job.args)
        except JobLost:
            log.warning("job %s was taken over by another worker", job.pk)
        except JobCancelled:
            _end(job, Job.State.CANCELLED)
        except (JobRetry, OperationalError) as trouble:
            if stopping():
                raise
            _try_again(job, trouble)
        except Exception as error:
            if stopping():
                raise
            log.exception("job %s (%s) failed", job.pk, job.kind)
            _fail(job, partial(explain, error, job))
        else:
            _end_well(job, handle)


def run_pending() -> int:
    """Run what is queued in this process, one after the other; returns how many jobs were run. For tests and tools."""
    count = 0
    while job := claim("in-process"):
        run_job(job)
        count += 1
    return count


def explain(error: Exception, job: Job) -> str:
    """Return what the person is told: the error's own sentence where it has a code, else only what kind it is.

    The text of an unexpected error may hold a customer's data; it goes to the log of the server alone.
    """
    if getattr(error, "code", None):
        return told(error)
    if disk_is_full(error):
        return _("磁盘空间不足，任务没有完成。请腾出空间后再执行一次。")
    return _("程序出错（%(kind)s）。详细信息在服务器日志中，任务编号 %(job)s。") % {
        "kind": type(error).__name__, "job": job.pk}


def disk_is_full(error: Exception) -> bool:
    """Whether a job broke off for want of room; engines and databases say it in the words of the system."""
    full = os.strerror(errno.ENOSPC)
    return getattr(error, "errno", None) == errno.ENOSPC or full in str(error) or "disk is full" in str(error)


def _end_well(job: Job, handle: JobHandle) -> None:
    if handle.result is None and handle.cancelled():
        _end(job, Job.State.CANCELLED)
    else:
        _end(job, Job.State.DONE, result=handle.result or {})


def _try_again(job: Job, trouble: Exception) -> None:
    def why() -> str:
        return str(trouble) if isinstance(trouble, JobRetry) else _("数据库暂时繁忙，稍后自动重试。")

    if job.attempts >= job.max_attempts:
        _fail(job, why)
    else:
        postpone(job.pk, job.worker, job.attempts, error_text=why())


def _fail(job: Job, why: Callable[[], str]) -> None:
    # Whoever reads of it need not speak the language of who asked for it.
    _end(job, Job.State.FAILED, error_text=why(), result={"trouble": in_each(why)})


def _end(job: Job, state: Job.State, **columns: Any) -> None:
    owned(job.pk, job.worker, job.attempts).update(state=state, ended_at=timezone.now(), **columns)
