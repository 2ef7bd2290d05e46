"""Keeping, sharing and dropping views of the live board."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, require

from ..contracts import TILES
from ..models import Dashboard
from ..rights import MANAGE, VIEW


@transaction.atomic
def save_view(*, view: Dashboard | None, name: str, tiles: Sequence[str], actor: User, unit_code: str = "",
              indicators: Sequence[str] = (), within_minutes: int = 60, stale_minutes: int = 30,
              is_shared: bool = False, role_key: str = "") -> Dashboard:
    """Keep a view of one's own; making it the first one of a role needs the right to manage live boards."""
    require(actor, VIEW)
    if view is not None and view.owner_id != actor.pk:
        raise NotAllowed("view")
    if role_key != (view.role_key if view else ""):
        require(actor, MANAGE)
    view = view or Dashboard(owner=actor)
    view.name, view.unit_code, view.role_key = name, unit_code, role_key
    view.tiles, view.indicators = [tile for tile in tiles if tile in TILES], list(indicators)
    view.within_minutes, view.stale_minutes = within_minutes, stale_minutes
    # Who begins with a view has to be able to see it.
    view.is_shared = is_shared or bool(role_key)
    view.save()
    audit.record("evaluate.view_saved", view, actor=actor, name=name, shared=audit.plain(str(view.is_shared).lower()))
    return view


@transaction.atomic
def drop_view(*, view: Dashboard, actor: User) -> None:
    """Delete a view of one's own."""
    if view.owner_id != actor.pk:
        raise NotAllowed("view")
    audit.record("evaluate.view_dropped", view, actor=actor)
    view.delete()


@transaction.atomic
def move_tile(*, view: Dashboard, tile: str, by: int, actor: User) -> Dashboard:
    """Move a tile one place up (-1) or down (1), or take it out (0)."""
    if view.owner_id != actor.pk:
        raise NotAllowed("view")
    tiles = list(view.shown_tiles)
    if tile in tiles and by == 0:
        tiles.remove(tile)
    elif tile in tiles:
        place = tiles.index(tile)
        tiles.insert(max(0, place + by), tiles.pop(place))
    elif tile in TILES:
        tiles.append(tile)
    view.tiles = tiles
    view.save(update_fields=["tiles", "changed_at"])
    return view
