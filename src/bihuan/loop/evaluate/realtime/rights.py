"""What of the live picture a person may see."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of
from bihuan.engine.indicators.contracts import Scope

VIEW, ROWS, MANAGE = "evaluate.view_board", "evaluate.view_rows", "evaluate.manage_live"


def reach(user: User, purpose: str = VIEW) -> Scope:
    """Return the scope that every read of the live picture takes."""
    return scope_of(user, purpose)


def may_manage(user: User) -> bool:
    return can(user, MANAGE)
