"""The calls of a round: who gets which customers, each call from its beginning to what was said."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.services import may_contact, refuse_contact, reveal_customer
from bihuan.core.rights import NotAllowed, SystemActor, can
from bihuan.loop.collect.samples.services import note_asks
from bihuan.loop.collect.voices.queries.calls import own_customers

from ..contracts import PURPOSE, Way
from ..errors import Refused
from ..models import OPEN, Attempt, BusinessOutcome, Round, Target
from ..queries.masking import masked
from ..rights import CALL, inside, may_run, require_run
from .telling import tell_caller

State, Outcome = Target.State, Attempt.Outcome
# A call that nobody ended is taken for left after this time, so that others can go on with the customer.
LONGEST = timedelta(hours=2)
ENDS = {Outcome.REFUSED: State.REFUSED, Outcome.WRONG: State.WRONG}


@transaction.atomic
def assign_targets(*, round_: Round, caller: User, count: int, actor: User) -> int:
    """Give a caller customers nobody has yet, in their order; returns how many. Refused for one of the department."""
    require_run(actor, round_.unit_code)
    require_open(round_)
    require_caller(round_, caller)
    free = Target.objects.filter(round=round_, state__in=OPEN, caller=None)
    own = own_customers(caller.agent_id, free.values_list("customer", flat=True))
    chosen = list(free.exclude(customer__in=own).values_list("pk", flat=True)[:count])
    if not chosen:
        raise Refused("nobody_to_assign")
    given = Target.objects.filter(pk__in=chosen, caller=None).update(caller=caller)
    tell_caller(round_, caller, given)
    audit.record("verify.callbacks_assigned", round_, actor=actor, caller=caller.pk, count=given)
    return given


def require_caller(round_: Round, person: User) -> None:
    """Raise Refused unless a person may call for a round: with the right, and outside the measure's department."""
    if not can(person, CALL):
        raise Refused("caller_no_right", who=person)
    if inside(person, round_.measure):
        raise Refused("caller_inside", who=person)


def begin_call(*, target: Target, actor: User, now: datetime | None = None) -> Attempt:
    """Begin to call a customer: one's own task, allowed now, and not asked too often by anything else."""
    moment = now or timezone.now()
    _require(target, actor)
    bar = may_contact(target.customer, target.round.channel, moment, purpose=PURPOSE)
    if bar is not None and bar.code != "hours":
        _close(target, State.BARRED, why=bar.code)          # stays, although the call is refused
    if bar is not None:
        raise Refused("may_not_call", why=bar.text)
    return _begin(target, actor, moment)


@transaction.atomic
def _begin(target: Target, actor: User, moment: datetime) -> Attempt:
    target = Target.objects.select_for_update(of=("self",)).select_related("round").get(pk=target.pk)
    require_open(target.round)
    if not target.is_open:
        raise Refused("call_ended")
    current = target.calls.filter(outcome="").select_related("caller").first()
    if current is not None and current.caller_id == actor.pk:
        return current
    if current is not None and current.started_at > moment - LONGEST:
        raise Refused("call_taken", who=current.caller)
    if current is not None:
        current.outcome, current.ended_at = Outcome.LEFT, moment
        current.save(update_fields=["outcome", "ended_at"])
    if target.next_at is not None and target.next_at > moment:
        raise Refused("call_later", at=timezone.localtime(target.next_at, workspace.zone()).strftime("%Y-%m-%d %H:%M"))
    note_ask(target, moment, actor)
    call = Attempt.objects.create(target=target, caller=actor, started_at=moment)
    Target.objects.filter(pk=target.pk).update(attempts=target.attempts + 1, caller=actor)
    audit.record("verify.callback_begun", target, actor=actor, customer=audit.plain(target.customer), attempt=call.pk)
    return call


def note_ask(target: Target, moment: datetime, actor: User) -> None:
    """Note that a customer is asked; Refused inside the quiet period of anything else that asked them."""
    about = f"callbacks:{target.round_id}"
    no = note_asks(wave=None, people=[(target.customer, target.round.channel, about)], at=moment, actor=actor).get(
        target.customer)
    # Whom this round asked already is called again, not asked anew.
    if no is not None and no.code != "asked":
        raise Refused("may_not_call", why=no.text)


def reveal_number(*, call: Attempt, reason: str, actor: User) -> dict[str, str]:
    """Return name and number of the customer one is calling: a right, a reason and a line in the log."""
    _require(call.target, actor)
    _own_open(call, actor)
    told = reveal_customer(customer=call.target.customer, reason=reason, actor=actor)
    return {name: value for name, value in told.values.items() if name in ("name", "phone")}


@transaction.atomic
def end_call(*, call: Attempt, outcome: str, note: str = "", later_at: datetime | None = None, no_more: bool = False,
             actor: User, now: datetime | None = None) -> Target:
    """Say what came of a call without feedback. ``no_more``: the customer does not want to be called at all."""
    moment = now or timezone.now()
    _require(call.target, actor)
    require_open(call.target.round)
    call = _own_open(call, actor)
    target = Target.objects.select_for_update(of=("self",)).select_related("round").get(pk=call.target_id)
    if outcome == Outcome.LATER and (later_at is None or later_at <= moment or may_contact(
            target.customer, target.round.channel, later_at, purpose=PURPOSE) is not None):
        raise Refused("callback_needed")
    call.outcome, call.ended_at, call.later_at = outcome, moment, later_at
    call.note = masked(note)[:300]
    call.save(update_fields=["outcome", "ended_at", "later_at", "note"])
    if outcome == Outcome.REFUSED and no_more:
        refuse_contact(customer=target.customer, channel=target.round.channel, reason="",
                       actor=SystemActor("customer"))
    if outcome in ENDS:
        _close(target, ENDS[Outcome(outcome)])
    elif outcome == Outcome.LATER:
        Target.objects.filter(pk=target.pk).update(state=State.AGAIN, next_at=later_at)
    elif target.attempts >= target.round.most_attempts:
        _close(target, State.UNREACHED)
    else:
        Target.objects.filter(pk=target.pk).update(
            state=State.WAITING, next_at=moment + timedelta(hours=target.round.retry_hours))
    audit.record("verify.callback_ended", target, actor=actor, customer=audit.plain(target.customer),
                 outcome=audit.plain(outcome), attempt=call.pk)
    target.refresh_from_db()
    return target


@transaction.atomic
def keep_feedback(*, call: Attempt, score: int, opinion: str = "", improve: str = "", remark: str = "", actor: User,
                  now: datetime | None = None) -> Target:
    """Keep what the customer said: the line of form (五); ends the call as done."""
    moment = now or timezone.now()
    _require(call.target, actor)
    require_open(call.target.round)
    call = _own_open(call, actor)
    if not 1 <= score <= 5:
        raise Refused("score_needed")
    target = Target.objects.select_for_update(of=("self",)).select_related("round").get(pk=call.target_id)
    write_feedback(target, day=timezone.localdate(moment, workspace.zone()), score=score, opinion=opinion,
                   improve=improve, remark=remark, way=Way.CALL, actor=actor)
    call.outcome, call.ended_at = Outcome.DONE, moment
    call.save(update_fields=["outcome", "ended_at"])
    audit.record("verify.callback_ended", target, actor=actor, customer=audit.plain(target.customer),
                 outcome=audit.plain(Outcome.DONE), attempt=call.pk)
    return target


def write_feedback(target: Target, *, day: date, score: int, opinion: str, improve: str, remark: str,
                   way: str, actor: User) -> None:
    """Set the line of form (五) of one customer; personal data in what was said are masked before it is kept."""
    target.called_on, target.score, target.improve = day, score, improve
    target.opinion, target.remark = masked(opinion), masked(remark)[:300]
    target.state, target.entered_by, target.caller, target.way = State.DONE, actor, target.caller or actor, way
    target.save(update_fields=["called_on", "score", "improve", "opinion", "remark", "state", "entered_by", "caller",
                               "way"])


@transaction.atomic
def record_benefit(*, target: Target, kind: str, note: str = "", actor: User) -> BusinessOutcome:
    """Record what came of it for the business with one customer: by their caller or who runs the round."""
    if not can(actor, CALL) or (target.caller_id != actor.pk and not may_run(actor, target.round.unit_code)):
        raise NotAllowed(f"benefit {target.pk}")
    made = BusinessOutcome.objects.create(target=target, kind=kind, note=masked(note)[:300], by=actor)
    audit.record("verify.benefit_recorded", target, actor=actor, customer=audit.plain(target.customer),
                 kind=audit.plain(kind))
    return made


def _require(target: Target, actor: User) -> None:
    """The right, the task, the person's distance to the measure, and that they never served the customer (R10)."""
    if not can(actor, CALL) or own_customers(actor.agent_id, [target.customer]):
        raise NotAllowed(f"call {target.pk}")
    if target.caller_id not in (None, actor.pk):
        raise Refused("not_yours")
    if target.caller_id is None and not may_run(actor, target.round.unit_code):
        raise NotAllowed(f"call {target.pk}")
    require_caller(target.round, actor)


def _own_open(call: Attempt, actor: User) -> Attempt:
    found = Attempt.objects.select_related("target").get(pk=call.pk)
    if found.outcome or found.caller_id != actor.pk:
        raise Refused("call_not_open")
    return found


def require_open(round_: Round) -> None:
    """Raise Refused unless the round is open, and keep it so until the transaction ends: a result that was computed
    must not change any more."""
    if not Round.objects.select_for_update().filter(pk=round_.pk, state=Round.State.OPEN).exists():
        raise Refused("round_closed")


def _close(target: Target, state: str, *, why: str = "") -> None:
    Target.objects.filter(pk=target.pk, state__in=OPEN).update(state=state, why=why)
