"""Who draws and who sees a sample: those who may do so with the survey it is for."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, SystemActor, can, require, shows
from bihuan.loop.collect.surveys.rights import wave_for

from .models import Draw, Frame, Task

DRAW, INTERVIEW = "collect.draw_samples", "collect.interview"
# Whoever sends a survey or reads its results has to see whom it asks.
SEE = (DRAW, "collect.write_surveys", "collect.send_surveys", "evaluate.view_surveys")


def open_rights(user: Actor) -> tuple[str, ...]:
    """Return those of the person's rights to see samples that show the customers' numbers too."""
    return tuple(permission for permission in SEE if can(user, permission) and shows(user, permission, "customer"))


def require_customers(user: User, wave: int) -> None:
    """Raise NotAllowed unless the person sees whom a wave asks."""
    if not (opened := open_rights(user)):
        raise NotAllowed(f"customers of wave {wave}")
    wave_for(user, wave, *opened)


def require_wave(actor: Actor, permission: str, wave: int) -> None:
    """Raise NotAllowed unless the person has the right over the survey of a wave."""
    require(actor, permission)
    if not isinstance(actor, SystemActor):
        wave_for(actor, wave, permission)


def frame_for(user: User, pk: int, *permissions: str) -> Frame:
    """Return a frame of a survey the person reaches; NotAllowed, as for one that is not there, otherwise."""
    found = Frame.objects.filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"frame {pk}")
    wave_for(user, found.wave_id, *(permissions or SEE))
    return found


def draw_for(user: User, pk: int, *permissions: str) -> Draw:
    """Return a draw of a survey the person reaches; NotAllowed otherwise."""
    found = Draw.objects.filter(pk=pk).select_related("frame").first()
    if found is None:
        raise NotAllowed(f"draw {pk}")
    wave_for(user, found.wave_id, *(permissions or SEE))
    return found


def task_for(user: User, pk: int) -> Task:
    """Return a task of the person's own, or of a survey they draw for."""
    found = Task.objects.filter(pk=pk).select_related("draw", "owner").first()
    if found is None:
        raise NotAllowed(f"task {pk}")
    if found.owner_id != user.pk:
        wave_for(user, found.draw.wave_id, DRAW)
    return found
