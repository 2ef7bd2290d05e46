"""Who sees a customer: whoever may see one of their cases; who sees everything sees those without cases too."""

from __future__ import annotations

from dataclasses import replace

from bihuan.core.rights import PERSONAL_COLUMNS, Actor, require, scope_of
from bihuan.engine.facts.lake import literal
from bihuan.engine.indicators.contracts import Scope

from .errors import Refused

VIEW, CHANGE = "serve.view_customers", "serve.change_customers"


def reach(actor: Actor) -> Scope:
    """Return the scope that every read of this room takes.

    Identifiers are masked for everybody: who may see them gives a reason first, and that leaves a line. So is what the
    person's roles keep closed.
    """
    scope = scope_of(actor, VIEW)
    return replace(scope, masked=tuple(dict.fromkeys((*PERSONAL_COLUMNS, *scope.masked))))


def sees_all(scope: Scope) -> bool:
    return scope.units is None and scope.agents is None


def inside(scope: Scope, alias: str = "f") -> str:
    """Return the SQL condition that a case's facts lie within a scope."""
    parts = []
    for allowed, column in ((scope.units, "unit"), (scope.agents, "agent")):
        if allowed is not None:
            listed = ", ".join(literal(one) for one in sorted(allowed))
            parts.append(f"coalesce({alias}.{column} IN ({listed}), false)" if allowed else "false")
    return " AND ".join(parts) or "true"


def require_whole_reach(actor: Actor) -> None:
    """Refuse an act that changes cases of every unit to people who see only some."""
    require(actor, CHANGE)
    if not sees_all(scope_of(actor, CHANGE)):
        raise Refused("beyond_reach")
