"""Putting jobs into the queue, taking them out, and bringing back those whose worker died."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from .. import audit
from ..models import Job, User
from ..rights import Actor, NotAllowed, can

# A worker says every 2 s that it lives; one that was silent for this long is taken for dead.
STALE_AFTER = timedelta(seconds=30)
BACK_OFF_SECONDS = 5


def kinds() -> dict[str, str]:
    """Return the hand-written list of job kinds and their functions."""
    return import_string(settings.BIHUAN_JOBS)


@transaction.atomic
def enqueue(kind: str, *, actor: Actor, title: str = "", **args: Any) -> Job:
    """Queue one job; ``args`` are JSON-able and reach its function by name. ``title`` is shown on its page."""
    if kind not in kinds():
        raise ValueError(f"{kind!r} is no job; the list is {settings.BIHUAN_JOBS}")
    person = actor if isinstance(actor, User) else None
    job = Job.objects.create(kind=kind, title=title, args=args, created_by=person,
                             language=translation.get_language() or "")
    audit.record("core.job_queued", job, actor=actor, kind=audit.plain(kind))
    if settings.BIHUAN_NUDGE:
        transaction.on_commit(import_string(settings.BIHUAN_NUDGE))
    return job


def visible_jobs(user: User) -> QuerySet[Job]:
    """Return the jobs a person may see: their own, and all for those who keep the workspace."""
    jobs = Job.objects.select_related("created_by")
    return jobs if can(user, "core.manage_calendars") else jobs.filter(created_by=user)


@transaction.atomic
def cancel(*, job: Job, actor: Actor) -> Job:
    """Cancel a waiting job at once; ask a running one to stop at its next safe point."""
    _require_own(job, actor)
    waiting = Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, ended_at=timezone.now(), cancel_requested=True)
    asked = waiting or Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(cancel_requested=True)
    if asked:
        audit.record("core.job_cancelled", job, actor=actor)
    job.refresh_from_db()
    return job


@transaction.atomic
def retry(*, job: Job, actor: Actor) -> Job:
    """Queue a failed or cancelled job again, with fresh attempts."""
    _require_own(job, actor)
    again = Job.objects.filter(pk=job.pk, state__in=(Job.State.FAILED, Job.State.CANCELLED)).update(
        state=Job.State.QUEUED, attempts=0, cancel_requested=False, error_text="", done=0, total=None, text="",
        started_at=None, ended_at=None, run_after=None, worker="", result={}, interrupted=0)
    if again:
        audit.record("core.job_retried", job, actor=actor)
    job.refresh_from_db()
    return job


def quick_kinds() -> frozenset[str]:
    """Return the kinds that take a moment and are run beside a long job."""
    return import_string(settings.BIHUAN_QUICK_JOBS)


def due(*, now: datetime | None = None) -> QuerySet[Job]:
    """Return the jobs that wait for a worker and may run now."""
    moment = now or timezone.now()
    return Job.objects.filter(state=Job.State.QUEUED).filter(Q(run_after=None) | Q(run_after__lte=moment))


def claim(worker: str, *, now: datetime | None = None, only: Collection[str] | None = None) -> Job | None:
    """Take the oldest job that is due (of the kinds ``only``, if given), for ``worker`` alone; None without any."""
    now = now or timezone.now()
    waiting = due(now=now)
    if only is not None:
        waiting = waiting.filter(kind__in=only)
    for pk in waiting.order_by("created_at").values_list("pk", flat=True)[:5]:
        # Of several workers that saw the row only one still finds it queued.
        taken = Job.objects.filter(pk=pk, state=Job.State.QUEUED).update(
            state=Job.State.RUNNING, worker=worker, attempts=F("attempts") + 1, heartbeat_at=now, started_at=now,
            ended_at=None, error_text="")
        if taken:
            return Job.objects.get(pk=pk)
    return None


def beat(pk: UUID, worker: str, attempts: int) -> bool:
    """Say that the worker lives; False when the job is no longer its own."""
    return bool(owned(pk, worker, attempts).update(heartbeat_at=timezone.now()))


def owned(pk: UUID, worker: str, attempts: int) -> QuerySet[Job]:
    """Return the job as long as this worker's claim holds: every write of a worker goes through this."""
    return Job.objects.filter(pk=pk, worker=worker, attempts=attempts, state=Job.State.RUNNING)


def rescue_stale(*, now: datetime | None = None) -> int:
    """Queue jobs again whose worker fell silent; fail those that used up their attempts. Returns how many."""
    now = now or timezone.now()
    stale = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=now - STALE_AFTER)
    stopped = stale.filter(cancel_requested=True).update(state=Job.State.CANCELLED, ended_at=now)
    given_up = stale.filter(attempts__gte=F("max_attempts")).update(
        state=Job.State.FAILED, ended_at=now,
        error_text=_("执行进程多次中断，任务已停止。请检查服务器内存与磁盘后重试。"))
    again = stale.update(state=Job.State.QUEUED, worker="", heartbeat_at=None, interrupted=F("interrupted") + 1)
    return stopped + given_up + again


def hand_back(job: Job) -> None:
    """Queue a job again whose worker is told to end; that attempt does not count."""
    owned(job.pk, job.worker, job.attempts).update(
        state=Job.State.QUEUED, worker="", heartbeat_at=None, attempts=F("attempts") - 1)


def postpone(pk: UUID, worker: str, attempts: int, *, error_text: str) -> None:
    """Put a job back after a passing trouble, each time for longer."""
    owned(pk, worker, attempts).update(
        state=Job.State.QUEUED, worker="", error_text=error_text,
        run_after=timezone.now() + timedelta(seconds=BACK_OFF_SECONDS * 3 ** (attempts - 1)))


def _require_own(job: Job, actor: Actor) -> None:
    if isinstance(actor, User) and job.created_by_id != actor.pk and not can(actor, "core.manage_calendars"):
        raise NotAllowed("job")
