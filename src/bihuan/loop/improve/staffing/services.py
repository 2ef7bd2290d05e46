"""Making a plan, working it out in the background, and setting what happened beside what was foretold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.jobs import enqueue
from bihuan.core.models import Unit, User
from bihuan.core.rights import Actor, descendants, reaches, require, scope_of
from bihuan.engine.staffing.errors import StaffingError
from bihuan.engine.staffing.forecast import LEAST_DAYS, forecast, judged
from bihuan.engine.staffing.reading import Material, read
from bihuan.engine.staffing.roster import check
from bihuan.loop.evaluate.indicators.queries.engine import today
from bihuan.loop.improve.measures.queries.info import Measure

from .errors import Refused
from .models import PLAN, Plan
from .rights import reach

LONGEST_DAYS, LEAST_AFTER = 92, LEAST_DAYS


@transaction.atomic
def make_plan(*, actor: User, **values: Any) -> Plan:
    """Keep a plan and queue its replay. Raises Refused or StaffingError for one that cannot be tried."""
    plan = Plan(made_by=actor, **values)
    require(actor, PLAN)
    _require_unit(actor, plan.unit_code)
    if not 0 <= (plan.end - plan.start).days < LONGEST_DAYS:
        raise Refused("period", most=LONGEST_DAYS)
    check(plan.change)
    plan.save()
    audit.record("improve.staffing_planned", plan, actor=actor, unit=plan.unit_code, change=asdict(plan.change))
    return _queue(plan, actor)


@transaction.atomic
def work_out_again(*, plan: Plan, actor: User) -> Plan:
    """Replay a plan once more, on what is known of its contacts now."""
    require(actor, PLAN)
    _require_unit(actor, plan.unit_code)
    return _queue(Plan.objects.select_for_update().get(pk=plan.pk), actor)


def _queue(plan: Plan, actor: User) -> Plan:
    plan.state, plan.problem = Plan.State.RUNNING, ""
    plan.job = enqueue("staffing.forecast", actor=actor, title=_("编制推演：%(name)s") % {"name": plan.name},
                       plan=plan.pk).pk
    plan.save(update_fields=["state", "problem", "job"])
    return plan


def _require_unit(actor: User, unit: str) -> None:
    scope = scope_of(actor, PLAN)
    whole = scope.units is None and scope.agents is None
    if not (whole if not unit else reaches(scope, unit=unit)):
        raise Refused("unit_beyond")


def work_out(*, plan: Plan, tell: Callable[[int, int, str], None]) -> Plan:
    """Replay a plan and keep what comes out; the maker's reach of today holds. Raises StaffingError."""
    tell(0, 2, _("读取联系与在岗记录"))
    material = _material(plan, plan.start, plan.end)
    tell(1, 2, _("回放"))
    price = None if plan.price is None else float(plan.price)
    found = forecast(material.contacts, material.shifts, plan.change, days=material.days, zone=material.zone,
                     target_s=plan.target_s, price=price)
    plan.result = {**asdict(found), "by": material.by, "patience": material.patience, "left_out": material.left_out,
                   "as_of": today().isoformat()}
    plan.state = Plan.State.READY
    plan.save(update_fields=["result", "state"])
    return plan


def fail(*, plan: Plan, problem: str) -> None:
    """Keep why a plan could not be replayed."""
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.FAILED, problem=problem)


@transaction.atomic
def compare(*, plan: Plan, in_force: date, actor: User) -> Plan:
    """Set what was seen from ``in_force`` on beside what was foretold: for as long as was replayed, two weeks at least.

    Raises Refused for a forecast that could know what came, and while there are too few days, StaffingError where
    nothing is on record.
    """
    require(actor, PLAN)
    _require_unit(actor, plan.unit_code)
    return _score(plan, in_force, actor)


@transaction.atomic
def link_measure(*, plan: Plan, measure: Measure | None, actor: User) -> Plan:
    """Say which measure puts the plan into force: its verdict then scores what was foretold."""
    require(actor, PLAN)
    _require_unit(actor, plan.unit_code)
    if measure is not None and not _covers(measure.unit_code, plan.unit_code):
        raise Refused("measure_elsewhere")
    plan.measure = measure
    plan.save(update_fields=["measure"])
    audit.record("improve.staffing_linked", plan, actor=actor, measure=measure.pk if measure else None)
    return plan


def _covers(unit: str, below: str) -> bool:
    return not unit or below in descendants([unit], Unit.objects.only("code", "parent_code"))


def score_plans(*, measure_id: int, in_force: date, actor: Actor) -> int:
    """Score the plans of a measure from its first day on; returns how many. One whose days are too few waits."""
    scored = 0
    for plan in Plan.objects.filter(measure_id=measure_id, state=Plan.State.READY).select_related("made_by"):
        try:
            with transaction.atomic():
                _score(plan, in_force, actor)
        except (Refused, StaffingError):
            continue
        scored += 1
    return scored


def _score(plan: Plan, in_force: date, actor: Actor) -> Plan:
    if plan.result is None:
        raise Refused("not_ready")
    if plan.is_hindsight(in_force):
        raise Refused("hindsight", day=in_force.isoformat())
    until = min(in_force + max(plan.end - plan.start, timedelta(days=LEAST_AFTER - 1)), today() - timedelta(days=1))
    days = (until - in_force).days + 1
    if days < LEAST_AFTER:
        raise Refused("too_soon", least=LEAST_AFTER, days=max(days, 0))
    material = _material(plan, in_force, until)
    plan.in_force = in_force
    plan.actual = judged(material.contacts, material.shifts, plan.result["predicted"], days=material.days,
                         zone=material.zone, target_s=plan.target_s)
    plan.actual["until"] = until.isoformat()
    plan.save(update_fields=["in_force", "actual"])
    audit.record("improve.staffing_compared", plan, actor=actor, in_force=in_force.isoformat(), until=until.isoformat())
    return plan


def _material(plan: Plan, start: date, end: date) -> Material:
    return read(workspace.home(), start=start, end=end, channel=plan.channel, unit=plan.unit_code or None,
                scope=reach(plan.made_by))


