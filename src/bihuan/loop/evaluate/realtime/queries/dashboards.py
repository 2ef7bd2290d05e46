"""Saved views: which one a person begins with, which they may open."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.core.models import Role, User

from ..contracts import TILES, LiveState
from ..models import Dashboard


def views_of(user: User) -> QuerySet[Dashboard]:
    return Dashboard.objects.for_user(user).select_related("owner")


def first_view(user: User) -> Dashboard | None:
    """Return the view of the person's role, if one is set for it; else the board as it is shipped."""
    keys = [held.role.key for held in user.assignments.select_related("role")]
    return Dashboard.objects.filter(role_key__in=keys, is_shared=True).order_by("-changed_at").first() if keys else None


def state_of(view: Dashboard | None) -> LiveState:
    """Return what a saved view asks for."""
    if view is None:
        return LiveState()
    return LiveState(view=view.pk, unit=view.unit_code, within_minutes=view.within_minutes,
                     stale_minutes=view.stale_minutes, tiles=tuple(view.shown_tiles) or tuple(TILES))


def role_choices() -> list[tuple[str, str]]:
    return [(role.key, role.label) for role in Role.objects.all()]
