"""Whose answers a person may see."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.engine.survey.seen import Seen

VIEW, ROWS, THEMES = "evaluate.view_surveys", "collect.view_responses", "evaluate.edit_themes"


def seen_by(user: User, purpose: str = VIEW) -> Seen:
    """Return what a person may see of the answers: those of their units' cases, agents and surveys."""
    scope = scope_of(user, purpose)
    return Seen(units=scope.units, agents=scope.agents)


def minimum_for(user: User, purpose: str = VIEW) -> int:
    """Return below how many answers nothing is told to a person."""
    return scope_of(user, purpose).minimum_n
