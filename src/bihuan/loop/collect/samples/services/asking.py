"""Whether a customer may be asked, and the note that they were: the door that no two asks pass too soon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.queries.contact import contact_bars
from bihuan.core.privacy.services import may_contact
from bihuan.core.rights import Actor, NotAllowed, require, scope_of
from bihuan.engine.facts.privacy.blocking import blocked_customers

from ..contracts import REASONS, NotAsked
from ..errors import Refused
from ..models import Ask, AskedCustomer, AskRule, Draw, Member
from ..queries.asking import YEAR, asks_of, frequency, identities, too_soon
from ..rights import DRAW

PURPOSE = "survey"


def may_ask(customer: str, at: datetime | None = None, wave: int = 0, *, channel: str = "",
            case: str = "") -> NotAsked | None:
    """Return None when a customer may be asked at a moment by a wave, else why not and when again.

    With a ``channel`` everything that ``core.privacy`` says of contacts is asked too, the hours included. To ask for
    many, and so that no two ask at once, call ``note_asks`` before sending.
    """
    moment, rule = at or timezone.now(), frequency()
    if channel and (no := may_contact(customer, channel, moment, purpose=PURPOSE)) is not None:
        return NotAsked(no.code, no.text, no.retry_at)
    known = identities()
    asks = asks_of([customer], known, since=moment - max(YEAR, rule.quiet))
    return too_soon(asks.get(known.customer(customer), []), moment, rule, wave=wave, case=case)


def who_may_not(*, wave: int | None, people: Sequence[tuple[str, str]],
                at: datetime | None = None) -> dict[str, NotAsked]:
    """Return those of (customer, channel) whom a wave may not ask at a moment, and why; notes and locks nothing.

    For lists and previews, before anybody is asked; the hours of contact are the sender's to keep.
    """
    moment, rule, known = at or timezone.now(), frequency(), identities()
    customers = sorted({customer for customer, _channel in people})
    bars = _bars(customers, moment)
    asks = asks_of(customers, known, since=moment - max(YEAR, rule.quiet))
    found: dict[str, NotAsked] = {}
    for customer, channel in people:
        barred = bars.get((customer, "")) or bars.get((customer, channel))
        no = NotAsked(barred, str(REASONS[barred])) if barred else too_soon(
            asks.get(known.customer(customer), []), moment, rule, wave=wave)
        if no is not None:
            found[customer] = no
    return found


@transaction.atomic
def note_asks(*, wave: int | None, people: Sequence[tuple[str, str, str]], at: datetime | None = None,
              actor: Actor) -> dict[str, NotAsked]:
    """Note that people are asked now: (customer, channel, case or ""). Returns those who may not be, and why.

    Call it before sending, and send to the others alone: it locks each customer, so that of two who ask at the same
    moment one is refused. Blocked, 勿扰 and withdrawn customers are refused as well; the hours of contact are the
    sender's to keep, by ``may_ask`` with a channel. Who is entitled to send decides the caller. Rooms that ask without
    a wave give None and say in the place of the case what they ask for; who was asked for it before is "asked".
    """
    moment, rule = at or timezone.now(), frequency()
    customers, known = sorted({customer for customer, _channel, _case in people}), identities()
    _lock(sorted({known.customer(customer) for customer in customers}))
    bars = _bars(customers, moment)
    asks = asks_of(customers, known, since=moment - max(YEAR, rule.quiet))
    refused: dict[str, NotAsked] = {}
    noted: list[Ask] = []
    for customer, channel, case in people:
        barred = bars.get((customer, "")) or bars.get((customer, channel))
        theirs = asks.setdefault(known.customer(customer), [])
        no = NotAsked(barred, str(REASONS[barred])) if barred else too_soon(
            theirs, moment, rule, wave=wave, case=case)
        if no is not None:
            refused[customer] = no
            continue
        ask = Ask(customer=customer, wave_id=wave, case=case, channel=channel, at=moment)
        theirs.insert(0, ask)
        noted.append(ask)
    Ask.objects.bulk_create(noted, batch_size=1000)
    if wave is not None:
        _hold(wave, {customer: no.code for customer, no in refused.items() if no.code != "asked"})
        _hold(wave, {ask.customer: "" for ask in noted})
    if noted:
        about = ("surveys.wave", wave) if wave is not None else ("samples.ask", noted[0].case)
        audit.record_bulk("collect.customers_asked", (ask.customer for ask in noted), about, actor=actor,
                          refused=len(refused))
    return refused


@transaction.atomic
def note_held(*, wave: int, why: Mapping[str, str], actor: Actor) -> None:
    """Note why people of a wave's sample could not be asked: {customer: code of REASONS}, for the report."""
    unknown = set(why.values()) - REASONS.keys()
    if unknown:
        raise ValueError(f"no such reason: {', '.join(sorted(unknown))}; contracts.REASONS lists them")
    _hold(wave, why)
    audit.record_bulk("collect.customers_held", sorted(why), ("surveys.wave", wave), actor=actor)


@transaction.atomic
def save_ask_rule(*, quiet_days: int, most_a_year: int, note: str = "", actor: Actor) -> AskRule:
    """Set how often a customer may be asked, from now on, by whatever survey."""
    require(actor, DRAW)
    if scope_of(actor, DRAW).units is not None:
        raise NotAllowed(DRAW)                      # it holds for everybody's surveys
    if not (1 <= quiet_days <= 730 and 1 <= most_a_year <= 50):
        raise Refused("rule_range")
    newest = AskRule.objects.first()
    rule = AskRule.objects.create(
        number=newest.number + 1 if newest else 1, quiet_days=quiet_days, most_a_year=most_a_year, note=note,
        made_by=actor if isinstance(actor, User) else None)
    audit.record("collect.ask_rule_set", rule, actor=actor, quiet_days=quiet_days, most_a_year=most_a_year)
    return rule


def _lock(customers: list[str]) -> None:
    """Hold every customer's row until the transaction ends, in one order for everybody."""
    AskedCustomer.objects.bulk_create([AskedCustomer(customer=one) for one in customers], batch_size=500,
                                      ignore_conflicts=True)
    for start in range(0, len(customers), 500):
        list(AskedCustomer.objects.select_for_update().filter(
            customer__in=customers[start:start + 500]).order_by("customer"))


def _bars(customers: list[str], moment: datetime) -> dict[tuple[str, str], str]:
    found = {(customer, channel): code
             for customer, channel, code in contact_bars(moment, purpose=PURPOSE, customers=customers)}
    blocked = blocked_customers(workspace.home())
    return found | {(customer, ""): "blocked" for customer in customers if customer in blocked}


def _hold(wave: int, why: Mapping[str, str]) -> None:
    by_code: dict[str, list[str]] = defaultdict(list)
    for customer, code in why.items():
        by_code[code].append(customer)
    members = Member.objects.filter(draw__wave_id=wave, draw__state=Draw.State.DRAWN)
    for code, customers in by_code.items():
        for start in range(0, len(customers), 500):
            members.filter(customer__in=customers[start:start + 500]).exclude(held=code).update(held=code)
