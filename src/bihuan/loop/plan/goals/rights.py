"""Who sees a plan: those who may see every unit it names. A plan that names none is open to all who see the board."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bihuan.core.models import Unit, User
from bihuan.core.rights import Actor, NotAllowed, descendants, scope_of
from bihuan.engine.indicators.contracts import Scope

from .models import within


def visible(rows: Any, user: User, pk: int, *, unnamed: bool = True) -> Any:
    """Return one row a person may see; NotAllowed, as for one that is not there, otherwise."""
    found = rows.for_user(user, unnamed=unnamed).filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"{rows.model._meta.label} {pk}")
    return found


def below(codes: Iterable[str]) -> tuple[str, ...] | None:
    """Return units and all that lies below them, as a row's ``units`` keeps them; None for none named."""
    named = tuple(codes)
    return descendants(named, Unit.objects.only("code", "parent_code")) if named else None


def require_units(actor: Actor, permission: str, codes: Iterable[str]) -> None:
    """Raise NotAllowed when a plan names a unit beyond what the person reaches with ``permission``."""
    if not within(below(codes), scope_of(actor, permission), unnamed=True):
        raise NotAllowed(permission)


def topmost(scope: Scope) -> tuple[str, ...]:
    """Return the units of a scope that have none of their superiors in it; () for a scope over everything."""
    if scope.units is None:
        return ()
    parents = dict(Unit.objects.filter(code__in=scope.units).values_list("code", "parent_code"))
    return tuple(sorted(code for code, parent in parents.items() if parent not in parents))
