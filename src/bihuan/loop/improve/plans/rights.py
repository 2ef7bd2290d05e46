"""Who sees and who changes a plan; the owner of a phase may say that it is done."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can, reaches, scope_of

from .models import CHANGE, VIEW, Phase, Plan


def plan_for(user: User, pk: int) -> Plan:
    """Return a plan a person may see; NotAllowed, as for one that is not there, otherwise."""
    found: Plan | None = Plan.objects.for_user(user).select_related("owner", "created_by").filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"plan {pk}")
    return found


def phase_for(user: User, pk: int) -> Phase:
    """Return a phase of a plan a person may see; NotAllowed otherwise."""
    found = Phase.objects.filter(pk=pk, plan__in=Plan.objects.for_user(user)).select_related("plan", "owner").first()
    if found is None:
        raise NotAllowed(f"phase {pk}")
    return found


def may_change(user: User, plan: Plan) -> bool:
    return can(user, CHANGE) and reaches(scope_of(user, CHANGE), unit=plan.unit_code)


def may_finish(user: User, phase: Phase) -> bool:
    return may_change(user, phase.plan) or (can(user, VIEW) and user.pk in (phase.owner_id, phase.plan.owner_id))
