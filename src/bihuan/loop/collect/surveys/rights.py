"""Who may do what with a survey: the unit that owns it decides."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can

from .models import READERS, Survey, Wave

WRITE = "collect.write_surveys"


def reads_surveys(user: User) -> bool:
    """Return whether a person may open surveys: those who write, draw, send or read them."""
    return any(can(user, permission) for permission in READERS)


def survey_for(user: User, pk: int, *permissions: str) -> Survey:
    """Return a survey the person reaches with one of ``permissions`` (any that reads); NotAllowed otherwise."""
    found = Survey.objects.for_user(user, *(permissions or READERS)).filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"survey {pk}")
    return found


def wave_for(user: User, pk: int, *permissions: str) -> Wave:
    """Return a wave of a survey the person reaches with one of ``permissions``; NotAllowed otherwise."""
    surveys = Survey.objects.for_user(user, *(permissions or READERS))
    found = Wave.objects.filter(pk=pk, survey__in=surveys).select_related("survey", "version").first()
    if found is None:
        raise NotAllowed(f"wave {pk}")
    return found
