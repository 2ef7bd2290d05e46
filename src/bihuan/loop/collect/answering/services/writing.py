"""Writing responses into the lake, a batch of one wave at a time. May be killed at any point and run again: no answer
is lost, none is written twice.

The order makes it so: responses are tied to a ``Writing`` and committed; the import writes a batch whose name in the
journal holds the Writing's id; the responses are marked. Who comes after a crash finds the Writing and asks the
journal whether its batch arrived: then only the marking is left, else the responses wait again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import OperationalError, transaction
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.errors import told
from bihuan.core.jobs import JobRetry
from bihuan.core.models import User
from bihuan.core.rights import SystemActor, require
from bihuan.engine.facts import freshness, importing, journal
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.locks import locked
from bihuan.engine.home import Home
from bihuan.loop.collect.surveys.contracts import WaveInfo

from ..exploding import rows_of
from ..models import Draft, Invitation, Response, Writing
from ..rights import SEND
from ..sealing import Unreadable
from ..waves import wave_of
from .rewards import promise

log = logging.getLogger(__name__)

State = Response.State
MOST_RESPONSES = 2_000      # of one batch
MOST_ATTEMPTS = 4           # then a person has to look
ALONE_AFTER = 2             # attempts after which a response is written alone: one bad one does not hold up the others
PATIENCE_S = 20.0           # one run; what is left is for the next minute
LOCK_PATIENCE_S = 0.5
ANONYMOUS_LEAST = 5         # so many anonymous answers are written together, so that the time of a batch tells nobody


def flush(*, cancelled: Callable[[], bool] = lambda: False) -> dict[str, int]:
    """Write what waits; returns {"responses", "batches"}. One at a time: a second one leaves at once."""
    home, done, until = workspace.home(), {"responses": 0, "batches": 0}, time.monotonic() + PATIENCE_S
    with _alone(home) as mine:
        if not mine:
            return done
        recover(home)
        while not cancelled() and time.monotonic() < until and not _lake_is_busy(home):
            taken = _take()
            if not taken:
                break
            _write(home, taken)
            done["responses"] += len(taken)
            done["batches"] += 1
    return done


def recover(home: Home) -> int:
    """Finish or take back what a killed run left half done; returns how many batches. Call with the lock held."""
    left = list(Writing.objects.filter(ended_at=None))
    if not left:
        return 0
    arrived = {batch.file: batch for batch in journal.batches(home)}
    for writing in left:
        batch = arrived.get(writing.file)
        if batch is None:
            _put_back(writing)
        else:
            # The rows are in the lake; the facts about them may not be.
            freshness.refresh(home)
            _mark(writing, _of(writing), batch.id)
    return len(left)


@transaction.atomic
def retry_failed(*, wave: int, actor: User) -> int:
    """Let what could not be written wait again; returns how many responses."""
    found = wave_of(wave)
    require(actor, SEND, found)
    count = Response.objects.filter(wave_id=wave, state=State.FAILED, sealed__isnull=False).update(
        state=State.WAITING, attempts=0, problem="")
    audit.record("collect.responses_retried", ("surveys.wave", str(wave)), actor=actor, responses=count)
    return count


@contextmanager
def _alone(home: Home) -> Iterator[bool]:
    """Whether nobody else writes responses; freed by the system when its holder is killed."""
    try:
        with locked(home, "responses", patience=LOCK_PATIENCE_S):
            yield True
    except FactsError as error:
        if error.code != "locked" or "responses" not in str(error.params.get("lock", "")):
            raise
        yield False


def _lake_is_busy(home: Home) -> bool:
    """Whether an import holds the lake: answers wait a minute more, reminders must not wait behind them here."""
    for name in ("commit", "facts"):
        try:
            with locked(home, name, patience=LOCK_PATIENCE_S):
                continue
        except FactsError as error:
            if error.code != "locked":
                raise
            return True
    return False


@transaction.atomic
def _take() -> list[Response]:
    """Tie the waiting responses of one wave to a Writing; the wave whose oldest one waits longest comes first."""
    waiting = Response.objects.filter(state=State.WAITING)
    waves = list(waiting.order_by().values("wave_id").annotate(
        n=Count("pk"), first=Min("received_at")).order_by("first"))
    for line in waves:
        if _held_back(wave_of(line["wave_id"]), line["n"]):
            continue
        mine = waiting.filter(wave_id=line["wave_id"]).order_by("received_at", "pk").defer("sealed")
        alone = mine.filter(attempts__gte=ALONE_AFTER).select_for_update()[:1]
        together = mine.filter(attempts__lt=ALONE_AFTER).select_for_update()[:MOST_RESPONSES]
        ids = [one.pk for one in together] or [one.pk for one in alone]
        writing = Writing.objects.create()
        for start in range(0, len(ids), 500):
            Response.objects.filter(pk__in=ids[start:start + 500]).update(state=State.WRITING, writing=writing)
        return _of(writing)
    return []


def _held_back(wave: WaveInfo, waiting: int) -> bool:
    """Whether so few anonymous answers wait that the time of their batch would tell who gave them."""
    return wave.mode == "anonymous" and wave.state != "closed" and waiting < max(ANONYMOUS_LEAST, wave.minimum_n)


def _of(writing: Writing) -> list[Response]:
    """The responses of a Writing, in the order of their random numbers and not in that in which they came."""
    return list(writing.responses.select_related("writing").order_by("pk"))


def _write(home: Home, responses: list[Response]) -> None:
    writing = responses[0].writing
    assert writing is not None
    try:
        batch = _import(home, writing, responses)
    except (OSError, OperationalError, MemoryError) as trouble:
        # The disk, the database, the memory: none of the answers' doing, and no attempt of theirs.
        _put_back(writing)
        raise JobRetry(_("暂时无法写入答卷（%(kind)s），稍后自动重试。") % {
            "kind": type(trouble).__name__}) from trouble
    except (FactsError, Unreadable) as refusal:
        problem = _("安装密钥已更换，内容无法解开。") if isinstance(refusal, Unreadable) else told(refusal)
        _put_back(writing, attempt=True, problem=problem)
        return
    except Exception as trouble:
        # Its text may hold what somebody answered: only its kind is kept.
        log.error("a batch of responses could not be written: %s", type(trouble).__name__)
        _put_back(writing, attempt=True, problem=_("写入时出错（%(kind)s）。") % {"kind": type(trouble).__name__})
        return
    _mark(writing, responses, batch)


def _import(home: Home, writing: Writing, responses: list[Response]) -> str:
    wave = wave_of(responses[0].wave_id)
    rows = [row for response in responses for row in rows_of(response, wave)]
    if not rows:
        return ""
    result = importing.import_rows(home, "answers", rows, source=wave.code, actor="surveys", name=writing.file)
    if result.quarantined:
        log.error("%d answers of a batch of responses were quarantined", result.quarantined)
    return result.batch or ""


@transaction.atomic
def _mark(writing: Writing, responses: list[Response], batch: str) -> None:
    now, ids = timezone.now(), [response.pk for response in responses]
    for start in range(0, len(ids), 500):
        Response.objects.filter(pk__in=ids[start:start + 500]).update(state=State.STORED, batch=batch, problem="")
    # Taken back while it was being written: what is in the lake now has to be written over.
    for start in range(0, len(ids), 500):
        Response.objects.filter(
            pk__in=[one.pk for one in responses[start:start + 500] if one.status != Response.Status.WITHDRAWN],
            status=Response.Status.WITHDRAWN, sealed__isnull=False).update(state=State.WAITING)
    Writing.objects.filter(pk=writing.pk).update(ended_at=now, batch=batch)
    _note_finished(responses)
    promise(responses)
    audit.record("collect.responses_stored", ("batch", batch) if batch else None, actor=SystemActor("surveys"),
                 responses=len(responses))


def _note_finished(responses: list[Response]) -> None:
    """Tell the invitations that they were answered, and drop what was kept of answers not yet sent."""
    for response in responses:
        if response.invitation_id is None:
            continue
        Invitation.objects.filter(pk=response.invitation_id, finished_at=None).update(
            finished_at=response.received_at, changed_at=timezone.now())
        Invitation.objects.filter(pk=response.invitation_id, started_at=None).update(started_at=response.started_at)
        Draft.objects.filter(pk=response.invitation_id).delete()


@transaction.atomic
def _put_back(writing: Writing, *, attempt: bool = False, problem: str = "") -> None:
    """Let the responses wait again, with one attempt more when it was theirs that failed."""
    for response in writing.responses.only("attempts"):
        attempts = response.attempts + attempt
        state = State.FAILED if attempts >= MOST_ATTEMPTS else State.WAITING
        Response.objects.filter(pk=response.pk).update(
            state=state, attempts=attempts, problem=problem[:300], writing=None)
    writing.delete()
