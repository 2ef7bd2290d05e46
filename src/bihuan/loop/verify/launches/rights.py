"""Who sees and who registers launches: people of the units they touch."""

from __future__ import annotations

from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, require, scope_of

from .models import Launch

REGISTER = "verify.register_launches"


def launch_for(user: User, pk: int) -> Launch:
    """Return one launch a person may see; NotAllowed, as for one that is not there, otherwise."""
    found: Launch | None = Launch.objects.for_user(user).select_related("owner", "created_by").filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"launch {pk}")
    return found


def require_register(actor: Actor, unit_code: str) -> None:
    """Raise NotAllowed unless the person registers launches of this unit; none named is the whole workspace."""
    require(actor, REGISTER)
    scope = scope_of(actor, REGISTER)
    if scope.agents is not None or (scope.units is not None and unit_code not in scope.units):
        raise NotAllowed(REGISTER)
