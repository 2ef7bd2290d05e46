"""Who sees benchmarks (whose own numbers go further than their own work), and who exchanges them for the company."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can, scope_of
from bihuan.engine.indicators.contracts import Scope

VIEW, EXCHANGE, BOARD = "learn.view_library", "learn.exchange_benchmarks", "evaluate.view_board"


def board_scope(user: User) -> Scope:
    """Return whose numbers stand beside a benchmark; NotAllowed for who sees none but their own work."""
    if not (can(user, VIEW) and can(user, BOARD)):
        raise NotAllowed("benchmarks")
    scope = scope_of(user, BOARD)
    if scope.agents is not None:
        raise NotAllowed("benchmarks")
    return scope


def may_exchange(user: User) -> bool:
    """Return whether a person may give away and take in benchmarks: only for the whole company."""
    if not can(user, EXCHANGE):
        return False
    scope = scope_of(user, EXCHANGE)
    return scope.units is None and scope.agents is None


def require_exchange(user: User) -> None:
    if not may_exchange(user):
        raise NotAllowed("exchange benchmarks")
