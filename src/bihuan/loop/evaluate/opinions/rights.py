"""Whose answers a person may see."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.engine.survey.seen import Seen
from bihuan.loop.collect.surveys.queries.waves import waves_for

VIEW, ROWS, THEMES = "evaluate.view_surveys", "collect.view_responses", "evaluate.edit_themes"


def seen_by(user: User, purpose: str = VIEW) -> Seen:
    """Return what a person may see of the answers: those of their units' cases, agents and surveys."""
    scope = scope_of(user, purpose)
    owned = () if scope.units is None and scope.agents is None else tuple(
        sorted(wave.code for wave in waves_for(user, purpose)))
    return Seen(units=scope.units, agents=scope.agents, owned=owned)


def minimum_for(user: User, purpose: str = VIEW) -> int:
    """Return below how many answers nothing is told to a person."""
    return scope_of(user, purpose).minimum_n
