"""Roles: loading the shipped ones again and again, and editing them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from .. import audit
from ..audit.digest import canonical, sha256
from ..errors import Refused
from ..models import Role
from ..rights import PERMISSIONS, Actor, require
from .people import require_a_manager
from .states import role_state

PRESETS = Path(__file__).resolve().parent.parent / "presets" / "roles.toml"


@cache
def presets() -> tuple[dict[str, Any], ...]:
    """Return the shipped roles in the order in which they are shown."""
    return tuple(tomllib.loads(PRESETS.read_text(encoding="utf-8"))["role"])


@transaction.atomic
def load_roles(*, actor: Actor) -> int:
    """Create missing shipped roles and renew those nobody edited; returns how many changed."""
    present = {role.key: role for role in Role.objects.select_for_update()}
    changed = 0
    for position, preset in enumerate(presets()):
        role = present.get(preset["key"]) or Role(key=preset["key"])
        if role.pk and (role.preset_hash == content_hash(preset) or content_hash(as_preset(role)) != role.preset_hash):
            continue
        role.name, role.description, role.scope = preset["name"], preset["description"], preset["scope"]
        role.permissions, role.position = list(preset["permissions"]), position
        role.preset_hash = content_hash(preset)
        role.save()
        audit.record("core.role_loaded", role, actor=actor, state=role_state(role), key=audit.plain(role.key))
        changed += 1
    return changed


@transaction.atomic
def update_role(*, role: Role, name: str, description: str, scope: str, permissions: Sequence[str],
                actor: Actor) -> Role:
    """Change what a role may do and how far it reaches, for everyone who holds it."""
    require(actor, "core.manage_people")
    unknown = set(permissions) - set(PERMISSIONS)
    if unknown:
        raise Refused("unknown_permission", permissions=", ".join(sorted(unknown)))
    role = Role.objects.select_for_update().get(pk=role.pk)
    before = set(role.permissions)
    role.name, role.description, role.scope = name, description, scope
    role.permissions = [key for key in PERMISSIONS if key in set(permissions)]
    role.save()
    require_a_manager(actor)
    audit.record("core.role_changed", role, actor=actor, state=role_state(role), scope=audit.plain(scope),
                 added=[audit.plain(key) for key in sorted(set(permissions) - before)],
                 removed=[audit.plain(key) for key in sorted(before - set(permissions))])
    return role


def as_preset(role: Role) -> dict[str, Any]:
    """Return a role in the form of the shipped file."""
    return {"key": role.key, "name": role.name, "description": role.description, "scope": role.scope,
            "permissions": role.permissions}


def content_hash(preset: dict[str, Any]) -> str:
    return sha256(canonical({**preset, "permissions": sorted(preset["permissions"])}))
