"""Who belongs to which unit: written through the import, so that numbers of the past keep who belonged where then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from .. import audit, workspace
from ..errors import Refused
from ..members import NEVER, Stay, stays_of
from ..models import Unit
from ..rights import Actor, require
from .units import SOURCE, actor_name

RIGHT = "core.manage_units"


def add_member(*, agent: str, name: str = "", unit: str, role: str = "", first: date, actor: Actor) -> None:
    """Take somebody into a unit whom no record knows yet."""
    require(actor, RIGHT)
    if name:
        _write("agents", [{"id": agent, "name": name}], actor=actor)
    move_member(agent=agent, unit=unit, role=role, first=first, actor=actor)


def move_member(*, agent: str, unit: str, role: str = "", first: date, keeps_others: bool = False,
                actor: Actor) -> None:
    """Let somebody belong to a unit from a day on; what holds on that day elsewhere ends with the day before."""
    require(actor, RIGHT)
    if not Unit.objects.filter(pk=unit, is_current=True).exists():
        raise Refused("unit_unknown", unit=unit)
    start, stays = _start_of(first), stays_of(agent)
    running = [stay for stay in stays if stay.holds(start) and not stay.is_void]
    if any(stay.unit == unit for stay in running):
        raise Refused("member_already", unit=unit, day=first.isoformat())
    later = [stay.first for stay in stays if stay.valid_from and stay.valid_from > start and not stay.is_void]
    if later and not keeps_others:
        raise Refused("member_later", day=min(day for day in later if day).isoformat())
    ended = [] if keeps_others else [_row(agent, stay, until=start) for stay in running]
    _write("memberships", [*ended, {"agent": agent, "unit": unit, "role": role or None, "valid_from": start}],
           actor=actor)
    audit.record("core.member_moved", ("agent", agent), actor=actor, unit=audit.plain(unit),
                 first=audit.plain(first.isoformat()), ended=len(ended))


def end_stay(*, agent: str, stay: Stay, last: date, actor: Actor) -> None:
    """Let a stay end with a day; an ended one gets another last day."""
    require(actor, RIGHT)
    if stay.first and last < stay.first:
        raise Refused("member_ends_early", day=stay.first.isoformat())
    _write("memberships", [_row(agent, stay, until=_start_of(last + timedelta(days=1)))], actor=actor)
    audit.record("core.member_ended", ("agent", agent), actor=actor, unit=audit.plain(stay.unit),
                 last=audit.plain(last.isoformat()))


def take_back_stay(*, agent: str, stay: Stay, actor: Actor) -> None:
    """Let a stay that was entered by mistake hold at no moment; the row and who took it back remain."""
    require(actor, RIGHT)
    _write("memberships", [_row(agent, stay, until=stay.valid_from or NEVER)], actor=actor)
    audit.record("core.member_taken_back", ("agent", agent), actor=actor, unit=audit.plain(stay.unit))


def _row(agent: str, stay: Stay, *, until: datetime) -> dict[str, Any]:
    return {"agent": agent, "unit": stay.unit, "role": stay.role or None, "valid_from": stay.valid_from,
            "valid_to": until}


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=workspace.zone())


def _write(table: str, rows: Sequence[dict[str, Any]], *, actor: Actor) -> None:
    # The importer is heavy, and only few acts of a web worker need it.
    from bihuan.engine.facts.importing import import_rows

    result = import_rows(workspace.home(), table, rows, source=SOURCE, actor=actor_name(actor))
    if result.quarantined:
        raise Refused("unit_refused", reason="; ".join(cell.message for cell in result.cells))
