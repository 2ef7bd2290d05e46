"""Procedures and rules as pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed
from bihuan.loop.diagnose.processes.queries.register import Since, current_processes, since_of

from ..contracts import CHAPTERS, ProcedureInfo
from ..models import EscalationRule, Procedure, ProcedureVersion

__all__ = ["EscalationRule", "Procedure", "ProcedureVersion"]


def procedure_for(user: User, pk: int) -> Procedure:
    """Return one procedure a person may read; NotAllowed, as for one that is not there, otherwise."""
    found = Procedure.objects.for_user(user).filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"procedure {pk}")
    return found


def rule_for(user: User, pk: int) -> EscalationRule:
    """Return one rule a person may see; NotAllowed otherwise."""
    found = EscalationRule.objects.for_user(user).filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"rule {pk}")
    return found


def version_of(procedure: Procedure, number: str | None) -> ProcedureVersion | None:
    """Return the version asked for, else the one in force today, else an approved one, else the newest."""
    versions = list(procedure.versions.select_related("author", "approved_by"))
    if number:
        return next((one for one in versions if str(one.number) == number), None)
    approved = [one for one in versions if one.state == ProcedureVersion.State.APPROVED and one.effective_on]
    return held_on(approved, today()) or (approved or versions)[0]


def held_on(versions: Iterable[ProcedureVersion], day: date) -> ProcedureVersion | None:
    """Return which of the approved versions of one procedure holds on a day: the one that began last."""
    begun = [one for one in versions if one.effective_on and one.effective_on <= day]
    return max(begun, key=lambda one: (one.effective_on, one.number), default=None)


def today() -> date:
    return timezone.localdate(timezone.now(), workspace.zone())


def compared(user: User, procedure: Procedure, version: ProcedureVersion) -> Since:
    """Return the page that sets the procedure's process since a version holds, until the next one, beside before it.

    Empty without a process that the person sees, or before the data reach that day.
    """
    if version.state != ProcedureVersion.State.APPROVED or procedure.process_id is None:
        return Since()
    if procedure.process_id not in {one.id for one in current_processes(user)}:
        return Since()
    later = procedure.versions.filter(state=ProcedureVersion.State.APPROVED, effective_on__gt=version.effective_on)
    return since_of(procedure.process_id, version.effective_on,
                    later.order_by("effective_on").values_list("effective_on", flat=True).first())


def chapters_of(version: ProcedureVersion) -> list[tuple[str, str]]:
    """Return (heading, text) of every chapter of the fixed template, in its order."""
    return [(str(heading), version.chapters.get(key, "")) for key, heading, _must in CHAPTERS]


def in_force(user: User, day: date) -> list[ProcedureInfo]:
    """Return the procedures that hold on a day, for rooms above that train and examine."""
    rows = ProcedureVersion.objects.filter(
        procedure__in=Procedure.objects.for_user(user), state=ProcedureVersion.State.APPROVED, effective_on__lte=day,
    ).select_related("procedure")
    by_procedure: dict[int, list[ProcedureVersion]] = {}
    for row in rows:
        by_procedure.setdefault(row.procedure_id, []).append(row)
    held = [one for one in (held_on(versions, day) for versions in by_procedure.values()) if one is not None]
    return [ProcedureInfo(row.procedure_id, row.procedure.number, row.procedure.title, row.procedure.unit_code,
                          row.number, row.effective_on, row.exam) for row in held if row.effective_on]
