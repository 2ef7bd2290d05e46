"""Writing plans: made, cut into phases that hold measures, phases finished, late ones told of, the plan closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.rights import NotAllowed, can, require
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.improve.measures.services import step_of, told_too
from bihuan.loop.improve.measures.services.carrying import today

from .models import CHANGE, VIEW, Phase, Plan
from .rights import may_finish


class PlanError(ValueError):
    """Why something cannot be done with a plan; ``field`` names the field it is about."""

    code = "plan_refused"

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


@dataclass(frozen=True)
class Words:
    """A phase as somebody writes it."""

    title: str
    deliverable: str
    owner: User
    starts_on: date
    due_on: date


@transaction.atomic
def make_plan(*, title: str, goal: str, unit_code: str, owner: User, actor: User) -> Plan:
    """Make a plan. Raises PlanError; NotAllowed for a unit beyond the person's reach."""
    row = Plan(title=title.strip(), goal=goal.strip(), unit_code=unit_code, owner=owner, created_by=actor)
    require(actor, CHANGE, row)
    _checked(row)
    row.save()
    audit.record("improve.plan_made", row, actor=actor, title=row.title, owner=owner.pk)
    return row


@transaction.atomic
def change_plan(*, plan: Plan, title: str, goal: str, owner: User, actor: User) -> Plan:
    """Change what a plan says; its unit stays."""
    row = _held(plan, actor)
    row.title, row.goal, row.owner = title.strip(), goal.strip(), owner
    _checked(row)
    row.save(update_fields=["title", "goal", "owner"])
    audit.record("improve.plan_changed", row, actor=actor, title=row.title, owner=owner.pk)
    return row


def _checked(row: Plan) -> None:
    if not row.title:
        raise PlanError(_("请写计划的名称。"), field="title")
    if len(row.goal) < 4:
        raise PlanError(_("请写目标：哪个指标从多少到多少，到什么时候。"), field="goal")
    if not row.owner.is_active or not can(row.owner, VIEW):
        raise PlanError(_("总负责人须是在用的账号，并能查看改进措施。"), field="owner")


@transaction.atomic
def save_phase(*, plan: Plan, words: Words, measures: Iterable[Measure], actor: User, phase: Phase | None = None
               ) -> Phase:
    """Add a phase, or change one; its measures are those given and those of it that the person does not see."""
    held = _held(plan, actor)
    if phase is not None and phase.plan_id != held.pk:
        raise NotAllowed(f"phase {phase.pk}")
    if phase is not None and phase.done_on is not None:
        raise PlanError(_("这个阶段已经完成，不能再改。"))
    if not words.title.strip() or not words.deliverable.strip():
        raise PlanError(_("请写阶段的名称和交付物。"), field="deliverable")
    if words.due_on < words.starts_on:
        raise PlanError(_("计划完成不能早于计划开始。"), field="due_on")
    if not words.owner.is_active or not can(words.owner, VIEW):
        raise PlanError(_("责任人须是在用的账号，并能查看改进措施。"), field="owner")
    chosen = {one.pk for one in measures}
    seen = set(Measure.objects.for_user(actor).values_list("pk", flat=True))
    if chosen - seen:
        raise NotAllowed("measure")
    row = phase or Phase(plan=held)
    row.title, row.deliverable, row.owner = words.title.strip(), words.deliverable.strip(), words.owner
    row.starts_on, row.due_on = words.starts_on, words.due_on
    row.save()
    hidden = {one.pk for one in row.measures.all()} - seen
    row.measures.set(chosen | hidden)
    audit.record("improve.phase_saved", held, actor=actor, phase=row.pk, starts=row.starts_on, due=row.due_on,
                 measures=",".join(str(pk) for pk in sorted(chosen | hidden)))
    return row


@transaction.atomic
def finish_phase(*, phase: Phase, delivered: str, actor: User, on: date | None = None) -> Phase:
    """Note that a phase has delivered; every measure of it must be done or withdrawn."""
    row = Phase.objects.select_for_update(of=("self",)).select_related("plan").get(pk=phase.pk)
    if not may_finish(actor, row):
        raise NotAllowed(f"phase {phase.pk}")
    if row.done_on is not None or row.plan.closed_on is not None:
        raise PlanError(_("这个阶段或整个计划已经结束。"))
    if len(delivered.strip()) < 4:
        raise PlanError(_("请写交付了什么、放在哪里。"), field="delivered")
    left = row.measures.exclude(state__in=("done", "verified", "withdrawn")).count()
    if left:
        raise PlanError(_("还有 {count} 项措施没有完成，阶段不能结束。").format(count=left), field="delivered")
    row.done_on, row.delivered = on or today(), delivered.strip()[:500]
    row.save(update_fields=["done_on", "delivered"])
    audit.record("improve.phase_finished", row.plan, actor=actor, phase=row.pk, on=row.done_on)
    return row


@transaction.atomic
def remove_phase(*, phase: Phase, actor: User) -> None:
    """Take away a phase that is not finished; its measures stay as they are."""
    plan = _held(phase.plan, actor)
    if phase.done_on is not None:
        raise PlanError(_("已结束的阶段不能删除。"))
    audit.record("improve.phase_removed", plan, actor=actor, phase=phase.pk, title=phase.title)
    phase.delete()


@transaction.atomic
def close_plan(*, plan: Plan, closing: str, actor: User) -> Plan:
    """Close a plan with a word on what came of it; unfinished phases are allowed, and named in it."""
    row = _held(plan, actor)
    if len(closing.strip()) < 4:
        raise PlanError(_("请写计划结束时达到了什么，没完成的为什么不做了。"), field="closing")
    row.closed_on, row.closing = today(), closing.strip()[:500]
    row.save(update_fields=["closed_on", "closing"])
    audit.record("improve.plan_closed", row, actor=actor, closing=row.closing)
    return row


def _held(plan: Plan, actor: User) -> Plan:
    row: Plan = Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    require(actor, CHANGE, row)
    if row.closed_on is not None:
        raise PlanError(_("计划已结束，不能再改。"))
    return row


def watch_plans(*, on: date | None = None) -> int:
    """Tell of phases that are due soon or late, as measures do: later, more people; returns how many notices.

    May be run as often as wanted: each step of each phase is told once. Measures of a phase tell of themselves.
    """
    day = on or today()
    waiting = Phase.objects.filter(done_on=None, plan__closed_on=None).select_related("plan__owner", "owner")
    return sum(_tell(phase, (phase.due_on - day).days) for phase in waiting)


@transaction.atomic
def _tell(phase: Phase, days: int) -> bool:
    step, late, plan = step_of(days), -days, phase.plan
    if not step:
        return False
    right = told_too(late)
    words = {"plan": plan, "phase": phase, "days": abs(days)}
    about = About("plans.plan", str(plan.pk), reverse("plans:plan", args=[plan.pk]), plan.unit_code)
    return notify("measure_late" if late > 0 else "measure_due", about=about, right=right,
                  title=lambda: (_("%(plan)s：阶段“%(phase)s”已逾期 %(days)d 天") if late > 0
                                 else _("%(plan)s：阶段“%(phase)s” %(days)d 天后到期")) % words,
                  text=lambda: _("责任人 %(name)s，计划完成 %(due)s。") % {"name": phase.owner, "due": phase.due_on},
                  to=[phase.owner, plan.owner] if late > 0 else [phase.owner],
                  key=f"phase:{phase.pk}:{phase.due_on}:{step}") is not None
