"""Who is on a wave's list: asked of the register, the quiet period and the addresses when the list is made, and again
when it is sent. Who may not be asked stays on the list with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.privacy.services import contact_from
from bihuan.core.rights import Actor, require, scope_of
from bihuan.loop.collect.samples.queries.doors import drawn_of
from bihuan.loop.collect.samples.services import note_held, who_may_not
from bihuan.loop.collect.surveys.contracts import WaveInfo
from bihuan.serve.customers.queries.people import customers_within

from ..contracts import CHANNELS, HELD, REASONS
from ..errors import Refused
from ..models import Dispatch, Invitation
from ..queries.contacts import contacts_of
from ..queries.sending import dispatch_of
from ..rights import SEND
from ..tokens import hash_of, personal_token
from ..waves import standing, wave_of

State = Invitation.State
USUAL = "email"
AT_ONCE = 5_000


@dataclass(frozen=True)
class Listed:
    """What became of a list: ``added`` customers are new on it, ``barred`` of all given may not be asked, by reason."""

    added: int
    barred: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What sending to the drawn sample would do now: nothing of it has happened.

    ``drawn`` people, ``asked`` of them before, ``ready`` to be asked, the others ``barred`` by (code, words, count).
    ``ways``: (channel, words, how many drawn people have an address for it). ``first_at``: when the first message may
    leave; None while the wave has no time of opening.
    """

    channel: str
    channel_words: str
    drawn: int
    asked: int
    ready: int
    barred: tuple[tuple[str, str, int], ...]
    ways: tuple[tuple[str, str, int], ...]
    first_at: datetime | None


def why_not(wave: int, customers: Sequence[str], channel: str, at: datetime) -> dict[str, str]:
    """Return {customer: code of REASONS} of those who may not be asked by a wave over a channel, or have no address.

    The hours of contact are not among the reasons: they put a message off and bar nobody.
    """
    _label, contact, kind = CHANNELS[channel]
    found = {customer: no.code for customer, no in who_may_not(
        wave=wave, people=[(one, contact) for one in customers], at=at).items()}
    rest = [one for one in customers if one not in found]
    for start in range(0, len(rest), AT_ONCE):
        part = rest[start:start + AT_ONCE]
        contacts = contacts_of(part)
        found |= {one: "address" for one in part if not contacts.get(one, {}).get(kind)}
    return found


@transaction.atomic
def list_customers(*, wave: int, customers: Iterable[str], actor: User, now: datetime | None = None) -> Listed:
    """Put customers on the list of a wave, each once, with the reason of those who may not be asked.

    Nothing is sent before the start. Blocked customers are named on no list: they are counted only.
    """
    found, moment = wave_of(wave), now or timezone.now()
    require(actor, SEND, found)
    if standing(found, moment) == "closed":
        raise Refused("wave_closed")
    dispatch, _made = Dispatch.objects.get_or_create(wave_id=wave)
    channel = dispatch.channel or USUAL
    given = [one for one in dict.fromkeys(name.strip() for name in customers) if one]
    before = Invitation.objects.filter(wave_id=wave).count()
    barred = why_not(wave, given, channel, moment)
    Invitation.objects.bulk_create(
        [invitation_for(found, customer, channel=channel) for customer in given if barred.get(customer) != "blocked"],
        ignore_conflicts=True, batch_size=500)
    _settle(found, given, barred, moment, actor)
    added = Invitation.objects.filter(wave_id=wave).count() - before
    told = Counter(code for code in barred.values() if code != "asked")
    audit.record("collect.customers_listed", found_key(found), actor=actor, customers=added, barred=sum(told.values()))
    return Listed(added, dict(told))


@transaction.atomic
def list_typed(*, wave: int, customers: Iterable[str], actor: User) -> Listed:
    """Put customers on the list by their numbers, as ``list_customers``: only those whose cases the person may see.

    What was drawn from a frame needs no such look: the frame held nobody else.
    """
    given = [one for one in dict.fromkeys(name.strip() for name in customers) if one]
    inside = customers_within(given, scope_of(actor, SEND))
    listed = list_customers(wave=wave, customers=[one for one in given if one in inside], actor=actor)
    beyond = len(given) - len(inside)
    return Listed(listed.added, {**listed.barred, **({"beyond": beyond} if beyond else {})})


def settle_waiting(wave: WaveInfo, channel: str, at: datetime, actor: Actor) -> None:
    """Ask again of everybody on the list who was not written to yet: the channel or the register may have changed."""
    numbers = list(_unsent(wave).values_list("customer", flat=True))
    _settle(wave, numbers, why_not(wave.id, numbers, channel, at), at, actor)


def _settle(wave: WaveInfo, customers: Sequence[str], barred: Mapping[str, str], at: datetime, actor: Actor) -> None:
    """Let those wait to be sent who may be asked, and keep the reason of the others."""
    by_code: dict[str, list[str]] = {}
    for customer in customers:
        by_code.setdefault(barred.get(customer, ""), []).append(customer)
    for code, named in by_code.items():
        if code == "asked":
            continue
        state = State.NOT_SENT if code else State.WAITING
        for start in range(0, len(named), 500):
            _unsent(wave).filter(customer__in=named[start:start + 500]).exclude(state=state, reason=code).update(
                state=state, reason=code, text="", changed_at=at)
    hold(wave.id, {customer: code for customer, code in barred.items() if code not in ("asked", "blocked")}, actor)


def hold(wave: int, why: Mapping[str, str], actor: Actor) -> None:
    """Tell the sample why people of it are not asked, as far as it knows the reason."""
    told = {customer: HELD[code] for customer, code in why.items() if code in HELD}
    if told:
        note_held(wave=wave, why=told, actor=actor)


def _unsent(wave: WaveInfo):
    return Invitation.objects.filter(wave_id=wave.id, case="", sent_at=None, attempts=0,
                                     state__in=(State.WAITING, State.NOT_SENT))


def invitation_for(wave: WaveInfo, customer: str, **more: object) -> Invitation:
    """Return an invitation that is not kept yet; in an anonymous wave it has no token that could be known again."""
    invitation = Invitation(wave_id=wave.id, customer=customer, **more)
    if wave.mode != "anonymous":
        invitation.token_hash = hash_of(personal_token(invitation.pk))
    return invitation


def plan_of(wave: WaveInfo, *, channel: str = "", now: datetime | None = None) -> Plan | None:
    """Return what sending to the drawn sample would do now; None before a draw."""
    moment, people = now or timezone.now(), drawn_of(wave.id)
    if not people:
        return None
    channel = channel or dispatch_of(wave.id).channel or USUAL
    customers = [one.customer for one in people]
    barred = why_not(wave.id, customers, channel, moment)
    written = set(Invitation.objects.filter(wave_id=wave.id).exclude(sent_at=None).values_list("customer", flat=True))
    asked = sum(1 for one in customers if one in written or barred.get(one) == "asked")
    counts = Counter(code for customer, code in barred.items() if code != "asked" and customer not in written)
    ways = [(key, str(label), sum(1 for one in people if contact in one.reach))
            for key, (label, contact, _kind) in CHANNELS.items()]
    return Plan(channel, str(CHANNELS[channel][0]), len(customers), asked, len(customers) - asked - counts.total(),
                tuple((code, str(REASONS.get(code, code)), count) for code, count in counts.most_common()),
                tuple(way for way in ways if way[2]), _first_at(wave, moment))


def _first_at(wave: WaveInfo, now: datetime) -> datetime | None:
    """When the first message may leave: when the wave is open, within the hours of contact."""
    if standing(wave, now) == "planned":
        return contact_from(max(wave.opens_at, now)) if wave.opens_at else None
    return contact_from(now)


def found_key(wave: WaveInfo) -> tuple[str, str]:
    """Return what the audit log calls a wave."""
    return "surveys.wave", str(wave.id)
