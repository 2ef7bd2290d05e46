"""A procedure is written, submitted, approved by another person with a day from which it holds, and replaced."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import require
from bihuan.loop.diagnose.processes.queries.register import process_for, process_info

from ..contracts import CHAPTERS
from ..models import Procedure, ProcedureVersion
from ..rights import APPROVE, WRITE
from .errors import ProcedureError

State = ProcedureVersion.State


@transaction.atomic
def create_procedure(*, title: str, unit_code: str, process_id: int | None, actor: User) -> Procedure:
    """Begin a procedure; the steps of a process that is in force are its first text."""
    row = Procedure(title=title.strip(), unit_code=unit_code, created_by=actor)
    require(actor, WRITE, row)
    if not row.title:
        raise ProcedureError(_("请填写名称。"), field="title")
    row.process = process_for(actor, process_id) if process_id else None
    row.save()
    ProcedureVersion.objects.create(procedure=row, number=1, author=actor, chapters=_first_text(process_id))
    audit.record("improve.procedure_created", row, actor=actor, number=row.number, process=process_id)
    return row


@transaction.atomic
def begin_version(*, procedure: Procedure, actor: User) -> ProcedureVersion:
    """Return the version in work; without one a copy of the newest becomes it."""
    require(actor, WRITE, procedure)
    newest = procedure.versions.select_for_update().first()
    if newest is not None and newest.state in (State.DRAFT, State.SUBMITTED):
        return newest
    version = ProcedureVersion.objects.create(
        procedure=procedure, number=newest.number + 1 if newest else 1, author=actor,
        chapters=newest.chapters if newest else {}, exam=newest.exam if newest else "")
    audit.record("improve.procedure_begun", procedure, actor=actor, version=version.number)
    return version


@transaction.atomic
def write(
    *, version: ProcedureVersion, chapters: dict[str, str], exam: str, note: str, actor: User,
) -> ProcedureVersion:
    """Store the text of a draft under the fixed chapters."""
    version = _held(version, (State.DRAFT,), WRITE, actor)
    version.chapters = {key: chapters.get(key, "").strip() for key, _heading, _must in CHAPTERS}
    version.exam, version.note, version.author = exam, note.strip()[:300], actor
    version.save()
    audit.record("improve.procedure_written", version.procedure, actor=actor, version=version.number)
    return version


@transaction.atomic
def submit(*, version: ProcedureVersion, actor: User) -> ProcedureVersion:
    """Hand a draft in for approval. Raises ProcedureError while a chapter of the template is empty."""
    version = _held(version, (State.DRAFT,), WRITE, actor)
    missing = [str(heading) for key, heading, must in CHAPTERS if must and not version.chapters.get(key)]
    if missing:
        raise ProcedureError(_("这些章节还是空的：{names}。").format(names=_("、").join(missing)))
    version.state, version.refused_for = State.SUBMITTED, ""
    version.save()
    audit.record("improve.procedure_submitted", version.procedure, actor=actor, version=version.number)
    return version


@transaction.atomic
def approve(*, version: ProcedureVersion, effective_on: date, actor: User) -> ProcedureVersion:
    """Approve a submitted version from a day on; until then the one before it holds. Nobody approves their own text."""
    version = _held(version, (State.SUBMITTED,), APPROVE, actor)
    if version.author_id == actor.pk:
        raise ProcedureError(_("编写人不能批准自己的规程：请由另一位有权限的人批准。"))
    # One that was to begin later, and is overtaken, never comes into force.
    version.procedure.versions.filter(state=State.APPROVED, effective_on__gte=effective_on).update(state=State.RETIRED)
    version.state, version.approved_by, version.approved_at = State.APPROVED, actor, timezone.now()
    version.effective_on = effective_on
    version.save()
    audit.record("improve.procedure_approved", version.procedure, actor=actor, version=version.number,
                 effective=effective_on.isoformat())
    return version


@transaction.atomic
def refuse(*, version: ProcedureVersion, reason: str, actor: User) -> ProcedureVersion:
    """Send a submitted version back to its author, with the reason."""
    version = _held(version, (State.SUBMITTED,), APPROVE, actor)
    if len(reason.strip()) < 4:
        raise ProcedureError(_("请写明退回的原因。"), field="reason")
    version.state, version.refused_for = State.DRAFT, reason.strip()[:300]
    version.save()
    audit.record("improve.procedure_refused", version.procedure, actor=actor, version=version.number)
    return version


def _held(version: ProcedureVersion, states: tuple[str, ...], permission: str, actor: User) -> ProcedureVersion:
    require(actor, permission, version.procedure)
    version = ProcedureVersion.objects.select_for_update(of=("self",)).select_related("procedure").get(pk=version.pk)
    if version.state not in states:
        raise ProcedureError(_("这个版本现在是“{state}”，不能这样做。").format(state=version.get_state_display()))
    return version


def _first_text(process_id: int | None) -> dict[str, str]:
    info = process_info(process_id) if process_id else None
    if info is None:
        return {}
    steps = "\n".join(
        f"{step.number}. {step.name}" + (f"（{step.performer}）" if step.performer else "")
        + (_("：输入 {input}").format(input=step.input) if step.input else "")
        + (_("，输出 {output}").format(output=step.output) if step.output else "")
        for step in info.steps)
    duties = "\n".join(
        _("{step}：最终负责 {a}；执行 {r}").format(
            step=step.name, a=_("、").join(step.roles("A")) or "—", r=_("、").join(step.roles("R")) or "—")
        for step in info.steps)
    return {"steps": steps, "duties": duties, "scope": info.name}
