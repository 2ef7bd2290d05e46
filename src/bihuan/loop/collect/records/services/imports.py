"""From a received file to a batch: the mapping, the dry run, the import, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.core import audit, jobs, workspace
from bihuan.core.jobs import JobCancelled
from bihuan.core.rights import NotAllowed, require
from bihuan.engine.facts import freshness, importing, journal, presets
from bihuan.engine.facts.contracts import BadCell, ImportResult
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.journal import Batch
from bihuan.engine.facts.mapping import MappingError, parse, text_of_mapping
from bihuan.engine.facts.unknown import as_told

from .. import drafts, reading
from ..answers import Answer, merged
from ..errors import Refused, sentence_of
from ..models import Upload
from ..rights import Actor, journal_name, may_take, may_undo
from .uploads import locked

State = Upload.State

Progress = Callable[[int, int, str], None]
Wish = Callable[[], bool]


@transaction.atomic
def set_reading(*, upload: Upload, told: dict[str, Any], actor: Actor) -> Upload:
    """Keep how the file is to be read: encoding, delimiter, sheet, header row."""
    require(actor, "collect.import_records")
    upload = locked(upload.pk, State.RECEIVED, State.CHECKED)
    kept = [one for one in upload.mapping.get("answers", []) if one["code"] not in told]
    return _change_mapping(upload, {**upload.mapping, "reading": told, "answers": kept})


@transaction.atomic
def forget_answers(*, upload: Upload, actor: Actor) -> Upload:
    """Go back to what was decided without the person, where their choices leave nothing to read."""
    require(actor, "collect.import_records")
    upload = locked(upload.pk, State.RECEIVED, State.CHECKED)
    return _change_mapping(upload, {**upload.mapping, "answers": []})


@transaction.atomic
def answer_questions(*, upload: Upload, answers: list[Answer], actor: Actor) -> Upload:
    """Keep a person's answers to what could not be decided, and what they decided otherwise."""
    require(actor, "collect.import_records")
    upload = locked(upload.pk, State.RECEIVED, State.CHECKED)
    if not answers:
        return upload
    kept = merged(upload.mapping.get("answers", []), answers)
    # How the file is read has a form of its own: the later choice of the two counts.
    told = {one["code"] for one in answers}
    reading_told = {key: value for key, value in upload.mapping.get("reading", {}).items() if key not in told}
    return _change_mapping(upload, {**upload.mapping, "reading": reading_told, "answers": kept})


@transaction.atomic
def choose_preset(*, upload: Upload, preset: str, actor: Actor) -> Upload:
    """Use a shipped or saved mapping for this file."""
    require(actor, "collect.import_records")
    upload = locked(upload.pk, State.RECEIVED, State.CHECKED)
    upload.preset = preset
    return _change_mapping(upload, {"reading": upload.mapping.get("reading", {})})


@transaction.atomic
def choose_draft(*, upload: Upload, draft: drafts.Draft, actor: Actor) -> Upload:
    """Use a mapping made field by field."""
    require(actor, "collect.import_records")
    upload = locked(upload.pk, State.RECEIVED, State.CHECKED)
    upload.preset = ""
    kept = {key: upload.mapping[key] for key in ("reading", "answers") if key in upload.mapping}
    return _change_mapping(upload, {**kept, "draft": draft})


def save_preset(*, upload: Upload, title: str, actor: Actor) -> str:
    """Keep the file's own mapping for the next file of the same system; returns its name."""
    require(actor, "collect.import_records")
    mapping = reading.mapping_of(upload)
    if any(title in known.title.values() for known in reading.known_mappings() if known.name != own_name(upload)):
        raise Refused("name_taken", name=title)
    name = own_name(upload)
    presets.save(workspace.home(), name, text_of_mapping(mapping, name=name, title=title, generic=False))
    audit.record("collect.mapping_saved", ("mapping", name), actor=actor, title=title)
    return name


def keep_mapping(*, name: str, content: bytes, actor: Actor) -> str:
    """Keep a mapping file that somebody shared; returns its name. Refuses ("mapping") what cannot be used."""
    require(actor, "collect.import_records")
    try:
        mapping = parse(content.decode("utf-8-sig"), name="mapping")
    except (MappingError, UnicodeDecodeError) as error:
        raise Refused("mapping", reason=sentence_of(error)) from error
    title = mapping.title.get("zh") or name
    if any(title in known.title.values() for known in reading.known_mappings()):
        raise Refused("name_taken", name=title)
    own = f"own-{uuid4().hex[:12]}"
    presets.save(workspace.home(), own, text_of_mapping(mapping, name=own, title=mapping.title))
    audit.record("collect.mapping_saved", ("mapping", own), actor=actor, title=title)
    return own


def remove_mapping(*, name: str, actor: Actor) -> None:
    """Forget a mapping of the workspace; what was imported with it stays."""
    require(actor, "collect.import_records")
    presets.delete(workspace.home(), name)
    audit.record("collect.mapping_removed", ("mapping", name), actor=actor)


@transaction.atomic
def start_check(*, upload: Upload, actor: Actor) -> Upload:
    """Queue the dry run: everything is read and judged, nothing is written."""
    require(actor, "collect.import_records")
    upload = locked(upload.pk, State.RECEIVED, State.CHECKED)
    reading.mapping_of(upload)  # refuses when there is none
    _stop(upload.check_job, actor)
    upload.state, upload.check_result = State.RECEIVED, {}
    upload.check_job = jobs.enqueue("records.check", actor=actor, title=_("试运行：%(name)s") % {"name": upload.name},
                                    upload=str(upload.pk))
    upload.save(update_fields=["state", "check_result", "check_job", "changed_at"])
    return upload


def check_file(*, upload: Upload, progress: Progress, cancelled: Wish) -> dict[str, Any]:
    """Carry out the dry run and keep what it found, the whole list of bad cells as a file. Runs in a job."""
    result = _run(upload, actor="check", dry_run=True, progress=progress, cancelled=cancelled)
    found = _summary(result) | {"cells": [_cell(one) for one in result.cells], "cell_count": result.cells_total}
    Upload.objects.filter(pk=upload.pk, state=State.RECEIVED).update(check_result=found, state=State.CHECKED)
    return found


@transaction.atomic
def start_import(*, upload: Upload, actor: Actor) -> Upload:
    """Queue the import of a file that was checked."""
    require(actor, "collect.import_records")
    upload = locked(upload.pk, State.CHECKED)
    if upload.import_job and not upload.import_job.is_finished:
        return upload
    upload.import_job = jobs.enqueue("records.import", actor=actor, title=_("导入：%(name)s") % {"name": upload.name},
                                     upload=str(upload.pk))
    upload.save(update_fields=["import_job", "changed_at"])
    audit.record("collect.import_started", upload, actor=actor)
    return upload


def import_file(*, upload: Upload, actor: Actor, progress: Progress, cancelled: Wish) -> ImportResult:
    """Import the file as one batch and forget its bytes. Runs in a job; a second run of the same adds nothing.

    Refuses ("nothing_usable") when no row could be taken: then there is no batch.
    """
    require(actor, "collect.import_records")
    result = _run(upload, actor=journal_name(actor), dry_run=False, progress=progress, cancelled=cancelled)
    if result.batch is None:
        raise Refused("nothing_usable")
    _note_import(upload, result.batch, actor, {
        "read": result.read, "accepted": result.accepted, "updated": result.updated, "unchanged": result.unchanged,
        "quarantined": result.quarantined})
    return result


def finish_written(*, upload: Upload, since: datetime, actor: Actor, progress: Progress) -> str | None:
    """Finish an import that broke off after the batch was written; returns the batch, None when there is none."""
    require(actor, "collect.import_records")
    if note_written(upload=upload, since=since, actor=actor):
        freshness.refresh(workspace.home(), progress=progress)
    return upload.batch or None


def note_written(*, upload: Upload, since: datetime, actor: Actor) -> bool:
    """Tie an upload to the batch that its import wrote before it broke off; returns whether it has one.

    The journal knows no upload: a batch is this one's when the same person wrote it from a file of this name and as
    many rows after the job was queued, and no other upload has it.
    """
    if upload.state != State.IMPORTED:
        batch = _written(upload, since, journal_name(actor))
        if batch is None:
            return False
        _note_import(upload, batch.id, actor, {name: batch.counts.get(name, 0) for name in (
            "read", "accepted", "updated", "unchanged", "quarantined")})
        upload.batch, upload.state = batch.id, State.IMPORTED
    upload.remove_files()
    return True


@transaction.atomic
def derive_batch(*, batch: Batch, actor: Actor) -> None:
    """Queue the computation of facts that an import left undone."""
    require(actor, "collect.import_records")
    jobs.enqueue("records.derive", actor=actor, title=_("重新计算指标"), batch=batch.id)


def _written(upload: Upload, since: datetime, actor: str) -> Batch | None:
    taken = set(Upload.objects.exclude(batch="").values_list("batch", flat=True))
    for batch in reversed(journal.batches(workspace.home())):
        if batch.done_at < since:
            return None
        if (batch.actor, batch.file) == (actor, upload.name) and batch.id not in taken \
                and batch.counts.get("read") == upload.check_result.get("read"):
            return batch
    return None


@transaction.atomic
def _note_import(upload: Upload, batch: str, actor: Actor, counts: dict[str, int]) -> None:
    """Tie the batch to its upload and leave the audit line; the file's bytes go when both are written."""
    # The bad cells stand beside the journal; a second copy here would be forgotten by a deletion.
    found = {name: told for name, told in upload.check_result.items() if name != "cells"}
    Upload.objects.filter(pk=upload.pk).update(batch=batch, state=State.IMPORTED, check_result=found)
    audit.record("collect.batch_imported", ("batch", batch), actor=actor, **counts)
    transaction.on_commit(upload.remove_files)


@transaction.atomic
def undo_batch(*, batch: Batch, reason: str, actor: Actor) -> None:
    """Take a batch back: its rows vanish from every reading at once, the facts follow in the background.

    Refuses without a reason ("reason") and what was taken back already ("already_undone").
    """
    require(actor, "collect.undo_import")
    if not may_undo(actor, batch):
        raise NotAllowed("batch")
    if not reason.strip():
        raise Refused("reason")
    jobs.enqueue("records.derive", actor=actor, title=_("撤销后重新计算指标"), batch=batch.id)
    audit.record("collect.batch_undone", ("batch", batch.id), actor=actor, reason=reason)
    # Last: the journal knows no rollback.
    journal.undone(workspace.home(), batch.id, actor=journal_name(actor))


def note_download(*, batch: Batch, kind: str, actor: Actor) -> None:
    """Leave a line that somebody took rejected rows or bad cells, which are not masked, out of the system."""
    if not may_take(actor, batch):
        raise NotAllowed("batch")
    audit.record("collect.import_paper_downloaded", ("batch", batch.id), actor=actor, kind=audit.plain(kind))


def own_name(upload: Upload) -> str:
    """Return the name under which the mapping of this file is kept; saving it again replaces it."""
    return f"own-{upload.pk.hex[:8]}"


def _change_mapping(upload: Upload, mapping: dict[str, Any]) -> Upload:
    """Another mapping makes what the last dry run found worthless."""
    upload.mapping, upload.check_result, upload.state = mapping, {}, State.RECEIVED
    upload.save(update_fields=["preset", "mapping", "check_result", "state", "changed_at"])
    return upload


def _stop(job: Any, actor: Actor) -> None:
    if job is not None and not job.is_finished:
        jobs.cancel(job=job, actor=actor)


def _run(upload: Upload, *, actor: str, dry_run: bool, progress: Progress, cancelled: Wish) -> ImportResult:
    if not upload.path.exists():
        raise Refused("gone")
    try:
        return importing.import_file(
            workspace.home(), upload.path, mapping=reading.mapping_of(upload), name=upload.name, actor=actor,
            dry_run=dry_run, progress=progress, cancelled=cancelled, cells_to=upload.cells_path if dry_run else None)
    except FactsError as error:
        if error.code == "cancelled":
            raise JobCancelled from error
        raise


def _summary(result: ImportResult) -> dict[str, Any]:
    return {"read": result.read, "accepted": result.accepted, "updated": result.updated,
            "unchanged": result.unchanged, "quarantined": result.quarantined, "tables": result.tables,
            "costs": result.costs, "people": as_told(result.people), "absent": list(result.absent),
            "unused": list(result.unused)}


def _cell(cell: BadCell) -> dict[str, Any]:
    return {"row": cell.row, "column": cell.column, "value": cell.value, "code": cell.code, "field": cell.field,
            "message": cell.message, "message_en": cell.message_en, "refused": cell.refused, "sheet": cell.sheet}
