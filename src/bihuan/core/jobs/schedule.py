"""Work that comes round by itself: each kind of the hand-written list has one row and one job, used again each turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cronsim import CronSim
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from .. import workspace
from ..models import Job, Schedule


@dataclass(frozen=True)
class Turn:
    """When a kind has its turn, as a cron line in the workspace's zone, and what the list of jobs calls it."""

    cron: str
    title: Any = ""


def turns() -> dict[str, Turn]:
    """Return the hand-written list of scheduled kinds."""
    return import_string(settings.BIHUAN_SCHEDULE)


def next_turn(cron: str, after: datetime) -> datetime:
    """Return the first moment after ``after`` that a cron line names, in the workspace's zone."""
    return next(CronSim(cron, after.astimezone(workspace.zone())))


def prepare(*, now: datetime | None = None) -> None:
    """Give every listed kind its row, and drop the rows of kinds that are listed no more."""
    now, listed = now or timezone.now(), turns()
    Schedule.objects.exclude(kind__in=listed).delete()
    known = dict(Schedule.objects.values_list("kind", "cron"))
    for kind, turn in listed.items():
        if known.get(kind) != turn.cron:
            Schedule.objects.update_or_create(
                kind=kind, defaults={"cron": turn.cron, "next_at": next_turn(turn.cron, now)})


def tick(*, now: datetime | None = None) -> int:
    """Queue what is due; returns how many. Of several workers one does it, and a turn never overlaps the last."""
    now = now or timezone.now()
    queued = 0
    for row in Schedule.objects.filter(next_at__lte=now, kind__in=turns()).select_related("job"):
        # A turn missed while nothing ran is made up for once, not once for each time it was missed.
        if Schedule.objects.filter(pk=row.pk, next_at=row.next_at).update(next_at=next_turn(row.cron, now)):
            queued += _queue(row, now)
    return queued


def hasten(kind: str) -> None:
    """Let a scheduled kind have its turn at once, without waiting for the clock."""
    Schedule.objects.filter(kind=kind).update(next_at=timezone.now())


@transaction.atomic
def _queue(row: Schedule, now: datetime) -> int:
    if row.job is None:
        row.job = Job.objects.create(kind=row.kind, title=str(turns()[row.kind].title))
        row.save(update_fields=["job"])
        return 1
    # One row is used again and again: a line a minute in the list of jobs would hide what people started.
    return Job.objects.filter(pk=row.job_id, state__in=(Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)).update(
        state=Job.State.QUEUED, created_at=now, attempts=0, cancel_requested=False, error_text="", done=0, total=None,
        text="", started_at=None, ended_at=None, run_after=None, worker="", result={})
