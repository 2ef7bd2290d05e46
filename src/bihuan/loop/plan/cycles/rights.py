"""Who sees and who leads a review: those who reach every unit it speaks of."""

from __future__ import annotations

from typing import Any

from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, require, scope_of
from bihuan.loop.plan.goals.rights import within

from .models import VIEW, Cycle

MANAGE = "plan.manage_cycles"


def visible(rows: Any, user: User, pk: int) -> Any:
    """Return one row a person may see; NotAllowed, as for one that is not there, otherwise."""
    found = rows.for_user(user).filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"{rows.model._meta.label} {pk}")
    return found


def require_manage(actor: Actor, units: list[str] | None) -> None:
    """Raise NotAllowed unless the person leads reviews over all of some units; None is everything."""
    require(actor, MANAGE)
    if not within(units, scope_of(actor, MANAGE), unnamed=False):
        raise NotAllowed(MANAGE)


def may_manage(user: User, cycle: Cycle) -> bool:
    """Return whether a person may lead this review."""
    return within(cycle.units, scope_of(user, MANAGE), unnamed=False)


def sees(user: User, units: list[str] | None) -> bool:
    """Return whether a person's roles reach everything that a review speaks of."""
    return within(units, scope_of(user, VIEW), unnamed=False)
