"""Who calls, who keeps the room, and who sees a customer here: never the agent who served them (R10)."""

from __future__ import annotations

from typing import TypeVar

from django.db import models

from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, SystemActor, can, scope_of
from bihuan.loop.collect.surveys.rights import wave_for

INTERVIEW, MANAGE, HANDLE = "collect.interview", "collect.manage_voices", "collect.handle_feedback"
DELIVER, FOLLOW = "collect.deliver_answers", "collect.follow_low_scores"
ANY = (INTERVIEW, MANAGE)
Row = TypeVar("Row", bound=models.Model)


class WithinReach(models.QuerySet):  # type: ignore[type-arg]
    """Rows by the unit they belong to; one without a unit is the whole organisation's."""

    def for_user(self, user: Actor, *permissions: str) -> WithinReach:
        """Return what the person reaches with any of ``permissions``."""
        reached = models.Q(pk__in=[])
        for permission in permissions:
            if not can(user, permission):
                continue
            scope = scope_of(user, permission)
            if isinstance(user, SystemActor) or (scope.units is None and scope.agents is None):
                return self
            reached |= models.Q(unit_code__in=scope.units or ())
        return self.filter(reached)


def require_wave(actor: Actor, permission: str, wave: int) -> None:
    """Raise NotAllowed unless the person has the right over the survey of a wave."""
    if not isinstance(actor, SystemActor):
        wave_for(actor, wave, permission)


def own(user: User) -> str:
    """Return the agent whose customers the person must not see here, empty for one who serves nobody."""
    return user.agent_id


def found_or_hidden(row: Row | None, name: str) -> Row:
    """Return the row; NotAllowed, which hides whether there is one, for None."""
    if row is None:
        raise NotAllowed(name)
    return row
