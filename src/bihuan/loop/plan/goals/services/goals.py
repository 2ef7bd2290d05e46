"""Goals: taken only when they are specific, measured, possible, relevant and dated; every change is a version."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import can, require, scope_of

from ..contracts import Terms
from ..models import VIEW, Goal, GoalVersion, ScopeVersion, within
from ..queries.smart import missing
from ..rights import below, require_units, topmost
from .errors import PlanError

PERMISSION = "plan.change_goals"


@transaction.atomic
def set_goal(*, terms: Terms, owner: User, scope: ScopeVersion | None, actor: User, note: str = "") -> Goal:
    """Set a goal. Raises PlanError with the first SMART property it lacks; NotAllowed beyond the person's reach."""
    require(actor, PERMISSION)
    _check(terms, owner, actor)
    units = _units_of(terms)
    goal = Goal.objects.create(
        indicator=terms.indicator, units=None if units is None else list(units), created_by=actor)
    version = _add_version(goal, 1, terms, owner, scope, note, actor)
    _record("plan.goal_set", goal, version, actor)
    return goal


@transaction.atomic
def revise_goal(
    *, goal: Goal, base: int, terms: Terms, owner: User, scope: ScopeVersion | None, actor: User, note: str,
) -> GoalVersion:
    """Add terms on top of version ``base``, with the reason in ``note``; the indicator stays. Raises PlanError."""
    require(actor, PERMISSION)
    goal = Goal.objects.select_for_update().get(pk=goal.pk)
    require_units(actor, PERMISSION, goal.units or ())
    newest = goal.versions.first()
    if newest is None or newest.number != base:
        raise PlanError(_("打开之后已有人保存了新版本。请复制您的修改，刷新页面后再提交。"))
    if not note.strip():
        raise PlanError(_("修改目标需要写明原因。"), field="note")
    if terms.indicator != goal.indicator:
        raise PlanError(_("目标的指标不能更换：请撤回这个目标，另设一个。"), field="indicator")
    _check(terms, owner, actor)
    units = _units_of(terms)
    goal.units = None if units is None else list(units)
    goal.save(update_fields=["units"])
    version = _add_version(goal, base + 1, terms, owner, scope, note, actor)
    _record("plan.goal_revised", goal, version, actor)
    return version


@transaction.atomic
def withdraw_goal(*, goal: Goal, reason: str, actor: User) -> Goal:
    """Stop following a goal, with a reason; it stays readable."""
    require(actor, PERMISSION)
    goal = Goal.objects.select_for_update().get(pk=goal.pk)
    require_units(actor, PERMISSION, goal.units or ())
    if not reason.strip():
        raise PlanError(_("撤回目标需要写明原因。"), field="reason")
    goal.state, goal.withdrawn_for = Goal.State.WITHDRAWN, reason.strip()
    goal.save(update_fields=["state", "withdrawn_for"])
    audit.record("plan.goal_withdrawn", goal, actor=actor, reason=reason)
    return goal


def _check(terms: Terms, owner: User, actor: User) -> None:
    lacking = missing(terms)
    if lacking:
        raise PlanError(lacking[0].text, field=lacking[0].field)
    if not owner.is_active:
        raise PlanError(_("责任人的账号已停用：请另选一位。"), field="owner")
    if not can(owner, VIEW) or not within(_units_of(terms), scope_of(owner, VIEW), unnamed=False):
        raise PlanError(_("责任人看不到这个范围的目标：请另选一位，或请管理员先给其权限。"), field="owner")
    named = dict(terms.filters).get("unit", ())
    require_units(actor, PERMISSION, named)
    if not named and topmost(scope_of(actor, PERMISSION)):
        raise PlanError(_("您只能为自己负责的单位设目标：请在范围中选择单位。"), field="scope")


def _units_of(terms: Terms) -> tuple[str, ...] | None:
    return below(dict(terms.filters).get("unit", ()))


def _add_version(
    goal: Goal, number: int, terms: Terms, owner: User, scope: ScopeVersion | None, note: str, actor: User,
) -> GoalVersion:
    return GoalVersion.objects.create(
        goal=goal, number=number, title=terms.title, scope=scope, measured=terms.measured, aim=terms.aim,
        filters={name: list(kept) for name, kept in terms.filters}, baseline_start=terms.baseline_start,
        baseline_end=terms.baseline_end, baseline=terms.baseline.as_json(), amount=terms.amount,
        target=terms.target, start=terms.start, due=terms.due, owner=owner, reason=terms.reason, note=note,
        created_by=actor)


def _record(action: str, goal: Goal, version: GoalVersion, actor: User) -> None:
    audit.record(
        action, goal, actor=actor, indicator=audit.plain(goal.indicator), version=version.number,
        target=version.target, baseline=version.baseline["value"], due=version.due, owner=version.owner.pk)
