"""Who sees concessions: whoever sees the cases they were made in. Who sets targets sets the policy and decides."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, require, scope_of
from bihuan.engine.facts.lake import literal
from bihuan.engine.indicators.contracts import Scope

VIEW, DECIDE = "evaluate.view_rows", "evaluate.change_targets"


def reach(user: Actor, purpose: str = VIEW) -> Scope:
    """Return the scope that every read of this room takes."""
    return scope_of(user, purpose)


def inside(scope: Scope) -> str:
    """Return the SQL condition that the facts ``f`` of a case lie within a scope."""
    parts = []
    for allowed, column in ((scope.units, "unit"), (scope.agents, "agent")):
        if allowed is not None:
            listed = ", ".join(literal(one) for one in sorted(allowed))
            parts.append(f"coalesce(f.{column} IN ({listed}), false)" if allowed else "false")
    return " AND ".join(parts) or "true"


def require_whole_reach(user: User) -> None:
    """Refuse to set rules for every unit to people who see only some."""
    require(user, DECIDE)
    scope = scope_of(user, DECIDE)
    if scope.units is not None or scope.agents is not None:
        raise NotAllowed(DECIDE)
