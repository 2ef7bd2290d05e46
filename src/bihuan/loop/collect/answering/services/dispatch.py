"""Preparing and starting a wave's sending, asking again, and what is done by hand on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from bihuan.core import audit
from bihuan.core.jobs.schedule import hasten
from bihuan.core.models import User
from bihuan.core.notifications.models import Channel
from bihuan.core.notifications.services import CARRIERS, post_to_group, send_outside
from bihuan.core.privacy.services import uses
from bihuan.core.rights import Actor, SystemActor, require
from bihuan.loop.collect.samples.queries.doors import drawn_of
from bihuan.loop.collect.surveys.contracts import WaveInfo

from ..errors import Refused
from ..models import Dispatch, Invitation, Response
from ..rights import SEND
from ..texts import check_texts, compose, words
from ..waves import standing, wave_of
from .listing import found_key, list_customers, settle_waiting
from .sites import open_link, test_link

State = Invitation.State
JOB = "answering.send"
ANONYMOUS_LEAST = 10


@transaction.atomic
def save_dispatch(*, wave: int, channel: str, way: Channel | None, texts: Mapping[str, Mapping[str, str]],
                  most_reminders: int, remind_days: int, reward: bool, actor: User,
                  reminds_itself: bool = False) -> Dispatch:
    """Say how a wave is sent. Refuses a channel that cannot carry it, and words without the link."""
    found = wave_of(wave)
    require(actor, SEND, found)
    check_texts(texts, anonymous=found.mode == "anonymous")
    if way is not None and (way.kind != CARRIERS.get(channel) or way.owner_id is not None):
        raise Refused("channel_unfit", name=way.name)
    line, _made = Dispatch.objects.update_or_create(wave_id=wave, defaults={
        "channel": channel, "way": way, "texts": {key: dict(parts) for key, parts in texts.items()},
        "most_reminders": most_reminders, "remind_days": remind_days, "reward": reward,
        "reminds_itself": reminds_itself})
    audit.record("collect.dispatch_saved", found_key(found), actor=actor, channel=audit.plain(channel))
    return line


@uses("customers", "survey")
@transaction.atomic
def start_dispatch(*, wave: int, actor: User, now: datetime | None = None) -> int:
    """Let the sending begin; returns how many customers wait. The job sends, within the hours of contact."""
    found = wave_of(wave)
    require(actor, SEND, found)
    moment = now or timezone.now()
    dispatch = Dispatch.objects.select_for_update().filter(wave_id=wave).first()
    if standing(found, moment) == "closed":
        raise Refused("wave_closed")
    if standing(found, moment) == "planned" and found.opens_at is None:
        raise Refused("wave_not_planned")
    if not settings.BIHUAN_ADDRESS:
        raise Refused("address_missing")
    if dispatch is None or dispatch.way is None:
        raise Refused("channel_unfit", name="—")
    settle_waiting(found, dispatch.channel, moment, actor)
    waiting = Invitation.objects.filter(wave_id=wave, state=State.WAITING).count()
    if not waiting:
        raise Refused("list_empty")
    if found.mode == "anonymous" and waiting < ANONYMOUS_LEAST:
        raise Refused("anonymous_few", least=ANONYMOUS_LEAST, count=waiting)
    dispatch.started_at, dispatch.started_by, dispatch.is_paused = moment, actor, False
    dispatch.save(update_fields=["started_at", "started_by", "is_paused"])
    Invitation.objects.filter(wave_id=wave, state=State.WAITING, sent_at=None).update(channel=dispatch.channel)
    audit.record("collect.dispatch_started", found_key(found), actor=actor, customers=waiting)
    hasten(JOB)
    return waiting


@transaction.atomic
def invite_sample(*, wave: int, actor: User, now: datetime | None = None) -> int:
    """Put the drawn sample on the list and let the sending begin; returns how many customers wait to be written to."""
    people = [one.customer for one in drawn_of(wave)]
    if not people:
        raise Refused("not_drawn")
    list_customers(wave=wave, customers=people, actor=actor, now=now)
    return start_dispatch(wave=wave, actor=actor, now=now)


@transaction.atomic
def pause_dispatch(*, wave: int, paused: bool, actor: User) -> None:
    """Stop the sending where it is, or let it go on."""
    found = wave_of(wave)
    require(actor, SEND, found)
    Dispatch.objects.filter(wave_id=wave).update(is_paused=paused)
    audit.record("collect.dispatch_paused", found_key(found), actor=actor, paused=paused)
    if not paused:
        hasten(JOB)


@transaction.atomic
def remind(*, wave: int, actor: Actor, now: datetime | None = None) -> int:
    """Ask again those who did not answer, as often and as late as the wave allows; returns how many.

    In an anonymous wave nobody knows who they are: all who were written to are reminded, once.
    """
    found, moment = wave_of(wave), now or timezone.now()
    require(actor, SEND, found)
    dispatch = Dispatch.objects.select_for_update().get(wave_id=wave)
    if found.state == "closed" or (found.closes_at and found.closes_at <= moment):
        raise Refused("wave_closed")
    if found.mode == "anonymous":
        if dispatch.reminded_all_at:
            raise Refused("anonymous_reminded")
        due = Invitation.objects.filter(wave_id=wave, state=State.SENT)
        Dispatch.objects.filter(pk=dispatch.pk).update(reminded_all_at=moment)
    else:
        due = silent(dispatch, moment)
    count = due.update(state=State.WAITING, is_reminder=True, attempts=0, due_at=moment)
    if not count:
        raise Refused("reminders_spent")
    audit.record("collect.reminders_started", found_key(found), actor=actor, customers=count)
    hasten(JOB)
    return count


def remind_due(*, now: datetime | None = None) -> int:
    """Remind in every wave that asks for it whoever is due; returns how many. What cannot be reminded is left alone."""
    moment, count = now or timezone.now(), 0
    for dispatch in Dispatch.objects.filter(reminds_itself=True, is_paused=False, started_at__isnull=False):
        wave = wave_of(dispatch.wave_id)
        if wave.mode != "anonymous" and standing(wave, moment) == "open" and silent(dispatch, moment).exists():
            count += remind(wave=dispatch.wave_id, actor=SystemActor("answering.remind"), now=moment)
    return count


def silent(dispatch: Dispatch, at: datetime):
    """Return the invitations of those who were reached, did not answer, and may be asked again."""
    since = at - timedelta(days=dispatch.remind_days)
    answered = Response.objects.filter(wave_id=dispatch.wave_id, invitation__isnull=False).values("invitation_id")
    return Invitation.objects.filter(
        wave_id=dispatch.wave_id, state=State.SENT, finished_at=None, reminders__lt=dispatch.most_reminders,
        sent_at__lte=since).filter(Q(reminded_at=None) | Q(reminded_at__lte=since)).exclude(pk__in=answered)


def send_trial(*, wave: int, address: str, language: str, actor: User) -> None:
    """Send the message as a customer would get it, with the link for trying out; NotSent says why it was not taken."""
    found = wave_of(wave)
    require(actor, SEND, found)
    dispatch = Dispatch.objects.filter(wave_id=wave).select_related("way").first()
    if dispatch is None or dispatch.way is None:
        raise Refused("channel_unfit", name="—")
    subject, body = preview(found, dispatch, language, "body", link=test_link(wave=wave, actor=actor).token)
    audit.record("collect.dispatch_tried", found_key(found), actor=actor)
    send_outside(channel=dispatch.way, via=dispatch.channel, address=address, title=subject, text=body)


def post_open_link(*, wave: int, group: Channel, language: str, actor: User) -> None:
    """Say the open link of a wave in a group of 企业微信, 钉钉 or 飞书."""
    found = wave_of(wave)
    require(actor, SEND, found)
    if not settings.BIHUAN_ADDRESS:
        raise Refused("address_missing")
    dispatch = Dispatch.objects.filter(wave_id=wave).first() or Dispatch(wave_id=wave)
    site = open_link(wave=wave, actor=actor)
    subject, body = preview(found, dispatch, language, "body", link=site.token, stop="")
    audit.record("collect.link_posted", found_key(found), actor=actor, channel=audit.plain(group.kind))
    post_to_group(channel=group, title=subject, text=body)


def preview(wave: WaveInfo, dispatch: Dispatch, language: str, part: str, *, link: str,
            stop: str | None = None) -> tuple[str, str]:
    """Return subject and text as they will be sent; ``link`` is a token."""
    anonymous = wave.mode == "anonymous"
    way_out = f"{settings.BIHUAN_ADDRESS}/stop/preview/" if stop is None else stop
    address = f"{settings.BIHUAN_ADDRESS}/a/{link}/" if link else ""
    return (compose(words(dispatch.texts, language, "subject"), wave, language=language, link="", stop=""),
            compose(words(dispatch.texts, language, part, anonymous=anonymous), wave, language=language, link=address,
                    stop=way_out))


@transaction.atomic
def note_bounces(*, wave: int, customers: Iterable[str], actor: User) -> int:
    """Mark invitations whose messages came back later; returns how many."""
    found = wave_of(wave)
    require(actor, SEND, found)
    count = Invitation.objects.filter(wave_id=wave, customer__in=list(customers), state=State.SENT).update(
        state=State.FAILED, reason="bounced", changed_at=timezone.now())
    audit.record("collect.bounces_noted", found_key(found), actor=actor, customers=count)
    return count


def note_report(*, reference: str, status: str) -> bool:
    """Take what a gateway reports of a message it was given: delivered or bounced. False for one it never got."""
    try:
        known = Invitation.objects.filter(pk=UUID(reference), sent_at__isnull=False)
    except ValueError:
        return False
    now = timezone.now()
    if status == "delivered":
        return bool(known.update(delivered_at=now, changed_at=now))
    return bool(known.filter(state=State.SENT).update(
        state=State.FAILED, reason="bounced", changed_at=now, attempts=F("attempts")))
