"""The present content of what the audit log vouches for, as its entries and its check both see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..models import Role, RoleAssignment, User


def role_state(role: Role) -> dict[str, Any]:
    state: dict[str, Any] = {"permissions": sorted(role.permissions), "scope": role.scope}
    # What no role had before is left out where it says nothing, so that older audit lines still tell the same state.
    if role.closed_fields:
        state["closed_fields"] = sorted(role.closed_fields)
    return state | {"is_retired": True} if role.is_retired else state


def role_states() -> Iterator[tuple[str, dict[str, Any]]]:
    return ((str(role.pk), role_state(role)) for role in Role.objects.all())


def person_state(user: User) -> dict[str, Any]:
    return {
        "active": user.is_active, "agent_id": user.agent_id,
        "roles": sorted(user.assignments.values_list("role_id", "unit_code")),
    }


def person_states() -> Iterator[tuple[str, dict[str, Any]]]:
    """People with their rights; a password or a name is their own business and not part of it."""
    held: dict[int, list[tuple[int, str]]] = {}
    for user_id, role_id, unit_code in RoleAssignment.objects.values_list("user_id", "role_id", "unit_code"):
        held.setdefault(user_id, []).append((role_id, unit_code))
    for user in User.objects.all():
        yield str(user.pk), {
            "active": user.is_active, "agent_id": user.agent_id, "roles": sorted(held.get(user.pk, []))}
