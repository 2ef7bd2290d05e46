"""Sending what waits: each message is claimed before it leaves, tried again when the trouble may pass, and never sent
twice. Runs in a job, any number at a time; may be killed at any point."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bihuan.core.languages import Words
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.errors import NotSent
from bihuan.core.notifications.services import notify, send_outside
from bihuan.core.privacy.services import stop_path
from bihuan.core.rights import SystemActor
from bihuan.loop.collect.samples.services import note_asks
from bihuan.loop.collect.surveys.contracts import WaveInfo

from ..contracts import CHANNELS
from ..models import Dispatch, Invitation, OneTimeToken, Response
from ..queries.contacts import contacts_of
from ..rights import SEND
from ..texts import compose, words
from ..tokens import hash_of, once_token, personal_token
from ..waves import standing, wave_of
from .dispatch import ANONYMOUS_LEAST
from .listing import hold
from .permission import may_ask

State = Invitation.State
CHUNK, ANONYMOUS_CHUNK = 200, 5_000
PATIENCE_S = 20.0
# After so many minutes each further attempt; then the message is given up, visibly.
PAUSES_MINUTES = (1, 5, 15, 60)
LOST_AFTER = timedelta(minutes=15)
GROUP = 10          # messages claimed together: a killed run leaves no more than these unclear
SENDER = SystemActor("surveys")
Ready = tuple[Invitation, str]
ANONYMOUS_TRIES = 3


@dataclass
class Run:
    """What one run of the job did, and the words it needs."""

    now: datetime
    until: float
    counts: dict[str, int] = field(default_factory=lambda: {"sent": 0, "failed": 0, "not_sent": 0})
    held: dict[str, str] = field(default_factory=dict)      # customers of a sample who were not asked -> why

    def over(self) -> bool:
        return time.monotonic() > self.until


def send_waiting(*, cancelled: Callable[[], bool] = lambda: False, now: datetime | None = None) -> dict[str, int]:
    """Send what is due of all waves that were started; returns {"sent", "failed", "not_sent"}."""
    run = Run(now or timezone.now(), time.monotonic() + PATIENCE_S)
    give_up_lost(now=run.now)
    for dispatch in Dispatch.objects.filter(started_at__isnull=False, is_paused=False).select_related("way"):
        wave = wave_of(dispatch.wave_id)
        if standing(wave, run.now) == "planned":
            continue        # its links would open nothing: they leave when it opens
        size = ANONYMOUS_CHUNK if wave.mode == "anonymous" else CHUNK
        while not cancelled() and not run.over():
            waiting = list(Invitation.objects.filter(
                wave_id=wave.id, state=State.WAITING, due_at__lte=run.now).order_by("due_at", "pk")[:size])
            if not waiting:
                break
            _send_chunk(run, wave, dispatch, waiting)
            hold(wave.id, run.held, SENDER)
            run.held.clear()
    return run.counts


def _send_chunk(run: Run, wave: WaveInfo, dispatch: Dispatch, waiting: Sequence[Invitation]) -> None:
    contacts = contacts_of([one.customer for one in waiting])
    ready = [(one, address) for one in waiting if (address := _ready(run, wave, one, contacts)) is not None]
    if wave.mode == "anonymous":
        _send_anonymous(run, wave, dispatch, ready)
        return
    for start in range(0, len(ready), GROUP):
        for invitation, address in _claimed(run, wave, ready[start:start + GROUP]):
            link = f"{settings.BIHUAN_ADDRESS}/a/{personal_token(invitation.pk)}/"
            _note(run, wave, dispatch, invitation, _hand_over(wave, dispatch, invitation, address, link))


@transaction.atomic
def _claimed(run: Run, wave: WaveInfo, ready: Sequence[Ready]) -> list[Ready]:
    """Claim messages and note, in the same transaction, that their customers are asked now: of two waves that want to
    ask somebody at the same moment one is refused, which is then on record."""
    mine = [(one, address) for one, address in ready if _claim(one, run.now)]
    first = [one for one, _address in mine if not one.is_reminder and not one.attempts]
    people = [(one.customer, CHANNELS[one.channel][1], one.case) for one in first]
    refused = note_asks(wave=wave.id, people=people, at=run.now, actor=SENDER) if people else {}
    for one in first:
        if one.customer in refused:
            _leave(run, one, refused[one.customer].code, refused[one.customer].text)
    return [(one, address) for one, address in mine if one not in first or one.customer not in refused]


def _ready(run: Run, wave: WaveInfo, invitation: Invitation, contacts: dict[str, dict[str, str]]) -> str | None:
    """Return the address to write to; None when the customer is not to be asked now, which is then on record."""
    _label, _channel, kind = CHANNELS[invitation.channel]
    if standing(wave, run.now) == "closed":
        return _leave(run, invitation, "closed")
    if invitation.is_reminder and Response.objects.filter(invitation=invitation).exists():
        return _leave(run, invitation, "answered")
    days = invitation.rule.throttle_days if invitation.rule_id and invitation.rule else 0
    refused = may_ask(invitation.customer, invitation.channel, run.now, wave=wave.id,
                      throttle_days=0 if invitation.is_reminder else days, but=invitation)
    if refused is not None and refused.code == "hours" and refused.retry_at is not None:
        Invitation.objects.filter(pk=invitation.pk, state=State.WAITING).update(due_at=refused.retry_at)
        return None
    if refused is not None:
        return _leave(run, invitation, refused.code, refused.text)
    address = contacts.get(invitation.customer, {}).get(kind, "")
    return address or _leave(run, invitation, "address")


def _leave(run: Run, invitation: Invitation, reason: str, text: str = "") -> None:
    """Do not write to this customer, and say why; who was written to before stays so."""
    state = State.SENT if invitation.is_reminder else State.NOT_SENT
    done = Invitation.objects.filter(pk=invitation.pk, state__in=(State.WAITING, State.SENDING)).update(
        state=state, reason=reason, text=text[:300], is_reminder=False, changed_at=run.now)
    run.counts["not_sent"] += done
    if state == State.NOT_SENT and not invitation.case:
        run.held[invitation.customer] = reason


def _claim(invitation: Invitation, now: datetime) -> bool:
    return bool(Invitation.objects.filter(pk=invitation.pk, state=State.WAITING).update(
        state=State.SENDING, attempts=F("attempts") + 1, due_at=now))


def _hand_over(wave: WaveInfo, dispatch: Dispatch, invitation: Invitation, address: str, link: str) -> NotSent | None:
    """Give a message to its channel; returns what went wrong."""
    language, part = invitation.language, "remind" if invitation.is_reminder else "body"
    stop = settings.BIHUAN_ADDRESS + stop_path(invitation.customer, CHANNELS[invitation.channel][1])
    anonymous = wave.mode == "anonymous"
    title = compose(words(dispatch.texts, language, "subject"), wave, language=language, link="", stop="")
    text = compose(words(dispatch.texts, language, part, anonymous=anonymous), wave, language=language, link=link,
                   stop=stop)
    try:
        if dispatch.way is None:
            raise NotSent("no channel", passing=False)
        send_outside(channel=dispatch.way, via=invitation.channel, address=address, title=title, text=text,
                     reference=str(invitation.pk), stop=stop)
    except NotSent as trouble:
        return trouble
    return None


def _note(run: Run, wave: WaveInfo, dispatch: Dispatch, invitation: Invitation, trouble: NotSent | None, *,
          final: bool = False) -> None:
    mine = Invitation.objects.filter(pk=invitation.pk)
    if trouble is None:
        changed = {"reminders": F("reminders") + 1, "reminded_at": run.now} if invitation.is_reminder else {
            "sent_at": run.now}
        mine.update(state=State.SENT, reason="", text="", is_reminder=False, changed_at=run.now, **changed)
        run.counts["sent"] += 1
        return
    attempts = invitation.attempts + 1
    if trouble.passing and attempts <= len(PAUSES_MINUTES) and not final:
        mine.update(state=State.WAITING, text=str(trouble)[:300],
                    due_at=run.now + timedelta(minutes=PAUSES_MINUTES[attempts - 1]))
        return
    mine.update(state=State.FAILED, reason="failed" if trouble.passing else "bounced", text=str(trouble)[:300],
                is_reminder=False, changed_at=run.now)
    run.counts["failed"] += 1
    _tell(wave, dispatch, trouble.words, run.now)


def _send_anonymous(run: Run, wave: WaveInfo, dispatch: Dispatch, ready: list[Ready]) -> None:
    """Write to many at once, each with a link that nobody, this installation included, can tie to a person again.

    All hashes are kept in the order of the hashes, in one transaction, before the first message leaves; who gets which
    link is drawn and stands nowhere. A link that did not arrive is lost: it cannot be sent again.
    """
    fresh = [one for one, _address in ready if not one.is_reminder]
    if 0 < len(fresh) < ANONYMOUS_LEAST:
        for one in fresh:
            _leave(run, one, "few")
        ready = [(one, address) for one, address in ready if one.is_reminder]
    with transaction.atomic():
        claimed = _claimed(run, wave, ready)
        random.SystemRandom().shuffle(claimed)
        links = {one.pk: once_token() for one, _address in claimed if not one.is_reminder}
        OneTimeToken.objects.bulk_create(
            [OneTimeToken(hash=each, wave_id=wave.id) for each in sorted(map(hash_of, links.values()))], batch_size=500)
    for invitation, address in claimed:
        token = links.pop(invitation.pk, "")
        link = f"{settings.BIHUAN_ADDRESS}/a/{token}/" if token else ""
        trouble = None
        for _ in range(ANONYMOUS_TRIES):
            trouble = _hand_over(wave, dispatch, invitation, address, link)
            if trouble is None or not trouble.passing:
                break
        _note(run, wave, dispatch, invitation, trouble, final=True)


def give_up_lost(*, now: datetime) -> int:
    """Fail messages whose sender died in the middle: nobody knows whether they left, so they are not sent again."""
    return Invitation.objects.filter(state=State.SENDING, due_at__lt=now - LOST_AFTER).update(
        state=State.FAILED, reason="unclear", is_reminder=False, changed_at=now)


def _tell(wave: WaveInfo, dispatch: Dispatch, why: Words, now: datetime) -> None:
    """Tell who started the sending and those who may send for the unit, once a day and wave."""
    notify("survey_sending", title=wave.title, text=why, right=SEND, at=now,
           to=[dispatch.started_by] if dispatch.started_by else (),
           about=About("surveys.wave", str(wave.id), f"/collect/answering/{wave.id}/", wave.unit_code),
           key=f"survey_sending:{wave.id}:{now:%Y-%m-%d}")
