"""Who sees, makes and answers sheets: a vendor's own people reach their vendor alone."""

from __future__ import annotations

from typing import Any

from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, can, reaches, require, scope_of

from .models import MANAGE, Contract, Sheet

ANSWER = "evaluate.confirm_vendors"


def visible(rows: Any, user: User, pk: int) -> Any:
    """Return one row a person may see; NotAllowed, as for one that is not there, otherwise."""
    found = rows.for_user(user).filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"{rows.model._meta.label} {pk}")
    return found


def require_manage(actor: Actor, contract: Contract) -> None:
    require(actor, MANAGE, contract)


def may_answer(user: User, contract: Contract) -> bool:
    """Return whether a person answers for the vendor: whoever makes sheets does not confirm them."""
    unit = contract.unit_code
    return (can(user, ANSWER) and reaches(scope_of(user, ANSWER), unit=unit)
            and not (can(user, MANAGE) and reaches(scope_of(user, MANAGE), unit=unit)))


def require_answer(actor: User, sheet: Sheet) -> None:
    """Raise NotAllowed unless the person answers for the vendor."""
    if not may_answer(actor, sheet.contract):
        raise NotAllowed(ANSWER)
