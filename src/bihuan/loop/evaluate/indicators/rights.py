"""What of the facts a person may see on the pages of indicators."""

from __future__ import annotations

from bihuan.core.models import Unit, User
from bihuan.core.rights import scope_of
from bihuan.engine.indicators.contracts import Scope


def reach(user: User, purpose: str) -> Scope:
    """Return the scope that every engine read for ``purpose`` (a permission) takes.

    Customer numbers of the facts are the workspace's own pseudonyms and are shown in full; names, telephones and
    mail addresses stay masked for those who may not reveal them.
    """
    return scope_of(user, purpose)


def visible_units(scope: Scope) -> list[Unit]:
    """Return the units a scope contains, for pickers; none for a scope of one's own work."""
    if scope.agents is not None:
        return []
    units = Unit.objects.order_by("code")
    return list(units if scope.units is None else units.filter(code__in=scope.units))
