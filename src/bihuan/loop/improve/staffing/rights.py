"""Who plans staffing: for the units that their right reaches."""

from __future__ import annotations

from dataclasses import replace

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, scope_of
from bihuan.engine.indicators.contracts import Scope

from .models import PLAN, Plan


def plan_for(user: User, pk: int) -> Plan:
    """Return a plan of a unit the person reaches; NotAllowed, as for one that is not there, otherwise."""
    found = Plan.objects.for_user(user).select_related("made_by").filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"plan {pk}")
    return found


def reach(user: User) -> Scope:
    """Return whose contacts and presence a person's plans may look at."""
    return replace(scope_of(user, PLAN), minimum_n=0)
