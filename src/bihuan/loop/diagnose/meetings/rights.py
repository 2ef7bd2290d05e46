"""Who sees meetings, who holds them, who settles what was decided."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_with
from bihuan.core.rights import Actor, NotAllowed, SystemActor, can, reaches, scope_of

from .models import VIEW, Decision, Meeting

HOLD = "diagnose.hold_meetings"


def meeting_for(user: User, pk: int) -> Meeting:
    """Return a meeting a person sees; NotAllowed, as for one that is not there, otherwise."""
    found = Meeting.objects.for_user(user).select_related("chair", "finding", "closed_by").filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"meeting {pk}")
    return found


def decision_for(user: User, pk: int) -> Decision:
    """Return a decision of a meeting a person sees, or that is theirs to do."""
    found = Decision.objects.select_related("meeting", "owner", "finding").filter(pk=pk).first()
    if found is None or not (found.owner_id == user.pk and can(user, VIEW)
                             or Meeting.objects.for_user(user).filter(pk=found.meeting_id).exists()):
        raise NotAllowed(f"decision {pk}")
    return found


def may_hold(user: User, meeting: Meeting) -> bool:
    """Say whether a person runs this meeting."""
    return can(user, HOLD) and reaches(scope_of(user, HOLD), unit=meeting.unit_code)


def may_settle(user: Actor, decision: Decision) -> bool:
    """Say whether a person may say that a decision is carried out: its owner, or who runs the meeting."""
    if isinstance(user, SystemActor):
        return True
    return decision.owner_id == user.pk and can(user, VIEW) or may_hold(user, decision.meeting)


def people_of(unit: str) -> list[User]:
    """Return who may take part in a meeting of a unit, by name: those who see its findings."""
    everyone = people_with(VIEW, unit)
    if not unit:
        everyone = [one for one in everyone if reaches(scope_of(one, VIEW), unit="")]
    return sorted((one for one in everyone if scope_of(one, VIEW).agents is None), key=lambda one: str(one))
