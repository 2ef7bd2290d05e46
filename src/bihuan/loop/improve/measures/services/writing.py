"""A measure is written down, changed, proposed, returned, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import Unit, User
from bihuan.core.rights import Actor, require
from bihuan.loop.diagnose.causes.queries import causes_of
from bihuan.loop.diagnose.findings.queries import findings_for

from ..contracts import KINDS, Money
from ..models import Measure, Numbering
from ..queries.smart import Lack, missing
from ..rights import APPROVE, CHANGE, may_change, may_report, require_change, require_that
from .alerts import tell_step
from .errors import MeasureError

State = Measure.State
CLOSED = (State.VERIFIED, State.WITHDRAWN)


@dataclass(frozen=True)
class Words:
    """What a measure says, as its form or another service gives it."""

    title: str
    kind: str
    unit_code: str
    accountable: User
    plan: str = ""
    aim: str = ""
    problem: str = ""
    reason: str = ""
    term: str = "quick_win"
    finding_id: int | None = None
    finding_cause_id: int | None = None
    helpers: Sequence[User] = ()
    boundary: str = ""
    starts_on: date | None = None
    due_on: date | None = None
    details: dict[str, str] = field(default_factory=dict)
    budget: Money = Money()
    staff: Money = Money()
    impact: int | None = None
    ease: int | None = None
    table_row: dict[str, Any] = field(default_factory=dict)
    adopted_from_id: int | None = None


@transaction.atomic
def draft_measure(*, words: Words, actor: Actor) -> Measure:
    """Write a measure down as a draft. Raises MeasureError; NotAllowed for a unit beyond the person's reach."""
    require(actor, CHANGE)
    measure = Measure(number=_next_number(), created_by=actor if isinstance(actor, User) else None)
    _take(measure, words)
    require_change(actor, measure)
    _check_finding(words, actor)
    measure.save()
    measure.helpers.set(words.helpers)
    audit.record("improve.measure_drafted", measure, actor=actor, number=audit.plain(measure.number),
                 finding=words.finding_id or 0, accountable=words.accountable.pk)
    return measure


@transaction.atomic
def change_measure(*, measure: Measure, words: Words, actor: Actor) -> Measure:
    """Change a draft. What was approved is changed by withdrawing it: its yardstick stands."""
    measure = locked(measure)
    require_change(actor, measure)
    if measure.state != State.DRAFT:
        raise MeasureError(_("只有草稿可以修改。已提交的请先退回，已批准的请撤回后另写一项。"))
    _take(measure, words)
    require_change(actor, measure)
    _check_finding(words, actor)
    measure.written_by = actor if isinstance(actor, User) else None
    measure.save()
    measure.helpers.set(words.helpers)
    audit.record("improve.measure_changed", measure, actor=actor, accountable=words.accountable.pk)
    return measure


@transaction.atomic
def propose_measure(*, measure: Measure, actor: Actor) -> Measure:
    """Hand a draft in for approval. Raises MeasureError with every SMART property and required field it lacks."""
    measure = locked(measure)
    require_change(actor, measure)
    if measure.state != State.DRAFT:
        raise MeasureError(_("只有草稿可以提交审批。"))
    lacking = [lack.text for lack in lacks_of(measure)]
    if lacking:
        raise MeasureError(*lacking)
    measure.state, measure.returned_for = State.PROPOSED, ""
    measure.save(update_fields=["state", "returned_for"])
    entry = audit.record("improve.measure_proposed", measure, actor=actor)
    tell_step(measure, lambda: _("待审批"), right=APPROVE, key=f"proposed:{entry.seq}")
    return measure


@transaction.atomic
def return_measure(*, measure: Measure, reason: str, actor: Actor) -> Measure:
    """Give a proposed measure back to its author, with the reason."""
    measure = locked(measure)
    require_that(may_change(actor, measure), "return")
    if measure.state != State.PROPOSED:
        raise MeasureError(_("只有待审批的措施可以退回。"))
    if not reason.strip():
        raise MeasureError(_("请写明退回原因。"), field="reason")
    measure.state, measure.returned_for = State.DRAFT, reason.strip()
    measure.save(update_fields=["state", "returned_for"])
    entry = audit.record("improve.measure_returned", measure, actor=actor, reason=reason)
    tell_step(measure, lambda: _("被退回：{reason}").format(reason=measure.returned_for[:100]), to=_authors(measure),
              key=f"returned:{entry.seq}")
    return measure


@transaction.atomic
def withdraw_measure(*, measure: Measure, reason: str, actor: Actor) -> Measure:
    """Stop a measure before it is done. One that is done is closed by its verdict alone."""
    measure = locked(measure)
    require_change(actor, measure)
    if measure.state in (State.DONE, State.VERIFIED, State.WITHDRAWN):
        raise MeasureError(_("已完成的措施只能由效果结论关闭，不能撤回。"))
    if not reason.strip():
        raise MeasureError(_("请写明撤回原因。"), field="reason")
    measure.state, measure.returned_for = State.WITHDRAWN, reason.strip()
    measure.save(update_fields=["state", "returned_for"])
    audit.record("improve.measure_withdrawn", measure, actor=actor, reason=reason)
    return measure


@transaction.atomic
def describe_outcome(*, measure: Measure, outcome: str, actor: Actor) -> Measure:
    """Say in short how the measure was carried out, for form (四)."""
    measure = locked(measure)
    require_that(may_report(actor, measure), "report")
    if measure.state in CLOSED:
        raise MeasureError(_("措施已关闭或撤回，不能再改。"), field="outcome")
    measure.outcome = outcome.strip()
    measure.save(update_fields=["outcome"])
    audit.record("improve.outcome_described", measure, actor=actor, outcome=outcome)
    return measure


def lacks_of(measure: Measure) -> list[Lack]:
    """Return what a measure lacks to be proposed: SMART properties, its kind's fields, the boundary, the yardstick."""
    found = missing(title=measure.title, plan=measure.plan, aim=measure.aim, reason=measure.reason,
                    has_finding=measure.finding_id is not None, starts_on=measure.starts_on, due_on=measure.due_on)
    for detail in KINDS[measure.kind].details:
        if not str(measure.details.get(detail.name, "")).strip():
            found.append(Lack("", f"detail_{detail.name}", _("{kind}类措施须填写“{field}”。").format(
                kind=KINDS[measure.kind].label, field=detail.label)))
    if measure.acceptances.exists() and not measure.boundary.strip():
        found.append(Lack("", "boundary", _("跨部门措施须写明责任边界。")))
    if not measure.draft_yardstick:
        found.append(Lack("M", "yardstick", _("还没有标尺：请写明用哪个指标、哪些记录、多大的变化来判断效果。")))
    return found


def _authors(measure: Measure) -> list[User]:
    return [one for one in (measure.accountable, measure.created_by, measure.written_by) if one is not None]


def locked(measure: Measure) -> Measure:
    """Return the measure as it stands now, kept from others until the transaction ends."""
    return Measure.objects.select_for_update().get(pk=measure.pk)


def _check_finding(words: Words, actor: Actor) -> None:
    cause = words.finding_cause_id
    if cause is not None and (words.finding_id is None or all(one.id != cause for one in causes_of(words.finding_id))):
        raise MeasureError(_("这个原因不属于所选的问题：请重新选择。"), field="finding_cause")
    if words.finding_id is None or not isinstance(actor, User):
        return
    if not findings_for(actor).filter(pk=words.finding_id).exists():
        raise MeasureError(_("没有这个问题：请重新选择。"), field="finding")


def _next_number() -> str:
    Numbering.objects.get_or_create(pk=1)
    row = Numbering.objects.select_for_update().get(pk=1)
    row.last += 1
    row.save(update_fields=["last"])
    return f"M-{row.last:04d}"


def _take(measure: Measure, words: Words) -> None:
    if words.kind not in KINDS:
        raise MeasureError(_("没有这种类型的措施。"), field="kind")
    if not words.accountable.is_active:
        raise MeasureError(_("责任人的账号已停用：请另选一位。"), field="accountable")
    if any(one.pk == words.accountable.pk for one in words.helpers):
        raise MeasureError(_("责任人只有一位，不能同时是协助人。"), field="helpers")
    if not Unit.objects.filter(code=words.unit_code, is_current=True).exists():
        raise MeasureError(_("请选择责任部门。"), field="unit_code")
    names = {detail.name for detail in KINDS[words.kind].details}
    for name in ("title", "plan", "aim", "problem", "reason", "boundary"):
        setattr(measure, name, getattr(words, name).strip())
    for name in ("kind", "unit_code", "term", "finding_id", "finding_cause_id", "starts_on", "due_on", "impact", "ease",
                 "table_row", "accountable", "adopted_from_id"):
        setattr(measure, name, getattr(words, name))
    measure.details = {name: text.strip() for name, text in words.details.items() if name in names and text.strip()}
    measure.budget, measure.staff = dict(vars(words.budget)), dict(vars(words.staff))
