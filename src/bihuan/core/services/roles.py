"""Roles: loading the shipped ones again and again, making own ones, editing and retiring them."""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from .. import audit
from ..audit.digest import canonical, sha256
from ..errors import Refused
from ..fields import FIELDS, NEEDED_BY
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
def create_role(*, name: str, description: str, scope: str, permissions: Sequence[str],
                closed_fields: Sequence[str] = (), actor: Actor) -> Role:
    """Add a role of the workspace's own; its key is drawn, since people know it by its name."""
    require(actor, "core.manage_people")
    _check(permissions, closed_fields)
    if any(role.label == name or role.name == name for role in Role.objects.all()):
        raise Refused("role_name_taken", name=name)
    role = Role(key=f"own-{secrets.token_hex(4)}")
    _fill(role, name, description, scope, permissions, closed_fields)
    audit.record("core.role_created", role, actor=actor, state=role_state(role), scope=audit.plain(scope),
                 added=[audit.plain(key) for key in sorted(permissions)],
                 closed=[audit.plain(name) for name in sorted(closed_fields)])
    return role


@transaction.atomic
def update_role(*, role: Role, name: str, description: str, scope: str, permissions: Sequence[str],
                closed_fields: Sequence[str] = (), actor: Actor) -> Role:
    """Change what a role may do, how far it reaches and what it keeps closed, for everyone who holds it."""
    require(actor, "core.manage_people")
    _check(permissions, closed_fields)
    role = Role.objects.select_for_update().get(pk=role.pk)
    before = set(role.permissions)
    _fill(role, name, description, scope, permissions, closed_fields)
    require_a_manager(actor)
    audit.record("core.role_changed", role, actor=actor, state=role_state(role), scope=audit.plain(scope),
                 added=[audit.plain(key) for key in sorted(set(permissions) - before)],
                 removed=[audit.plain(key) for key in sorted(before - set(permissions))],
                 closed=[audit.plain(name) for name in sorted(closed_fields)])
    return role


@transaction.atomic
def switch_role(*, role: Role, is_retired: bool, actor: Actor) -> Role:
    """Retire a role that nobody holds any more, or take it back into use."""
    require(actor, "core.manage_people")
    role = Role.objects.select_for_update().get(pk=role.pk)
    count = role.assignments.values("user").distinct().count()
    if is_retired and count:
        raise Refused("role_held", role=role.label, count=count)
    role.is_retired = is_retired
    role.save(update_fields=["is_retired"])
    audit.record("core.role_retired" if is_retired else "core.role_restored", role, actor=actor,
                 state=role_state(role), key=audit.plain(role.key))
    return role


def _check(permissions: Sequence[str], closed_fields: Sequence[str]) -> None:
    unknown = set(permissions) - set(PERMISSIONS)
    if unknown:
        raise Refused("unknown_permission", permissions=", ".join(sorted(unknown)))
    if set(closed_fields) - set(FIELDS):
        raise Refused("unknown_field", fields=", ".join(sorted(set(closed_fields) - set(FIELDS))))
    # All at once: who mends one should not meet the next.
    needs = [_("{field}（{permissions}）").format(field=FIELDS[field], permissions=_("、").join(
        str(PERMISSIONS[key]) for key in needed)) for field in closed_fields
        if (needed := [key for key in NEEDED_BY.get(field, ()) if key in permissions])]
    if needs:
        raise Refused("field_needed", needs=_("；").join(needs))


def _fill(role: Role, name: str, description: str, scope: str, permissions: Sequence[str],
          closed_fields: Sequence[str]) -> None:
    role.name, role.description, role.scope = name, description, scope
    role.permissions = [key for key in PERMISSIONS if key in set(permissions)]
    role.closed_fields = [key for key in FIELDS if key in set(closed_fields)]
    role.save()


def as_preset(role: Role) -> dict[str, Any]:
    """Return a role in the form of the shipped file."""
    preset = {"key": role.key, "name": role.name, "description": role.description, "scope": role.scope,
              "permissions": role.permissions}
    return preset | {"closed_fields": role.closed_fields} if role.closed_fields else preset


def content_hash(preset: dict[str, Any]) -> str:
    return sha256(canonical({**preset, "permissions": sorted(preset["permissions"])}))
