"""Rounds as their pages show them: the funnel, the lists, whom to call next, what came of it for the business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can
from bihuan.engine.facts.privacy import mask_field
from bihuan.engine.stats.proportions import wilson
from bihuan.loop.collect.answering.queries.contacts import contacts_of
from bihuan.loop.collect.samples.contracts import REASONS
from bihuan.loop.collect.voices.queries.calls import own_customers

from ..contracts import EXCLUDED, Benefit, Group
from ..models import OPEN, Attempt, BusinessOutcome, Round, SetAside, Target
from ..rights import CALL, rounds_for, target_for

State = Target.State
SPOKE = Exists(Attempt.objects.filter(target=OuterRef("pk"), outcome__in=("later", "refused", "done")))
NEWEST = Subquery(BusinessOutcome.objects.filter(target=OuterRef("pk")).order_by("-at", "-pk").values("kind")[:1])
# The steps of the funnel; the list behind each number is asked for by its name.
STEPS: dict[str, Q] = {
    "found": Q(), "called": ~Q(state=State.LISTED), "tried": Q(attempts__gt=0) | Q(state=State.DONE),
    "reached": Q(spoke=True) | Q(state=State.DONE), "done": Q(state=State.DONE), "left": Q(state__in=OPEN)}
STEPS_CALLED = tuple(name for name in STEPS if name != "found")


@dataclass(frozen=True)
class Funnel:
    """How far one side is: found by the rule, to be called, tried, reached, with feedback."""

    group: str
    label: str
    found: int
    called: int
    tried: int
    reached: int
    done: int
    left: int

    @property
    def share(self) -> float | None:
        return self.done / self.called if self.called else None

    @property
    def interval(self) -> tuple[float, float] | None:
        if not self.called:
            return None
        low, high = wilson(self.done, self.called)
        return float(low), float(high)


@dataclass(frozen=True)
class RoundLine:
    """One round of the list."""

    round: Round
    called: int
    done: int
    left: int


def lines_for(user: User) -> QuerySet[Round]:
    """Return the rounds a person sees, with how far each is."""
    return rounds_for(user).select_related("measure__accountable", "opened_by").annotate(
        called=Count("targets", filter=~Q(targets__state=State.LISTED)),
        done=Count("targets", filter=Q(targets__state=State.DONE)),
        left=Count("targets", filter=Q(targets__state__in=OPEN)))


def tasks_of(user: User) -> QuerySet[Target]:
    """Return the customers assigned to a caller that are still to be called, in their order."""
    if not can(user, CALL):
        return Target.objects.none()
    return Target.objects.filter(caller=user, state__in=OPEN, round__state=Round.State.OPEN).select_related("round")


def next_task(user: User, now: datetime) -> Target | None:
    """Return whom a caller is to call next: appointments that are due, then by tier and term."""
    due = tasks_of(user).filter(next_at__lte=now).exclude(customer__in=own_customers(
        user.agent_id, tasks_of(user).values_list("customer", flat=True)))
    return due.filter(state=State.AGAIN).order_by("next_at").first() or due.order_by(
        "priority", "due_at", "attempts", "pk").first()


def task_for(user: User, pk: int) -> Target:
    """Return a customer whom a person may call or look at; of the person's own cases it is as if there were none."""
    found = target_for(user, pk)
    if own_customers(user.agent_id, [found.customer]):
        raise NotAllowed(f"target {pk}")
    return found


def funnels(round_: Round) -> list[Funnel]:
    """Return how far each side of a round is, in one question."""
    told = {row["group"]: row for row in Target.objects.filter(round=round_).annotate(spoke=SPOKE).order_by().values(
        "group").annotate(**{f"n_{name}": Count("pk", filter=step) for name, step in STEPS.items()})}
    return [Funnel(value, str(label), *(told.get(value, {}).get(f"n_{name}", 0) for name in STEPS))
            for value, label in Group.choices]


def reasons_of(round_: Round) -> list[tuple[str, str, int, int]]:
    """Return (code, why, affected, others) of who is on the list and not called, as frozen when it was opened."""
    affected, others = (round_.found.get(group, {}) for group in Group.values)
    return [(code, why_label(code), affected.get(code, 0), others.get(code, 0))
            for code in dict.fromkeys((*REASONS, *EXCLUDED)) if code in affected or code in others]


def why_label(code: str) -> str:
    return str(EXCLUDED.get(code) or REASONS.get(code) or code)


@dataclass(frozen=True)
class Wanted:
    """Which customers of a round are asked for; what is empty asks for all."""

    step: str = ""
    state: str = ""
    group: str = ""
    caller: str = ""
    why: str = ""
    benefit: str = ""


def targets_of(round_: Round, user: User, wanted: Wanted) -> QuerySet[Target]:
    """Return the customers of a round, those to be called first, without those whom the reader served."""
    found = Target.objects.filter(round=round_).select_related("caller").annotate(spoke=SPOKE, newest=NEWEST)
    own = own_customers(user.agent_id, found.values_list("customer", flat=True)) if user.agent_id else set()
    found = found.exclude(customer__in=own) if own else found
    found = found.filter(STEPS.get(wanted.step, Q()))
    for field, value in (("state", wanted.state), ("group", wanted.group), ("why", wanted.why),
                         ("newest", wanted.benefit)):
        found = found.filter(**{field: value}) if value else found
    if wanted.caller == "none":
        found = found.filter(caller=None, state__in=OPEN)
    return found.order_by(Case(When(state=State.LISTED, then=1), default=0), "priority", "due_at", "pk")


def form_targets(round_: Round) -> QuerySet[Target]:
    """Return the customers of form (五): all who are or were to be called, in an order that tells nobody's side."""
    return Target.objects.filter(round=round_).exclude(state=State.LISTED).select_related("round").order_by(
        "priority", "pk")


def open_call(target: Target) -> Attempt | None:
    return target.calls.filter(outcome="").select_related("caller").first()


def masked_phone(customer: str) -> str:
    """Return a customer's number as everybody may see it, empty when none is known."""
    return mask_field(contacts_of([customer]).get(customer, {}).get("phone", ""), "mobile") or ""


@dataclass(frozen=True)
class BenefitLine:
    """One business outcome counted: by side, of those with any outcome."""

    kind: str
    label: str
    affected: int
    others: int


def benefits_of(round_: Round) -> tuple[list[BenefitLine], int, int]:
    """Return the newest outcome of each customer counted, and how many customers of each side have one."""
    newest: dict[int, tuple[str, str]] = {}
    for pk, group, kind in BusinessOutcome.objects.filter(target__round=round_).order_by("at", "pk").values_list(
            "target_id", "target__group", "kind"):
        newest[pk] = (group, kind)
    told = list(newest.values())
    lines = [BenefitLine(value, str(label), told.count((Group.AFFECTED, value)), told.count((Group.COMPARISON, value)))
             for value, label in Benefit.choices]
    return [one for one in lines if one.affected or one.others], *(
        sum(group == side for group, _kind in told) for side in Group.values)  # type: ignore[return-value]


def set_aside_of(round_: Round) -> list[SetAside]:
    return list(SetAside.objects.filter(round=round_).select_related("by")[:200])
