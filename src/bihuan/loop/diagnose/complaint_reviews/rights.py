"""Who sees and who writes the reviews of complaints."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can, reaches, scope_of

from .models import ComplaintReview, ReviewRule

WORK, HOLD = "diagnose.work_findings", "diagnose.hold_meetings"


def review_for(user: User, pk: int) -> ComplaintReview:
    """Return a review a person sees; NotAllowed, as for one that is not there, otherwise."""
    found = ComplaintReview.objects.for_user(user).select_related("cause", "written_by", "checked_by").filter(
        pk=pk).first()
    if found is None:
        raise NotAllowed(f"complaint review {pk}")
    return found


def may_write(user: User, row: ComplaintReview) -> bool:
    return row.state == row.State.OPEN and can(user, WORK) and reaches(scope_of(user, WORK), unit=row.unit_code)


def may_check(user: User, row: ComplaintReview) -> bool:
    """Say whether a person may check it: one who holds meetings of the unit, and never who wrote it."""
    return (row.state == row.State.SUBMITTED and row.written_by_id != user.pk and can(user, HOLD)
            and reaches(scope_of(user, HOLD), unit=row.unit_code))


def may_rule(user: User) -> bool:
    return can(user, HOLD) and reaches(scope_of(user, HOLD), unit=ReviewRule().unit_code)
