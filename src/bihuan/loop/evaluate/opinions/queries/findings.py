"""What was proposed as problems, for those who may see the whole of its scope."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, scope_of

from ..models import ProposedFinding
from ..rights import VIEW


def findings(user: User) -> list[ProposedFinding]:
    """Return the proposals a person may read, newest first."""
    return [row for row in ProposedFinding.objects.select_related("created_by") if may_read(user, row)]


def waiting() -> list[ProposedFinding]:
    """Return every proposal that waits, oldest first, for diagnosis to take up."""
    return list(ProposedFinding.objects.filter(state=ProposedFinding.State.WAITING).select_related(
        "created_by").order_by("pk"))


def finding_for(user: User, pk: int) -> ProposedFinding:
    """Return one proposal a person may read; NotAllowed otherwise."""
    row = ProposedFinding.objects.filter(pk=pk).first()
    if row is None or not may_read(user, row):
        raise NotAllowed(f"finding {pk}")
    return row


def may_read(user: User, row) -> bool:
    """Return whether a person's reach contains the units that a row's numbers speak of; its author always reads it."""
    if row.created_by_id == user.pk:
        return True
    scope = scope_of(user, VIEW)
    if scope.agents is not None:
        return False
    return scope.units is None or (row.units is not None and set(row.units) <= set(scope.units))
