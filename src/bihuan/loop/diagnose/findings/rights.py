"""Who sees findings, who works on them."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, SystemActor, can, reaches, scope_of

from .models import Finding

WORK, MEET = "diagnose.work_findings", "diagnose.hold_meetings"


def require_seen(actor: Actor, finding: Finding) -> None:
    """Raise NotAllowed unless the person sees the finding."""
    if isinstance(actor, SystemActor):
        return
    if not Finding.objects.for_user(actor).filter(pk=finding.pk).exists():
        raise NotAllowed(f"finding {finding.pk}")


def may_work(user: User, finding: Finding) -> bool:
    """Say whether the person may decide on this finding: a department that was asked to join only answers."""
    return can(user, WORK) and reaches(scope_of(user, WORK), unit=finding.unit_code)
