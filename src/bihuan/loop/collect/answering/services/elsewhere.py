"""Answers collected elsewhere: which column is which item, remembered a survey, and the mapping that brings them in.

The file itself goes the way of every import (dry run, quarantine, journal, undo): this room only says how it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import require
from bihuan.engine.facts import presets, store
from bihuan.engine.survey.elsewhere import AT, CUSTOMER, ID, Target, mapping_text
from bihuan.engine.survey.elsewhere import ColumnPlan as Plan
from bihuan.loop.collect.records import services as records
from bihuan.loop.collect.samples.queries.doors import drawn_of
from bihuan.loop.collect.surveys.contracts import WaveInfo

from ..elsewhere import IMPORT, KINDS, PUSH, header_hash, plan_of, preset_of
from ..errors import Refused
from ..models import ColumnPlan, Invitation
from ..rights import SEND
from ..waves import questions_of, wave_of


@transaction.atomic
def take_file(*, wave: int, file: Any, actor: User) -> Any:
    """Receive a file of answers for a wave; returns it as the room of imports keeps it."""
    _allowed(wave, actor)
    return records.receive_file(file=file, actor=actor)


@transaction.atomic
def decide_columns(*, wave: int, upload: Any, columns: Sequence[str], plan: Plan, kind: str, actor: User) -> Any:
    """Remember what the columns are, and have the file read so: a dry run begins. Refuses what cannot be imported."""
    found = _allowed(wave, actor)
    name = _keep(found, columns, plan, kind, actor)
    records.choose_preset(upload=upload, preset=name, actor=actor)
    return records.start_check(upload=upload, actor=actor)


@transaction.atomic
def bring_in(*, wave: int, upload: Any, actor: User) -> Any:
    """Import a file whose dry run was looked at, in the background."""
    _allowed(wave, actor)
    return records.start_import(upload=upload, actor=actor)


@transaction.atomic
def prepare_push(*, wave: int, columns: Sequence[str], plan: Plan, actor: User) -> str:
    """Keep how answers that 问卷星 pushes become answers of this wave; returns the mapping's name for a webhook."""
    return _keep(_allowed(wave, actor), columns, plan, PUSH, actor)


def invited_in(wave: int) -> list[str]:
    """Return the numbers of the customers a wave asks: those on its list and those drawn for it."""
    listed = set(Invitation.objects.filter(wave_id=wave).values_list("customer", flat=True))
    return sorted(listed | {one.customer for one in drawn_of(wave)})


def refresh_pushes() -> int:
    """Let the mappings of pushes know who was invited since; returns how many changed."""
    home, changed = workspace.home(), 0
    for kept in ColumnPlan.objects.filter(plan__kind=PUSH):
        wave = wave_of(kept.plan["wave"])
        name, text = preset_of(wave.id, PUSH), _text(wave, plan_of(kept.plan), PUSH)
        file = presets.folder(home) / f"{name}.toml"
        if file.exists() and file.read_text(encoding="utf-8") != text:
            presets.save(home, name, text)
            changed += 1
    return changed


def note_answered() -> int:
    """Mark invited customers whose answers came from elsewhere as having answered: nobody reminds them.

    Whose answers are gone, because their import was undone, has not answered. Returns how many were marked.
    """
    waves = {number for kept in ColumnPlan.objects.all() if CUSTOMER in kept.plan.get("roles", {}).values()
             for number in kept.plan["waves"]}
    count = 0
    for number in waves:
        wave = wave_of(number)
        if wave.anonymous:
            continue
        with store.connect(workspace.home()) as con:
            rows = con.sql('SELECT customer, min("at") AS "at" FROM answers WHERE survey = ? AND source LIKE ? '
                           "AND customer IS NOT NULL GROUP BY 1",
                           params=[wave.code, f"{wave.code}.%"]).to_arrow_table().to_pylist()
        for row in rows:
            count += Invitation.objects.filter(wave_id=number, customer=row["customer"], finished_at=None).update(
                finished_at=row["at"], finished_elsewhere=True, changed_at=timezone.now())
        Invitation.objects.filter(wave_id=number, finished_elsewhere=True).exclude(
            customer__in=[row["customer"] for row in rows]).update(
            finished_at=None, finished_elsewhere=False, changed_at=timezone.now())
    return count


def _allowed(wave: int, actor: User) -> WaveInfo:
    found = wave_of(wave)
    require(actor, SEND, found)
    require(actor, IMPORT)
    return found


def _keep(wave: WaveInfo, columns: Sequence[str], plan: Plan, kind: str, actor: User) -> str:
    _check(wave, plan)
    plan = replace(plan, roles={column: role for column, role in plan.roles.items() if role})
    # A push is set up a wave; a file's header means the same in all waves of a survey.
    header = header_hash([*columns, str(wave.id)] if kind == PUSH else columns)
    kept, _made = ColumnPlan.objects.select_for_update().get_or_create(survey_id=wave.survey_id, header=header)
    waves = sorted({*kept.plan.get("waves", []), wave.id})
    kept.plan = {**asdict(plan), "kind": kind, "wave": wave.id, "waves": waves}
    kept.save(update_fields=["plan", "changed_at"])
    name = preset_of(wave.id, kind)
    presets.save(workspace.home(), name, _text(wave, plan, kind))
    audit.record("collect.columns_decided", ("surveys.wave", str(wave.id)), actor=actor, wave=audit.plain(wave.code),
                 mapping=audit.plain(name), columns=len(plan.roles))
    return name


def _check(wave: WaveInfo, plan: Plan) -> None:
    items = set(questions_of(wave.version_id).names)
    if not plan.column(ID):
        raise Refused("id_column")
    if not plan.column(AT) and not plan.day:
        raise Refused("at_column")
    if not any(role.partition(".")[0] in items for role in plan.roles.values()):
        raise Refused("columns_none")
    twice = [role for role in plan.roles.values() if role and list(plan.roles.values()).count(role) > 1]
    if twice:
        raise Refused("role_twice", role=twice[0])


def _text(wave: WaveInfo, plan: Plan, kind: str) -> str:
    target = Target(wave.code, f"{wave.code}.{KINDS[kind]}", str(wave.version_id), tuple(invited_in(wave.id)),
                    wave.anonymous, wave.closes_at)
    title = _("调查答卷：{title} {name}").format(title=wave.title, name=wave.name)
    return mapping_text(plan, questions_of(wave.version_id), target, title=title)
