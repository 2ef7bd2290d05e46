"""Calling customers: the list, the script, and each call from its beginning to what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.queries.contact import contact_bars
from bihuan.core.privacy.services import may_contact, refuse_contact, reveal_customer, uses
from bihuan.core.rights import NotAllowed, SystemActor, require
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.facts.privacy.blocking import blocked_customers
from bihuan.loop.collect.answering.queries.contacts import contacts_of
from bihuan.loop.collect.answering.queries.responses import responses
from bihuan.loop.collect.answering.queries.sending import invitations
from bihuan.loop.collect.answering.services import submit_for
from bihuan.loop.collect.samples.queries.answers import answered
from bihuan.loop.collect.samples.queries.doors import drawn_of
from bihuan.loop.collect.samples.queries.members import chase_members, draw_in_force
from bihuan.loop.collect.samples.services import note_asks, note_held, note_reached
from bihuan.loop.collect.surveys.contracts import WaveInfo

from ..errors import Refused
from ..models import OPEN, CallAttempt, CallTarget, Script
from ..queries.calls import own_customers, script_of, wave_of
from ..rights import INTERVIEW, MANAGE, require_wave

State, Outcome, Source = CallTarget.State, CallAttempt.Outcome, CallTarget.Source
PURPOSE, CHANNEL = "survey", "phone"
# A call that nobody ended is taken for left after this time, so that others can go on with the customer.
LONGEST = timedelta(hours=2)
ENDS = {Outcome.REFUSED: State.REFUSED, Outcome.WRONG: State.WRONG, Outcome.DONE: State.DONE}


@dataclass(frozen=True)
class Built:
    """What became of a list: how many came onto it, were on it, and why others did not: {code: how many}."""

    added: int
    present: int
    left_out: Mapping[str, int] = field(default_factory=dict)


@transaction.atomic
def save_script(*, wave: int, opening: str, consent: str, closing: str, most_attempts: int, retry_hours: int,
                actor: User) -> Script:
    """Write what interviewers of a wave read out, and how often they call."""
    require_wave(actor, MANAGE, wave)
    script, _made = Script.objects.update_or_create(wave_id=wave, defaults={
        "opening": opening.strip(), "consent": consent.strip(), "closing": closing.strip(),
        "most_attempts": most_attempts, "retry_hours": retry_hours, "changed_by": actor})
    audit.record("collect.call_script_saved", script, actor=actor, most_attempts=most_attempts)
    return script


@uses("customers", PURPOSE)
@transaction.atomic
def build_list(*, wave: int, source: str, actor: User, now: datetime | None = None) -> Built:
    """Put customers onto a wave's list of calls: its sample, who was invited and did not answer, or key accounts.

    Who answered, refuses to be called, or has no number stays off it, each with its reason.
    """
    require_wave(actor, MANAGE, wave)
    info = _open(wave)
    done = answered(info).customers
    wanted = {one: about for one, about in _customers(info, source).items() if one not in done}
    present = set(CallTarget.objects.filter(wave_id=wave).values_list("customer", flat=True))
    fresh = [one for one in wanted if one not in present]
    bars = _bars(fresh)
    if bars:
        note_held(wave=wave, why=bars, actor=actor)
    added = [one for one in fresh if one not in bars]
    moment = now or timezone.now()
    CallTarget.objects.bulk_create([
        CallTarget(wave_id=wave, customer=one, source=source, case=wanted[one][0], agent=wanted[one][1],
                   next_at=moment, made_at=moment)
        for one in added], batch_size=500)
    audit.record_bulk("collect.call_list_built", added, ("surveys.wave", wave), actor=actor,
                      source=audit.plain(source), left_out=len(bars))
    counts = {code: list(bars.values()).count(code) for code in set(bars.values())}
    return Built(len(added), len(wanted) - len(fresh), counts)


def begin_call(*, target: CallTarget, actor: User, now: datetime | None = None) -> CallAttempt:
    """Begin to call a customer: allowed now, not called by somebody else, and not asked too often by other surveys."""
    moment = now or timezone.now()
    _require(target, actor)
    if target.is_open and responses(target.wave_id).filter(customer=target.customer, case=target.case).exists():
        _end(target, State.ANSWERED, moment)                    # so do these two, although the call is refused
        raise Refused("answered_meanwhile")
    bar = may_contact(target.customer, CHANNEL, moment, purpose=PURPOSE)
    if bar is None:
        return _begin(target, actor, moment)
    if bar.code != "hours":
        _end(target, State.BARRED, moment, reason=bar.text)
    raise Refused("may_not_call", why=bar.text)


@transaction.atomic
def _begin(target: CallTarget, actor: User, moment: datetime) -> CallAttempt:
    target = CallTarget.objects.select_for_update().get(pk=target.pk)
    _open(target.wave_id)
    if not target.is_open:
        raise Refused("call_ended")
    current = target.calls.filter(outcome="").select_related("interviewer").first()
    if current is not None and current.interviewer_id == actor.pk:
        return current
    if current is not None and current.started_at > moment - LONGEST:
        raise Refused("call_taken", who=current.interviewer)
    if current is not None:
        current.outcome, current.ended_at = Outcome.LEFT, moment
        current.save(update_fields=["outcome", "ended_at"])
    if target.next_at > moment:
        raise Refused("call_later", at=timezone.localtime(target.next_at, workspace.zone()).strftime("%Y-%m-%d %H:%M"))
    no = note_asks(wave=target.wave_id, people=[(target.customer, CHANNEL, target.case)], at=moment, actor=actor).get(
        target.customer)
    # Whom this wave asked already, by a link or an earlier call, is reminded, not asked anew.
    if no is not None and no.code != "asked":
        raise Refused("may_not_call", why=no.text)
    call = CallAttempt.objects.create(target=target, interviewer=actor, started_at=moment)
    CallTarget.objects.filter(pk=target.pk).update(attempts=target.attempts + 1)
    audit.record("collect.call_begun", target, actor=actor, customer=audit.plain(target.customer), attempt=call.pk)
    return call


@uses("customers", PURPOSE)
def reveal_number(*, call: CallAttempt, reason: str, actor: User) -> dict[str, str]:
    """Return name and number of the customer one is calling: a right, a reason and a line in the log."""
    _require(call.target, actor)
    _own_open(call, actor)
    told = reveal_customer(customer=call.target.customer, reason=reason, actor=actor)
    return {name: value for name, value in told.values.items() if name in ("name", "phone")}


@transaction.atomic
def end_call(*, call: CallAttempt, outcome: str, note: str = "", callback_at: datetime | None = None,
             no_more: bool = False, actor: User, now: datetime | None = None) -> CallTarget:
    """Say what came of a call without answers. ``no_more``: the customer does not want to be called at all."""
    moment = now or timezone.now()
    _require(call.target, actor)
    call = _own_open(call, actor)
    target = CallTarget.objects.select_for_update().get(pk=call.target_id)
    if outcome == Outcome.CALL_BACK and (callback_at is None or callback_at <= moment or may_contact(
            target.customer, CHANNEL, callback_at, purpose=PURPOSE) is not None):
        raise Refused("callback_needed")
    call.outcome, call.ended_at, call.callback_at = outcome, moment, callback_at
    call.note = mask_text(note.strip(), load_rules(workspace.home()))[:300]
    call.save(update_fields=["outcome", "ended_at", "note", "callback_at"])
    if outcome == Outcome.REFUSED and no_more:
        refuse_contact(customer=target.customer, channel=CHANNEL, reason="", actor=SystemActor("customer"))
    if outcome in ENDS:
        _end(target, ENDS[outcome], moment)
    elif outcome == Outcome.CALL_BACK:
        _later(target, State.AGAIN, callback_at or moment)
    elif target.attempts >= script_of(target.wave_id).most_attempts:
        _end(target, State.UNREACHED, moment)
    else:
        _later(target, State.WAITING, moment + timedelta(hours=script_of(target.wave_id).retry_hours))
    audit.record("collect.call_ended", target, actor=actor, customer=audit.plain(target.customer),
                 outcome=audit.plain(outcome), attempt=call.pk)
    target.refresh_from_db()
    return target


@transaction.atomic
def keep_answers(*, call: CallAttempt, answers: Mapping[str, Any], consented: bool, language: str = "zh-hans",
                 actor: User, now: datetime | None = None) -> CallTarget:
    """Keep what the customer answered, on record as entered by the interviewer (R10); ends the call as done."""
    moment = now or timezone.now()
    _require(call.target, actor)
    call = _own_open(call, actor)
    if not consented:
        raise Refused("consent_needed")
    target = CallTarget.objects.select_for_update().get(pk=call.target_id)
    target.response = submit_for(
        wave=target.wave_id, customer=target.customer, case=target.case, agent=target.agent, answers=answers,
        actor=actor, language=language,
        seconds=(moment - call.started_at).total_seconds(), now=moment)
    target.save(update_fields=["response"])
    call.outcome, call.ended_at, call.consented_at = Outcome.DONE, moment, moment
    call.save(update_fields=["outcome", "ended_at", "consented_at"])
    _end(target, State.DONE, moment)
    note_reached(customer=target.customer, wave=target.wave_id, note=_("电话访问已完成"), actor=actor)
    audit.record("collect.call_ended", target, actor=actor, customer=audit.plain(target.customer),
                 outcome=audit.plain(Outcome.DONE), attempt=call.pk)
    target.refresh_from_db()
    return target


def _require(target: CallTarget, actor: User) -> None:
    """The right over the wave, and that the customer is none whom the person served."""
    require(actor, INTERVIEW)
    require_wave(actor, INTERVIEW, target.wave_id)
    if own_customers(actor.agent_id, [target.customer]):
        raise NotAllowed(f"call {target.pk}")


def _own_open(call: CallAttempt, actor: User) -> CallAttempt:
    found = CallAttempt.objects.select_related("target").get(pk=call.pk)
    if found.outcome or found.interviewer_id != actor.pk:
        raise Refused("call_not_open")
    return found


def _open(wave: int) -> WaveInfo:
    found = wave_of(wave)
    if found.anonymous:
        raise Refused("anonymous_wave")
    if not found.open:
        raise Refused("wave_not_open")
    return found


def _customers(wave: WaveInfo, source: str) -> dict[str, tuple[str, str]]:
    """{customer: (case, agent)} of a source; the latest invitation of each."""
    if source == Source.NO_ANSWER:
        waiting = invitations(wave.id, state="sent").filter(finished_at=None).order_by("sent_at")
        return {one: (case, agent) for one, case, agent in waiting.values_list("customer", "case", "agent")}
    drawing = draw_in_force(wave.id)
    if drawing is None:
        raise Refused("no_sample")
    if source == Source.CHASE:
        return dict.fromkeys(chase_members(drawing, answered(wave)).values_list("customer", flat=True), ("", ""))
    return dict.fromkeys((one.customer for one in drawn_of(wave.id)), ("", ""))


def _bars(customers: list[str]) -> dict[str, str]:
    """Why customers cannot be called at all: {customer: code of the report of who was not asked}."""
    blocked, reached = blocked_customers(workspace.home()), contacts_of(customers)
    found = {one: "no_address" for one in customers if not reached.get(one, {}).get("phone")}
    for customer, channel, code in contact_bars(timezone.now(), purpose=PURPOSE, customers=customers):
        if channel in ("", CHANNEL):
            found[customer] = code
    return found | {one: "blocked" for one in customers if one in blocked}


def _end(target: CallTarget, state: str, moment: datetime, *, reason: str = "") -> None:
    CallTarget.objects.filter(pk=target.pk, state__in=OPEN).update(state=state, ended_at=moment, reason=reason[:200])


def _later(target: CallTarget, state: str, moment: datetime) -> None:
    CallTarget.objects.filter(pk=target.pk).update(state=state, next_at=moment)
