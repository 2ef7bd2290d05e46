"""Who sees what technical support covers, and who says what it is."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, can, scope_of
from bihuan.engine.indicators.contracts import Scope

VIEW, CHANGE, EXPORT = "evaluate.view_support", "evaluate.change_targets", "evaluate.export"


def reach(user: User, purpose: str = VIEW) -> Scope:
    """Return the units a person sees; those who see their own work alone see no team's sheet."""
    scope = scope_of(user, purpose)
    if scope.agents is not None or not can(user, purpose):
        raise NotAllowed(purpose)
    return scope


def may_change(user: Actor) -> bool:
    """Whether the person sets aims for the whole company: what support is concerns every unit."""
    return can(user, CHANGE) and scope_of(user, CHANGE).units is None and scope_of(user, CHANGE).agents is None
