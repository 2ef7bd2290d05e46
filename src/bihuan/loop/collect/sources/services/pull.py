"""One turn of a system: its streams are read page by page, for a while, and taken up again where they were left.

A turn never holds the worker for longer than SLICE_SECONDS plus one page and one import: a system with ten requests
a minute takes hours for its first reading, and a person's import must not wait so long. What a slice has fetched is
imported before it ends.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bihuan.core.jobs import JobCancelled
from bihuan.core.models import User

from ..connectors import CONNECTORS, Connector
from ..contracts import Page, Position, Setup
from ..errors import Refused, Trouble, kept
from ..models import Pull, Source, Stream
from ..sealing import secret_of
from ..web.addresses import parse
from ..web.client import Client
from . import chunks

SLICE_SECONDS = 60
CHUNK_ROWS, CHUNK_BYTES = 5_000, 64 * 1024**2
# A server that always says "more" is not followed for ever.
MOST_PAGES = 20_000
# After a passing trouble the turn goes on after this pause, then after longer ones, while it is the same turn.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
NAP_SECONDS = 0.25

Tell = Callable[[int, int | None, str], None]


@dataclass
class Turn:
    """What one slice of a pull holds in its hands."""

    source: Source
    pull: Pull
    connector: Connector
    client: Client
    setup: Setup
    tell: Tell
    cancelled: Callable[[], bool]
    until: float

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.until


def pull_slice(*, source: Source, by: User | None = None, tell: Tell, cancelled: Callable[[], bool],
               seconds: float = SLICE_SECONDS) -> Pull:
    """Carry a source's turn on for a while and return it: done, waiting for its next slice, or failed.

    Raises JobCancelled when somebody stopped it; everything imported so far stays, and the next turn goes on there.
    """
    pull = _open(source, by)
    turn = None
    try:
        chunks.finish_fetched(pull)
        turn = _begin(source, pull, tell, cancelled, seconds)
        _read_streams(turn)
    except Trouble as trouble:
        return _stumble(pull, trouble)
    except JobCancelled:
        _end(pull, Pull.State.CANCELLED)
        raise
    finally:
        if turn is not None:
            turn.client.close()
            Pull.objects.filter(pk=pull.pk).update(requests=pull.requests + turn.client.requests)
    pull.refresh_from_db()
    left = source.streams.exclude(name__in=pull.finished).exists()
    return _rest(pull, None) if left else _end(pull, Pull.State.DONE)


def client_of(source: Source, *, seconds: int | None = None) -> Client:
    """Return a client with a source's secret in its headers."""
    connector, config = CONNECTORS[source.kind], source.config
    headers = connector.headers(config.get("user", ""), secret_of(source.subject), config)
    client = Client(parse(config["address"]), headers, per_minute=int(config.get("per_minute") or connector.per_minute))
    if seconds is not None:
        client.tries, client.seconds = 1, seconds
    return client


def setup_of(source: Source) -> Setup:
    start = source.config.get("start")
    moment = datetime.fromisoformat(start) if start else None
    return Setup(account=str(source.config.get("account", "")), options=source.config,
                 start=timezone.make_aware(moment) if moment and moment.tzinfo is None else moment)


def _open(source: Source, by: User | None) -> Pull:
    pull = Pull.objects.filter(source=source, state__in=Pull.OPEN).first()
    if pull is None:
        return Pull.objects.create(source=source, by=by)
    pull.state = Pull.State.RUNNING
    pull.save(update_fields=["state"])
    return pull


def _begin(source: Source, pull: Pull, tell: Tell, cancelled: Callable[[], bool], seconds: float) -> Turn:
    client = client_of(source)
    turn = Turn(source, pull, CONNECTORS[source.kind], client, setup_of(source), tell, cancelled,
                time.monotonic() + seconds)

    def pause(wanted: float) -> None:
        ends = time.monotonic() + wanted
        while (rest := ends - time.monotonic()) > 0:
            _heed(turn)
            time.sleep(min(rest, NAP_SECONDS))

    client.pause = pause
    return turn


def _heed(turn: Turn) -> None:
    if turn.cancelled():
        raise JobCancelled


def _read_streams(turn: Turn) -> None:
    for stream in turn.source.streams.all():
        if stream.name in turn.pull.finished:
            continue
        chunks.mapping_of(stream.preset)
        if not _read_stream(turn, stream):
            return
        turn.pull.finished.append(stream.name)
        Pull.objects.filter(pk=turn.pull.pk).update(finished=turn.pull.finished)


def _read_stream(turn: Turn, stream: Stream) -> bool:
    """Read a stream until it ends (True) or the slice is over (False); what was fetched is imported in any case."""
    position: Position = dict(stream.position)
    pages: list[Page] = []
    taken = turn.client.received
    for _number in range(MOST_PAGES):
        _heed(turn)
        try:
            page = turn.connector.page(turn.client, turn.setup, stream.name, position)
        except (Trouble, JobCancelled):
            _take(turn, stream, pages)
            raise
        pages.append(page)
        position = page.position
        _remember(turn, page)
        fetched = sum(len(one.rows) for one in pages)
        turn.tell(turn.pull.read + fetched, None, str(turn.connector.streams[stream.name].label))
        over = not page.more or turn.is_over
        if over or fetched >= CHUNK_ROWS or turn.client.received - taken >= CHUNK_BYTES:
            _take(turn, stream, pages)
            pages, taken = [], turn.client.received
        if over:
            return not page.more
    return True


def _remember(turn: Turn, page: Page) -> None:
    if page.note:
        turn.pull.trouble = {"code": page.note, "params": {}}
        Pull.objects.filter(pk=turn.pull.pk).update(trouble=turn.pull.trouble)


def _take(turn: Turn, stream: Stream, pages: list[Page]) -> None:
    """Import what was fetched, and let the stream stand behind it."""
    if any(page.rows for page in pages):
        label = str(turn.connector.streams[stream.name].label)
        chunk = chunks.fetch(pull=turn.pull, stream=stream, pages=pages, label=label)
        chunks.store(chunk)
        # Whoever makes progress is not out of order: troubles are counted from here anew.
        Pull.objects.filter(pk=turn.pull.pk, trouble__has_key="tried").update(trouble={})
        turn.pull.refresh_from_db()
    elif pages and pages[-1].position != stream.position:
        chunks.move(stream=stream, position=pages[-1].position)
    stream.refresh_from_db()


def _stumble(pull: Pull, trouble: Trouble) -> Pull:
    """A passing trouble lets the turn go on later, a few times; any other ends it."""
    pull.refresh_from_db()
    tried = int(pull.trouble.get("tried", 0)) + 1
    told = {**kept(trouble), "tried": tried}
    Pull.objects.filter(pk=pull.pk).update(trouble=told)
    pull.trouble = told
    if trouble.until is not None:
        return _rest(pull, trouble.until)
    if trouble.passing and tried <= len(PAUSES):
        return _rest(pull, timezone.now() + PAUSES[tried - 1])
    return _end(pull, Pull.State.FAILED, trouble)


@transaction.atomic
def _rest(pull: Pull, until: datetime | None) -> Pull:
    Pull.objects.filter(pk=pull.pk).update(state=Pull.State.WAITING)
    Source.objects.filter(pk=pull.source_id).update(wait_until=until)
    pull.refresh_from_db()
    return pull


@transaction.atomic
def _end(pull: Pull, state: Pull.State, trouble: Refused | None = None) -> Pull:
    """Close a turn and tell the source how it went."""
    now = timezone.now()
    pull.refresh_from_db()
    for chunk in pull.chunks.filter(is_stored=False):
        # The stream stands before it: the next turn fetches it again.
        chunk.path.unlink(missing_ok=True)
        chunk.delete()
    pull.state, pull.ended_at = state, now
    if state == Pull.State.DONE and pull.trouble.get("tried"):
        pull.trouble = {}
    pull.save(update_fields=["state", "ended_at", "trouble"])
    told: dict[str, object] = {"wait_until": None, "last_at": now, "last_read": pull.read,
                               "last_taken": pull.accepted + pull.updated, "last_refused": pull.quarantined}
    if state == Pull.State.DONE:
        told |= {"fresh_at": pull.started_at, "trouble": {}, "trouble_since": None}
    if trouble is not None:
        known = Source.objects.values_list("trouble_since", flat=True).get(pk=pull.source_id)
        told |= {"trouble": kept(trouble), "trouble_since": known or now}
    Source.objects.filter(pk=pull.source_id).update(**told)
    return pull
