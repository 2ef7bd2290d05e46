"""Who sees and who sets up recurrence watches: the people of the measures of the unit."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can, reaches, scope_of

from .models import CHANGE, Watch


def watch_for(user: User, pk: int) -> Watch:
    """Return one watch a person may see; NotAllowed, as for one that is not there, otherwise."""
    found: Watch | None = Watch.objects.for_user(user).select_related(
        "cause", "measure__accountable", "finding", "owner", "created_by").filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"watch {pk}")
    return found


def may_change(user: User, row: Watch) -> bool:
    return can(user, CHANGE) and reaches(scope_of(user, CHANGE), unit=row.unit_code)
