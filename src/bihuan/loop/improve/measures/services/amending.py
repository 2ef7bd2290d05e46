"""An approved measure is put off or given to somebody else: with a reason, and what it was before stays on record."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import Actor

from ..models import Amendment, Measure
from ..queries.smart import lacks_of_dates
from ..rights import require_change
from .alerts import tell_step
from .carrying import today
from .errors import MeasureError
from .writing import State, locked

AMENDABLE = (State.APPROVED, State.RUNNING)


@transaction.atomic
def postpone_measure(*, measure: Measure, due_on: date, reason: str, actor: Actor) -> Measure:
    """Set another due date. Its owner, its helpers and who approved it are told; the first date stays on the page."""
    measure = _amendable(measure, actor)
    if due_on == measure.due_on:
        raise MeasureError(_("与现在的计划完成时间相同。"), field="due_on")
    if due_on < today():
        raise MeasureError(_("新的计划完成时间不能在今天之前。"), field="due_on")
    for lack in lacks_of_dates(measure.starts_on, due_on):
        raise MeasureError(lack.text, field=lack.field)
    made = _kept(measure, reason, actor, due_before=measure.due_on, due_after=due_on)
    measure.due_on = due_on
    measure.save(update_fields=["due_on"])
    audit.record("improve.measure_postponed", measure, actor=actor, due=due_on)
    tell_step(measure, lambda: _("计划完成时间改为 {day}").format(day=due_on), to=_others(measure, actor),
              key=f"amended:{made.pk}")
    return measure


@transaction.atomic
def hand_over_measure(*, measure: Measure, to: User, reason: str, actor: Actor) -> Measure:
    """Make another person accountable: still exactly one, never who approved it. Both owners are told."""
    measure = _amendable(measure, actor)
    if to.pk == measure.accountable_id:
        raise MeasureError(_("现在的责任人就是这位。"), field="to")
    if to.pk == measure.approved_by_id:
        raise MeasureError(_("批准这项措施的人不能是它的责任人。"), field="to")
    if not to.is_active:
        raise MeasureError(_("责任人的账号已停用：请另选一位。"), field="to")
    former = measure.accountable
    made = _kept(measure, reason, actor, owner_before=former, owner_after=to)
    measure.accountable = to
    measure.save(update_fields=["accountable"])
    measure.helpers.remove(to)
    audit.record("improve.measure_handed_over", measure, actor=actor, accountable=to.pk, before=former.pk)
    tell_step(measure, lambda: _("责任人由 {former} 改为 {to}").format(former=former, to=to),
              to={*_others(measure, actor), former} - {actor}, key=f"amended:{made.pk}")
    return measure


def _amendable(measure: Measure, actor: Actor) -> Measure:
    measure = locked(measure)
    require_change(actor, measure)
    if measure.state not in AMENDABLE:
        raise MeasureError(_("只有已批准、还没有完成的措施才能改期或移交；草稿请直接修改。"))
    return measure


def _kept(measure: Measure, reason: str, actor: Actor, **what: object) -> Amendment:
    if len(reason.strip()) < 4:
        raise MeasureError(_("请写明原因。"), field="reason")
    by = actor if isinstance(actor, User) else None
    return Amendment.objects.create(measure=measure, reason=reason.strip(), by=by, **what)


def _others(measure: Measure, actor: Actor) -> set[User]:
    """Who has to know: the owner, the helpers and who approved it, without who did it."""
    people = {measure.accountable, *measure.helpers.all()}
    if measure.approved_by is not None:
        people.add(measure.approved_by)
    return {one for one in people if one != actor}
