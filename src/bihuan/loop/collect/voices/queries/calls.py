"""Who is to be called, within what a person may see: never customers of the person's own cases (R10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.core.models import User
from bihuan.core.rights import can
from bihuan.engine.facts.privacy import mask_field
from bihuan.loop.collect.answering.queries.contacts import contacts_of
from bihuan.loop.collect.surveys.contracts import WaveInfo
from bihuan.loop.collect.surveys.queries import wave_info, waves_for
from bihuan.loop.collect.surveys.rights import wave_for

from ..models import OPEN, CallAttempt, CallTarget, Script
from ..rights import ANY, INTERVIEW, MANAGE, found_or_hidden, own
from .session import ask
from .shares import Share

State = CallTarget.State
# Calls that ended because of what the customer, or nobody, said at the telephone: the denominator of the share.
OVER = (State.DONE, State.REFUSED, State.WRONG, State.UNREACHED)
OPENING = _("您好，我是{company}的访问员，{interviewer}。我们想了解您最近一次使用服务的感受，"
            "大约需要 5 分钟。您现在方便吗？")
CONSENT = _("您的回答只用于改进服务，由访问员代为录入并留下记录；您可以不回答任何一题，也可以随时停止，"
            "不影响您享有的服务。您同意接受访问吗？")
CLOSING = _("访问到此结束，谢谢您的时间。如果以后不希望再接到这类电话，请现在告诉我。")


@dataclass(frozen=True)
class WaveCalls(Share):
    """How far the calls of a wave are; ``share`` of the customers whose calls are over were interviewed."""

    wave: WaveInfo
    listed: int = 0
    due: int = 0
    done: int = 0
    over: int = 0
    attempts: int = 0


def targets_for(user: User, wave: int) -> QuerySet[CallTarget]:
    """Return the customers of a wave's list that the person may see; NotAllowed outside their reach."""
    wave_for(user, wave, *_held(user))
    found = CallTarget.objects.filter(wave_id=wave)
    if not own(user):
        return found
    served = own_customers(own(user), found.values_list("customer", flat=True))
    return found.exclude(customer__in=served)


def target_for(user: User, pk: int) -> CallTarget:
    """Return one customer of a list; of the person's own cases it is as if there were none."""
    wave = found_or_hidden(CallTarget.objects.filter(pk=pk).only("wave_id").first(), f"call {pk}").wave_id
    return found_or_hidden(targets_for(user, wave).filter(pk=pk).first(), f"call {pk}")


def own_customers(agent: str, customers: Iterable[str]) -> set[str]:
    """Return those of some customers whom an agent ever served: owned, answered, or had the case for a while."""
    wanted = sorted(set(customers))
    if not agent or not wanted:
        return set()
    listed = "customer IN (SELECT unnest($2::VARCHAR[]))"
    rows = ask(f"SELECT DISTINCT customer FROM fact_case WHERE {listed} AND $1 IN (agent, responder, answerer) "
               f"UNION SELECT DISTINCT customer FROM fact_segment WHERE {listed} AND agent = $1", [agent, wanted])
    return {row["customer"] for row in rows}


def agents_of(customer: str) -> set[str]:
    """Return the agents who ever served a customer, by the same rows as ``own_customers``."""
    rows = ask("SELECT unnest([agent, responder, answerer]) AS agent FROM fact_case WHERE customer = $1 "
               "UNION SELECT agent FROM fact_segment WHERE customer = $1", [customer]) if customer else []
    return {row["agent"] for row in rows if row["agent"]}


def waves_to_call(user: User) -> list[WaveCalls]:
    """Return the waves the person may call for that are open or have a list, with how far each is."""
    waves = {wave.id: wave for permission in _held(user) for wave in waves_for(user, permission)}
    lines = counts(waves.values())
    return [line for line in lines if line.listed or (line.wave.open and not line.wave.anonymous)]


def counts(waves: Iterable[WaveInfo]) -> list[WaveCalls]:
    """Return how far the calls of waves are, in two questions."""
    listed = list(waves)
    numbers, now = [wave.id for wave in listed], timezone.now()
    told = {row["wave_id"]: row for row in CallTarget.objects.filter(wave_id__in=numbers).order_by().values(
        "wave_id").annotate(
            n=Count("pk"), due=Count("pk", filter=Q(state__in=OPEN, next_at__lte=now)),
            done=Count("pk", filter=Q(state=State.DONE)), over=Count("pk", filter=Q(state__in=OVER)))}
    calls = dict(CallAttempt.objects.filter(target__wave_id__in=numbers).exclude(outcome="").order_by().values_list(
        "target__wave_id").annotate(n=Count("pk")))
    return [WaveCalls(wave, row["n"], row["due"], row["done"], row["over"], calls.get(wave.id, 0))
            if (row := told.get(wave.id)) else WaveCalls(wave) for wave in listed]


def states(targets: QuerySet[CallTarget]) -> list[tuple[str, str, int]]:
    """Return (state, its name, how many) of a list."""
    found = dict(targets.order_by().values_list("state").annotate(n=Count("pk")))
    return [(value, str(label), found.get(value, 0)) for value, label in State.choices]


def next_due(user: User, wave: int, now: datetime) -> CallTarget | None:
    """Return whom to call next: appointments first, then key accounts, then who was called least."""
    due = targets_for(user, wave).filter(state__in=OPEN, next_at__lte=now).exclude(calls__outcome="")
    first = Case(When(state=State.AGAIN, then=0), When(source=CallTarget.Source.CHASE, then=1), default=2)
    return due.order_by(first, "attempts", "next_at", "pk").first()


def script_of(wave: int) -> Script:
    """Return what is read out; the shipped words where nobody wrote others."""
    return Script.objects.filter(wave_id=wave).first() or Script(
        wave_id=wave, opening=str(OPENING), consent=str(CONSENT), closing=str(CLOSING))


def open_call(target: CallTarget) -> CallAttempt | None:
    return target.calls.filter(outcome="").select_related("interviewer").first()


def masked_phone(customer: str) -> str:
    """Return a customer's number as everybody may see it, empty when none is known."""
    number = contacts_of([customer]).get(customer, {}).get("phone", "")
    return mask_field(number, "mobile") or ""


def wave_of(number: int) -> WaveInfo:
    found = wave_info(number)
    if found is None:
        raise LookupError(f"wave {number}")
    return found


def _held(user: User) -> tuple[str, ...]:
    return tuple(permission for permission in ANY if can(user, permission)) or (INTERVIEW, MANAGE)
