"""Telling people that something happened: once, and each in the way they chose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from bihuan.core import workspace
from bihuan.core.jobs.schedule import hasten
from bihuan.core.languages import Words, in_each
from bihuan.core.models import User
from bihuan.engine.facts.privacy import KINDS, load_rules, mask_text

from ..contracts import NOTICES, About
from ..hours import due
from ..models import Channel, Notice, Outgoing, Receipt
from ..queries.people import hours_of_channel, people_with, wishes_of

JOB = "notifications.deliver"
# Names, places and numbers are those of colleagues, units and cases too, without which a notice says nothing.
VEILED = frozenset(KINDS) - {"name", "address", "order"}


@transaction.atomic
def notify(event: str, *, title: Words, text: Words = "", about: About | None = None, to: Iterable[User] = (),
           right: str = "", key: str = "", at: datetime | None = None,
           channels: Sequence[Channel] = ()) -> Notice | None:
    """Tell people that ``event``, one of NOTICES, happened; returns None when the same was told before.

    ``title`` and ``text`` are functions that say them in the language of the moment: each reads them in their own. A
    str is what a person wrote, and is shown as it is.
    ``to`` are people; ``right`` adds everybody who holds that permission and reaches the unit that ``about`` names.
    ``channels`` are groups of the company to tell besides those that asked for the event. ``key`` is what makes two
    tellings the same (by default the event and what it is about). Nothing is sent here: a job does.
    """
    if event not in NOTICES:
        raise ValueError(f"{event!r} is no notice; notifications.contracts.NOTICES lists them")
    about, moment = about or About(), at or timezone.now()
    key = key or f"{event}:{about.kind}:{about.id}"
    if Notice.objects.filter(key=key).exists():
        return None
    titles, texts = _kept(title, 200), _kept(text, 1000)
    notice, is_new = Notice.objects.get_or_create(
        key=key, defaults={
            "event": event, "title": titles.pop(""), "text": texts.pop(""), "titles": titles, "texts": texts,
            "object_type": about.kind, "object_id": about.id, "url": about.url, "unit_code": about.unit, "at": moment,
            "is_critical": NOTICES[event].critical})
    if not is_new:
        return None
    people = {one.pk: one for one in to if one.is_active}
    if right:
        people |= {one.pk: one for one in people_with(right, about.unit)}
    waiting = _for_people(notice, list(people.values())) + _for_groups(notice, channels)
    Outgoing.objects.bulk_create(waiting, ignore_conflicts=True)
    if any(one.due_at <= timezone.now() for one in waiting):
        hasten(JOB)
    return notice


def _kept(words: Words, most: int) -> dict[str, str]:
    """Return {language: words}, veiled; under "" those of the product's first language, alone for a person's words."""
    if isinstance(words, str):
        return {"": _veil(words)[:most]}
    found = {language: _veil(text)[:most] for language, text in in_each(words).items()}
    return {"": found[settings.LANGUAGE_CODE]} | found


def _veil(text: str) -> str:
    # What somebody typed as a reason leaves the product by mail and chat.
    rules = load_rules(workspace.home())
    return mask_text(text, replace(rules, kinds=rules.kinds & VEILED))


def _for_people(notice: Notice, people: list[User]) -> list[Outgoing]:
    wishes = wishes_of(people, notice.event)
    Receipt.objects.bulk_create(Receipt(user=one, notice=notice) for one in people if wishes[one.pk].in_inbox)
    mail = Channel.objects.filter(kind=Channel.Kind.MAIL, owner=None, is_active=True).first()
    waiting = []
    for person in people:
        wish = wishes[person.pk]
        when = due(notice.at, wish.hours, workspace.zone(), timing=wish.timing, critical=notice.is_critical)
        ways = [(channel, "") for channel in wish.channels if channel.is_active]
        if wish.by_mail and mail is not None and person.email:
            ways.append((mail, person.email))
        language = person.language or settings.LANGUAGE_CODE
        waiting += [Outgoing(notice=notice, channel=channel, address=address, timing=wish.timing, due_at=when,
                             language=language if address else "") for channel, address in ways]
    return waiting


def _for_groups(notice: Notice, named: Sequence[Channel]) -> list[Outgoing]:
    """Groups that were named, and those that take every notice of this event about their unit."""
    groups = {channel.pk: channel for channel in named if channel.is_active and channel.kind != Channel.Kind.MAIL}
    for channel in Channel.objects.filter(owner=None, is_active=True).exclude(kind=Channel.Kind.MAIL):
        if notice.event in channel.events and channel.unit_code in ("", notice.unit_code):
            groups[channel.pk] = channel
    return [
        Outgoing(notice=notice, channel=channel, due_at=due(
            notice.at, hours_of_channel(channel), workspace.zone(), critical=notice.is_critical))
        for channel in groups.values()]


