"""Whose turn it is: the worker's round over all sources, a single source on demand, and what is late."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError
from django.utils import timezone

from bihuan.core import workspace
from bihuan.core.jobs import JobCancelled, JobHandle
from bihuan.core.jobs.schedule import next_turn
from bihuan.core.models import User
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.locks import locked

from ..errors import Trouble, kept
from ..models import Pull, Source
from ..queries.freshness import freshness_of
from . import tell
from .arrivals import Looked, look_into
from .keep import due_sources
from .pull import SLICE_SECONDS, pull_slice

log = logging.getLogger(__name__)

# A round begins no further source after this, so that what people queued comes in between.
ROUND_SECONDS = 120
LOOK_SECONDS = 60


def run_due(job: JobHandle, *, now: datetime | None = None) -> int:
    """Give every source its turn that is due, and look into every folder; returns how many had one."""
    now = now or timezone.now()
    until, count = time.monotonic() + ROUND_SECONDS, 0
    folders = Source.objects.filter(kind=Source.Kind.FOLDER, is_active=True)
    for source in [*folders, *due_sources(now)]:
        if time.monotonic() > until:
            break
        job.stop_if_cancelled()
        if source.next_at and source.next_at <= now:
            Source.objects.filter(pk=source.pk).update(next_at=next_turn(source.cron, now))
        count += _in_turn(source, job, lambda source=source: job.cancelled() or _is_paused(source))
    tell_late(now=now)
    return count


def run_source(job: JobHandle, *, source: Source, by: User | None) -> Pull | Looked | None:
    """Give one source its turn at once; what a slice does not reach goes on by itself. None: it has one already."""
    try:
        with locked(workspace.home(), f"source-{source.pk}", patience=0):
            return _one(source, by, job, job.cancelled)
    except FactsError as error:
        if error.code != "locked":
            raise
        return None


def _in_turn(source: Source, job: JobHandle, cancelled: Callable[[], bool]) -> bool:
    """One source's turn within the round: what goes wrong with it concerns no other."""
    try:
        with locked(workspace.home(), f"source-{source.pk}", patience=0):
            _one(source, None, job, cancelled)
        return True
    except FactsError as error:
        if error.code != "locked":
            raise
    except JobCancelled:
        if job.cancelled():
            raise
    return False


def _one(source: Source, by: User | None, job: JobHandle, cancelled: Callable[[], bool]) -> Pull | Looked:
    def say(done: int, total: int | None, text: str) -> None:
        job.progress(done, total, f"{source.name} · {text}")

    try:
        if source.is_folder:
            return _look(source, say, cancelled)
        pull = pull_slice(source=source, by=by, tell=say, cancelled=cancelled, seconds=SLICE_SECONDS)
    except (JobCancelled, DatabaseError):
        raise
    except Exception as error:
        # The error's own text may hold a customer's data: it goes to the server's log alone.
        log.exception("source %s failed", source.pk)
        pull = _fail(source, Trouble("broken", kind=type(error).__name__))
    source.refresh_from_db()
    if pull.state == Pull.State.FAILED:
        tell.pull_failed(source)
    elif pull.state == Pull.State.DONE and pull.quarantined:
        tell.pull_refused(source, pull)
    return pull


def _look(source: Source, say: Callable[[int, int | None, str], None], cancelled: Callable[[], bool]) -> Looked:
    try:
        looked = look_into(source=source, say=say, cancelled=cancelled, seconds=LOOK_SECONDS)
    except Trouble as trouble:
        _stand_in_trouble(source, trouble)
        source.refresh_from_db()
        tell.pull_failed(source)
        return Looked()
    if source.trouble:
        Source.objects.filter(pk=source.pk).update(trouble={}, trouble_since=None)
    return looked


def _fail(source: Source, trouble: Trouble) -> Pull:
    pull = Pull.objects.filter(source=source).first() or Pull.objects.create(source=source)
    for chunk in pull.chunks.filter(is_stored=False):
        chunk.path.unlink(missing_ok=True)
        chunk.delete()
    pull.state, pull.ended_at, pull.trouble = Pull.State.FAILED, timezone.now(), kept(trouble)
    pull.save(update_fields=["state", "ended_at", "trouble"])
    _stand_in_trouble(source, trouble)
    return pull


def _stand_in_trouble(source: Source, trouble: Trouble) -> None:
    now = timezone.now()
    Source.objects.filter(pk=source.pk).update(
        trouble=kept(trouble), trouble_since=source.trouble_since or now, last_at=now)


def tell_late(*, now: datetime) -> int:
    """Tell of every source whose data are older than expected, once a silence; returns how many were told."""
    told = 0
    for source in Source.objects.filter(is_active=True):
        state = freshness_of(source, now)
        if state.is_late:
            since = source.fresh_at or source.created_at
            late_by = (now - since).total_seconds() - source.expected_minutes * 60
            told += tell.is_late(source, source.fresh_at, late_by)
    return told


def _is_paused(source: Source) -> bool:
    return not Source.objects.filter(pk=source.pk, is_active=True).exists()
