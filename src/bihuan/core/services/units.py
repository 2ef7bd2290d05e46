"""Units: the lake holds them, the product mirrors the current ones for rights, pickers and names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from bihuan.engine.home import publish

from .. import audit, workspace
from ..errors import Refused
from ..models import Unit
from ..rights import Actor, SystemActor, descendants, require

SOURCE = "workspace"


def _as_known() -> set[tuple[object, ...]]:
    return set(Unit.objects.values_list("code", "name", "parent_code", "kind", "is_current"))


@transaction.atomic
def sync_units(*, actor: Actor) -> int:
    """Mirror the lake's current units and publish the tree; returns how many units are in use.

    Units that are no longer there are kept, marked as not in use: roles held for them must not silently widen.
    """
    from bihuan.engine.facts import store

    with store.connect(workspace.home()) as con:
        rows = con.sql("SELECT id, name, parent, kind, valid_to IS NULL OR valid_to > now() FROM units").fetchall()
    units = [
        Unit(code=code, name=name or code, parent_code=parent or "", kind=kind, is_current=is_current)
        for code, name, parent, kind, is_current in sorted(rows)]
    before = _as_known()
    Unit.objects.bulk_create(
        units, update_conflicts=True, unique_fields=["code"],
        update_fields=["name", "parent_code", "kind", "is_current"])
    Unit.objects.exclude(code__in=[unit.code for unit in units]).update(is_current=False)
    current = [unit for unit in units if unit.is_current]
    if _as_known() != before:       # every start comes by here
        audit.record("core.units_synced", actor=actor, units=len(current))
    publish(workspace.home(), units=[
        {"id": unit.code, "name": unit.name, "parent": unit.parent_code or None, "kind": unit.kind}
        for unit in current])
    return len(current)


def save_unit(*, code: str, name: str, kind: str, parent_code: str = "", is_current: bool = True,
              actor: Actor) -> Unit:
    """Add or change one unit through the import, so that the numbers and the product see the same tree."""
    require(actor, "core.manage_units")
    _refuse_circle(code, parent_code)
    # The importer is heavy, and only this act of a web worker needs it.
    from bihuan.engine.facts.importing import import_rows

    row: dict[str, Any] = {"id": code, "name": name, "parent": parent_code or None, "kind": kind,
                           "valid_to": None if is_current else datetime.now(UTC)}
    result = import_rows(workspace.home(), "units", [row], source=SOURCE, actor=actor_name(actor))
    if result.quarantined:
        raise Refused("unit_refused", reason="; ".join(cell.message for cell in result.cells))
    with transaction.atomic():
        sync_units(actor=actor)
        unit = Unit.objects.get(pk=code)
        audit.record("core.unit_saved", unit, actor=actor, kind=audit.plain(kind), parent=audit.plain(parent_code),
                     name=name, is_current=is_current)
    return unit


def _refuse_circle(code: str, parent_code: str) -> None:
    if not parent_code:
        return
    parent = Unit.objects.filter(pk=parent_code).first()
    if parent is None:
        raise Refused("unit_unknown", unit=parent_code)
    if parent_code in descendants([code], Unit.objects.only("code", "parent_code")):
        raise Refused("unit_circle", unit=parent.name)


def actor_name(actor: Actor) -> str:
    """The name under which the import journal keeps who acted."""
    return actor.name if isinstance(actor, SystemActor) else f"user:{actor.pk}"
