"""A measure is carried out: begun, followed week by week, proven, accepted, done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import Unit, User
from bihuan.core.queries import unit_names
from bihuan.core.rights import Actor

from ..contracts import EVIDENCE_KINDS, KINDS
from ..models import Acceptance, Measure, Milestone, Progress
from ..rights import VIEW, may_accept, may_report, require_change, require_that
from .alerts import tell_step
from .errors import MeasureError
from .writing import CLOSED, State, locked


def today() -> date:
    """Return the day in the workspace's zone."""
    return timezone.localdate(timezone.now(), workspace.zone())


@transaction.atomic
def start_measure(*, measure: Measure, actor: Actor, on: date | None = None) -> Measure:
    """Begin an approved measure. ``on``: the day it began, where it is entered later."""
    measure = _reportable(measure, actor)
    if measure.state != State.APPROVED:
        raise MeasureError(_("批准之后才能开始执行。"))
    measure.state, measure.started_on = State.RUNNING, on or today()
    measure.save(update_fields=["state", "started_on"])
    audit.record("improve.measure_started", measure, actor=actor, on=measure.started_on)
    return measure


@transaction.atomic
def add_milestone(*, measure: Measure, title: str, due_on: date, owner: User, actor: Actor,
                  deliverable: str = "") -> Milestone:
    """Add a phase with what it delivers, its day and its owner."""
    measure = locked(measure)
    require_change(actor, measure)
    if not measure.is_open or measure.state == State.DONE:
        raise MeasureError(_("措施已完成或撤回，不能再加阶段。"))
    made = Milestone.objects.create(measure=measure, title=title, deliverable=deliverable, owner=owner, due_on=due_on)
    audit.record("improve.milestone_added", measure, actor=actor, milestone=made.pk, due=due_on)
    return made


@transaction.atomic
def reach_milestone(*, milestone: Milestone, actor: Actor, on: date | None = None) -> Milestone:
    """Note that a phase is done; its own owner may do so too."""
    measure = locked(milestone.measure)
    own = isinstance(actor, User) and milestone.owner_id == actor.pk
    require_that(may_report(actor, measure) or own, "milestone")
    if milestone.done_on:
        raise MeasureError(_("这个阶段已经完成。"))
    milestone.done_on = on or today()
    milestone.save(update_fields=["done_on"])
    audit.record("improve.milestone_reached", measure, actor=actor, milestone=milestone.pk, on=milestone.done_on)
    return milestone


@transaction.atomic
def report_progress(*, measure: Measure, share: int, text: str, actor: User, difficulty: str = "",
                    adjustment: str = "", on: date | None = None) -> Progress:
    """Report one week: how far, what was difficult, what was adjusted. What was reported stays; a second report of
    the week is a further line."""
    measure = _reportable(measure, actor)
    if measure.state not in (State.APPROVED, State.RUNNING):
        raise MeasureError(_("措施不在执行中，不能填报进展。"))
    if not 0 <= share <= 100:
        raise MeasureError(_("完成百分比为 0 至 100。"), field="share")
    if not text.strip():
        raise MeasureError(_("请写明本周进展。"), field="text")
    day = on or today()
    made = Progress.objects.create(measure=measure, week=day - timedelta(days=day.weekday()), share=share,
                                   text=text.strip(), difficulty=difficulty.strip(), adjustment=adjustment.strip(),
                                   by=actor)
    if measure.state == State.APPROVED:
        start_measure(measure=measure, actor=actor, on=on)
    audit.record("improve.progress_reported", measure, actor=actor, week=made.week, share=share)
    return made


@transaction.atomic
def note_use(*, measure: Measure, actor: Actor, budget: float | None = None, staff: float | None = None) -> Measure:
    """Note how much of the budget and how many people a measure has used so far."""
    measure = _reportable(measure, actor)
    if measure.state in CLOSED:
        raise MeasureError(_("措施已关闭或撤回，不能再改。"), field="budget")
    if any(used is not None and used < 0 for used in (budget, staff)):
        raise MeasureError(_("实际使用不能小于 0。"), field="budget")
    measure.budget = measure.budget | {"used": budget}
    measure.staff = measure.staff | {"used": staff}
    measure.save(update_fields=["budget", "staff"])
    audit.record("improve.use_noted", measure, actor=actor, budget=budget, staff=staff)
    return measure


@transaction.atomic
def ask_acceptance(*, measure: Measure, units: Iterable[tuple[str, str]], actor: Actor) -> list[Acceptance]:
    """Name the other departments, each with its duty, that must accept the measure; those named before stay."""
    measure = locked(measure)
    require_change(actor, measure)
    if measure.state in (State.DONE, State.VERIFIED, State.WITHDRAWN):
        raise MeasureError(_("措施已完成或撤回，不能再加验收部门。"))
    made = []
    for code, duty in units:
        if code == measure.unit_code:
            raise MeasureError(_("责任部门不能为自己验收：请选择其他部门。"), field="unit")
        if not Unit.objects.filter(code=code).exists():
            raise MeasureError(_("请选择验收部门。"), field="unit")
        made.append(Acceptance.objects.update_or_create(
            measure=measure, unit_code=code, defaults={"duty": duty.strip()})[0])
    for one in made:
        tell_step(measure, lambda: _("请贵部门验收"), right=VIEW, unit=one.unit_code, key=f"accept:{one.unit_code}")
    audit.record("improve.acceptance_asked", measure, actor=actor, departments=[one.unit_code for one in made])
    return made


@transaction.atomic
def accept_measure(*, acceptance: Acceptance, accepted: bool, actor: Actor, note: str = "") -> Acceptance:
    """Say for a department whether a measure is carried out as agreed; a refusal says why."""
    measure = locked(acceptance.measure)
    require_that(may_accept(actor, acceptance), "accept")
    if measure.state not in (State.APPROVED, State.RUNNING):
        raise MeasureError(_("措施不在执行中，不能验收。"))
    if not accepted and not note.strip():
        raise MeasureError(_("不通过请写明原因。"), field="note")
    acceptance.verdict = Acceptance.Verdict.ACCEPTED if accepted else Acceptance.Verdict.REFUSED
    acceptance.user = actor if isinstance(actor, User) else None
    acceptance.at, acceptance.note = timezone.now(), note.strip()
    acceptance.save(update_fields=["verdict", "user", "at", "note"])
    audit.record("improve.measure_accepted", measure, actor=actor, department=audit.plain(acceptance.unit_code),
                 accepted=accepted)
    unit = unit_names().get(acceptance.unit_code, acceptance.unit_code)
    tell_step(measure, lambda: (_("{unit} 验收通过") if accepted else _("{unit} 验收不通过（{note}）")).format(
        unit=unit, note=acceptance.note),
              to={measure.accountable, *measure.helpers.all()},
              key=f"accepted:{acceptance.pk}:{acceptance.at.isoformat()}")
    return acceptance


@transaction.atomic
def complete_measure(*, measure: Measure, change_on: date, actor: Actor, delay_reason: str = "",
                     on: date | None = None) -> Measure:
    """Note that a measure is carried out, with the first day of the new way; it is now up for its verdict.

    Raises MeasureError while proof of its kind or a department's acceptance is missing, or a late one gives no reason.
    """
    measure = _reportable(measure, actor)
    if measure.state != State.RUNNING:
        raise MeasureError(_("只有执行中的措施可以完成。"))
    done_on = on or today()
    if lacking := lacking_for_done(measure):
        raise MeasureError(*lacking)
    if measure.due_on and done_on > measure.due_on and not delay_reason.strip():
        raise MeasureError(_("已超过计划完成时间：请写明延期原因。"), field="delay_reason")
    if change_on > done_on:
        raise MeasureError(_("新做法的第一天不能晚于完成日期。"), field="change_on")
    if measure.started_on and change_on < measure.started_on:
        raise MeasureError(_("新做法的第一天不能早于开始执行的日期。"), field="change_on")
    measure.state, measure.done_on, measure.change_on = State.DONE, done_on, change_on
    measure.delay_reason = delay_reason.strip()
    measure.save(update_fields=["state", "done_on", "change_on", "delay_reason"])
    audit.record("improve.measure_done", measure, actor=actor, on=done_on, change=change_on)
    return measure


def lacking_for_done(measure: Measure) -> list[str]:
    """Return, in sentences, what is missing before a measure may be called done."""
    found = []
    proof = KINDS[measure.kind].proof
    if not measure.evidence.filter(kind__in=proof).exists():
        names = _("、").join(str(EVIDENCE_KINDS[one]) for one in proof)
        found.append(_("{kind}类措施须上传证明材料：{names}。").format(kind=KINDS[measure.kind].label, names=names))
    waiting = [one for one in measure.acceptances.all() if one.verdict != Acceptance.Verdict.ACCEPTED]
    if waiting:
        names = dict(Unit.objects.filter(code__in=[one.unit_code for one in waiting]).values_list("code", "name"))
        found.append(_("以下部门尚未验收通过：{names}。").format(
            names=_("、").join(names.get(one.unit_code, one.unit_code) for one in waiting)))
    return found


@transaction.atomic
def mark_verified(*, measure_id: int, verdict: str, by: Actor) -> Measure:
    """Close a measure that is done with its verdict. Called by ``verify`` alone, which checked right and data."""
    measure = Measure.objects.select_for_update().get(pk=measure_id)
    if measure.state != State.DONE:
        raise MeasureError(_("只有已完成的措施可以关闭。"))
    measure.state, measure.verdict = State.VERIFIED, verdict
    measure.save(update_fields=["state", "verdict"])
    audit.record("improve.measure_verified", measure, actor=by, verdict=audit.plain(verdict))
    return measure


def _reportable(measure: Measure, actor: Actor) -> Measure:
    measure = locked(measure)
    require_that(may_report(actor, measure), "report")
    return measure
