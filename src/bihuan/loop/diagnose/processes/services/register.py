"""The register of steps: only a draft is changed; publishing needs exactly one accountable role a step."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import require, scope_of
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.evaluate import open_session, prepare
from bihuan.engine.indicators.shape import check_view
from bihuan.engine.process.register import LETTERS, Step
from bihuan.engine.process.selection import CASES

from ..models import Process, ProcessStep, ProcessVersion
from ..rights import CHANGE
from .errors import ProcessError

DRAFT, CURRENT, RETIRED = ProcessVersion.State.DRAFT, ProcessVersion.State.CURRENT, ProcessVersion.State.RETIRED


@transaction.atomic
def create_process(*, name: str, unit_code: str, where: str, note: str, actor: User) -> Process:
    """Name a process; it begins with an empty draft. Raises ProcessError for a taken name or a wrong condition."""
    row = Process(name=name.strip(), unit_code=unit_code, where=where.strip(), note=note.strip(), created_by=actor)
    require(actor, CHANGE, row)
    if not row.name or Process.objects.filter(name=row.name).exists():
        raise ProcessError(_("已有名为“{name}”的流程，或名称为空：请换一个名称。").format(name=row.name), field="name")
    _check_where(row.where, actor)
    row.save()
    ProcessVersion.objects.create(process=row, number=1, created_by=actor)
    audit.record("diagnose.process_created", row, actor=actor, unit=audit.plain(unit_code))
    return row


@transaction.atomic
def begin_draft(*, process: Process, actor: User) -> ProcessVersion:
    """Return the draft of a process; without one a copy of its newest version becomes it."""
    require(actor, CHANGE, process)
    process = Process.objects.select_for_update().get(pk=process.pk)
    newest = process.versions.first()
    if newest is not None and newest.state == DRAFT:
        return newest
    draft = ProcessVersion.objects.create(
        process=process, number=newest.number + 1 if newest else 1, created_by=actor)
    for step in newest.steps.all() if newest else ():
        _write(draft, step.info())
    audit.record("diagnose.process_drafted", process, actor=actor, version=draft.number)
    return draft


@transaction.atomic
def save_step(*, version: ProcessVersion, step: Step, pk: int | None, actor: User) -> ProcessStep:
    """Add a step at the end of a draft, or change one. Raises ProcessError for a name that is taken."""
    version = _draft(version, actor)
    if version.steps.exclude(pk=pk).filter(name=step.name).exists():
        raise ProcessError(_("已有同名的步骤：请换一个名称。"), field="name")
    row = version.steps.filter(pk=pk).first() if pk else None
    number = row.number if row else version.steps.count() + 1
    row = _write(version, replace(step, number=number), row)
    audit.record("diagnose.process_step_saved", version.process, actor=actor, version=version.number, step=number)
    return row


@transaction.atomic
def remove_step(*, step: ProcessStep, actor: User) -> None:
    """Take a step out of a draft; the ones behind it move up."""
    version = _draft(step.version, actor)
    step.delete()
    _renumber(list(version.steps.all()))
    audit.record("diagnose.process_step_removed", version.process, actor=actor, version=version.number,
                 step=step.number)


@transaction.atomic
def move_step(*, step: ProcessStep, up: bool, actor: User) -> None:
    """Move a step of a draft one place up or down; at the end nothing changes."""
    version = _draft(step.version, actor)
    steps = list(version.steps.all())
    place = [one.pk for one in steps].index(step.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(steps):
        steps[place], steps[other] = steps[other], steps[place]
        _renumber(steps)
        audit.record("diagnose.process_step_moved", version.process, actor=actor, version=version.number,
                     step=step.number)


@transaction.atomic
def import_steps(*, process: Process, steps: list[Step], source: str, actor: User) -> ProcessVersion:
    """Replace the steps of the draft by those of a file; what is in force stays."""
    version = begin_draft(process=process, actor=actor)
    version.steps.all().delete()
    for number, step in enumerate(steps, start=1):
        _write(version, replace(step, number=number))
    audit.record("diagnose.process_steps_imported", process, actor=actor, version=version.number, steps=len(steps),
                 source=audit.plain(source))
    return version


@transaction.atomic
def publish(*, version: ProcessVersion, note: str, actor: User) -> ProcessVersion:
    """Put a draft into force. Raises ProcessError unless every step has exactly one A and activities are not shared."""
    version = _draft(version, actor)
    steps = [one.info() for one in version.steps.all()]
    if not steps:
        raise ProcessError(_("还没有步骤，不能生效。"))
    wrong = [one.name for one in steps if len(one.roles("A")) != 1]
    if wrong:
        raise ProcessError(_("每个步骤须有且只有一个最终负责（A）：{names}。").format(names=_("、").join(wrong[:8])))
    shared = shared_activities(steps)
    if shared:
        raise ProcessError(_("这些活动属于不止一个步骤：{names}。").format(names=_("、").join(shared[:8])))
    version.process.versions.filter(state=CURRENT).update(state=RETIRED)
    version.state, version.note, version.published_at = CURRENT, note.strip()[:300], timezone.now()
    version.save(update_fields=["state", "note", "published_at"])
    audit.record("diagnose.process_published", version.process, actor=actor, version=version.number, steps=len(steps))
    return version


def shared_activities(steps: list[Step]) -> list[str]:
    """Return the activities that more than one step claims."""
    seen: dict[str, int] = {}
    for step in steps:
        for name in step.activities:
            seen[name] = seen.get(name, 0) + 1
    return [name for name, count in seen.items() if count > 1]


def _draft(version: ProcessVersion, actor: User) -> ProcessVersion:
    require(actor, CHANGE, version.process)
    version = ProcessVersion.objects.select_for_update(of=("self",)).select_related("process").get(pk=version.pk)
    if version.state != DRAFT:
        raise ProcessError(_("只有草稿可以修改：请先开始新版本。"))
    return version


def _write(version: ProcessVersion, step: Step, row: ProcessStep | None = None) -> ProcessStep:
    fields: dict[str, Any] = asdict(step) | {
        "activities": list(step.activities), "started_by": list(step.started_by),
        "duties": {letter: list(step.roles(letter)) for letter in LETTERS}}
    row = row or ProcessStep(version=version)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()
    return row


def _renumber(steps: list[ProcessStep]) -> None:
    for number, step in enumerate(steps, start=1):
        if step.number != number:
            step.number = number
            step.save(update_fields=["number"])


def _check_where(where: str, actor: User) -> None:
    """Raise ProcessError for a condition that cannot be read."""
    if not where:
        return
    query = Query(where=where)
    try:
        with open_session(workspace.home(), query) as session:
            view, _moments = prepare(session, query, scope_of(actor, CHANGE))
            check_view(CASES, view.by, view.where, "process")
    except IndicatorError as error:
        raise ProcessError(_("条件“{where}”无法识别：例如 channel = phone。").format(where=where),
                           field="where") from error
