"""Who sees a conversation: whoever may see its case."""

from __future__ import annotations

from bihuan.core.rights import Actor, NotAllowed, require, scope_of
from bihuan.engine.facts.lake import literal
from bihuan.engine.indicators.contracts import Scope

VIEW, TAG, PLAY, RETAIN = (
    "collect.view_conversations", "collect.tag_conversations", "collect.play_recordings", "collect.manage_retention")


def reach(actor: Actor, purpose: str = VIEW) -> Scope:
    """Return the scope that every read of this room takes."""
    return scope_of(actor, purpose)


def inside(scope: Scope) -> str:
    """Return the SQL condition that the facts ``f`` of a case lie within a scope."""
    parts = []
    for allowed, column in ((scope.units, "unit"), (scope.agents, "agent")):
        if allowed is not None:
            listed = ", ".join(literal(one) for one in sorted(allowed))
            parts.append(f"coalesce(f.{column} IN ({listed}), false)" if allowed else "false")
    return " AND ".join(parts) or "true"


def require_case(actor: Actor, purpose: str, case: str) -> None:
    """Raise NotAllowed unless the person has the right and the case lies within it."""
    from .queries.session import ask

    require(actor, purpose)
    if not ask(f'SELECT 1 AS one FROM fact_case f WHERE f."case" = $1 AND {inside(reach(actor, purpose))}', [case]):
        raise NotAllowed(case)
