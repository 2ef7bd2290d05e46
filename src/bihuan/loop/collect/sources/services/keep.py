"""Setting up sources, pausing, starting anew and removing them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, jobs
from bihuan.core.jobs.schedule import next_turn
from bihuan.core.models import Job, User
from bihuan.core.rights import require
from bihuan.core.systems import keep_names, own_names

from ..errors import Refused, Trouble
from ..models import Chunk, Pull, Source, Stream
from ..rights import MANAGE, Actor
from ..sealing import destroy_secret, keep_secret
from ..web.addresses import Address, machines, parse
from .folders import KEEP_DAYS, prepare_folder

JOB = "sources.pull"


@transaction.atomic
def save_source(*, source: Source | None, kind: str, name: str, code: str, config: dict[str, Any], secret: str,
                streams: dict[str, str], cron: str, expected_minutes: int, actor: Actor) -> Source:
    """Add or change a source. ``streams`` is {stream: mapping}; those left out are no longer asked for.

    An empty secret leaves the one that is there. Refuses an address that must not be asked, a folder outside the
    allowed ones, a code that is taken, a system without a stream and one without a secret.
    """
    require(actor, MANAGE)
    is_new = source is None
    source = source or Source(kind=kind, code=code, created_by=actor if isinstance(actor, User) else None,
                              lake_names=[] if kind == Source.Kind.FOLDER else [code])
    if is_new and Source.objects.filter(code=code).exists():
        raise Refused("code_taken", taken=code)
    if source.is_folder:
        config = {"keep_days": KEEP_DAYS, **config, "folder": str(prepare_folder(source, config.get("folder", "")))}
    else:
        _check_system(source, config, secret, streams)
        source.subject = keep_secret(source.subject, secret)
    source.name, source.config, source.expected_minutes = name, config, expected_minutes
    if is_new or source.cron != cron:
        # A folder is looked into at every turn: it has no moment of its own.
        source.cron, source.next_at = cron, None if source.is_folder else next_turn(cron, timezone.now())
    source.trouble, source.trouble_since, source.wait_until = {}, None, None
    source.save()
    if is_new and source.lake_names and code not in own_names():
        keep_names({**own_names(), code: name})
    _set_streams(source, streams)
    audit.record("collect.source_saved", source, actor=actor, name=name, kind=audit.plain(source.kind),
                 code=audit.plain(source.code))
    return source


def _check_system(source: Source, config: dict[str, Any], secret: str, streams: dict[str, str]) -> None:
    address = parse(config.get("address", ""))
    machines(address)
    if not secret and source.subject and config.get("auth") != "none" and _moved(source, address):
        raise Refused("secret_again")
    if not secret and not source.subject and config.get("auth") != "none":
        raise Refused("secret_needed")
    if not streams:
        raise Refused("no_stream")


def _moved(source: Source, address: Address) -> bool:
    """Whether a source would send what it holds to another server than the one for which it was given."""
    try:
        before = parse(source.config.get("address", ""))
    except Trouble:
        return True
    return (before.scheme, before.host, before.port) != (address.scheme, address.host, address.port)


def _set_streams(source: Source, streams: dict[str, str]) -> None:
    Stream.objects.filter(source=source).exclude(name__in=streams).delete()
    for name, preset in streams.items():
        Stream.objects.update_or_create(source=source, name=name, defaults={"preset": preset})


@transaction.atomic
def pause_source(*, source: Source, actor: Actor) -> None:
    """Ask no more until resumed; a pull that runs stops at its next safe point."""
    require(actor, MANAGE)
    Source.objects.filter(pk=source.pk).update(is_active=False, next_at=None)
    audit.record("collect.source_paused", source, actor=actor)


@transaction.atomic
def resume_source(*, source: Source, actor: Actor) -> None:
    """Ask again: at once, because something may have been missed."""
    require(actor, MANAGE)
    Source.objects.filter(pk=source.pk).update(
        is_active=True, next_at=None if source.is_folder else timezone.now(), wait_until=None)
    audit.record("collect.source_resumed", source, actor=actor)


@transaction.atomic
def run_now(*, source: Source, actor: Actor) -> Job:
    """Queue a turn of this source at once, also of a paused one; returns the one that is under way, if any."""
    require(actor, MANAGE)
    source = Source.objects.select_for_update().get(pk=source.pk)
    if source.job and not source.job.is_finished:
        return source.job
    source.job = jobs.enqueue(JOB, actor=actor, title=_("拉取：%(name)s") % {"name": source.name}, source=source.pk)
    source.wait_until = None
    source.save(update_fields=["job", "wait_until"])
    return source.job


@transaction.atomic
def reset_source(*, source: Source, actor: Actor) -> None:
    """Forget where the streams stand: the next turn reads everything again, and what is known is not taken again."""
    require(actor, MANAGE)
    _give_up(source)
    Stream.objects.filter(source=source).update(position={}, refused="")
    audit.record("collect.source_reset", source, actor=actor)


@transaction.atomic
def delete_source(*, source: Source, actor: Actor) -> None:
    """Remove a source with its secret and its history; batches it imported stay and can be taken back as others."""
    require(actor, MANAGE)
    audit.record("collect.source_deleted", source, actor=actor, name=source.name, code=audit.plain(source.code))
    _give_up(source)
    subject = source.subject
    source.delete()
    transaction.on_commit(lambda: destroy_secret(subject))


def _give_up(source: Source) -> None:
    """End what is open: rows that were fetched and not imported are fetched again by the next turn."""
    for chunk in Chunk.objects.filter(pull__source=source, is_stored=False):
        path = chunk.path
        transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))
    Chunk.objects.filter(pull__source=source, is_stored=False).delete()
    Pull.objects.filter(source=source, state__in=Pull.OPEN).update(
        state=Pull.State.CANCELLED, ended_at=timezone.now())


def due_sources(now: datetime) -> list[Source]:
    """Return the sources whose turn it is: by the clock, or because an open pull may go on.

    One that says it runs is either run by another worker, who holds its lock, or was left so by one that was killed.
    """
    due = Q(next_at__lte=now) | Q(pulls__state__in=Pull.OPEN)
    rested = Q(wait_until=None) | Q(wait_until__lte=now)
    return list(Source.objects.filter(due & rested, is_active=True).exclude(
        kind=Source.Kind.FOLDER).distinct().order_by("next_at", "pk"))
