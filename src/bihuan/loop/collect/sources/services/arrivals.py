"""Taking in the files of a watched folder, one after the other."""

from __future__ import annotations

import gzip
import os
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.jobs import JobCancelled
from bihuan.engine.facts import importing, journal
from bihuan.engine.facts.contracts import ImportResult
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.journal import Batch
from bihuan.engine.facts.mapping import MappingError

from ..errors import Refused, Trouble, caused, kept
from ..models import ArrivedFile, Source
from ..rights import own_name
from . import folders, tell

State = ArrivedFile.State
# Seen twice so far apart with the same size and time, a file is taken for whole.
SETTLED = timedelta(seconds=20)
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".json", ".jsonl", ".ndjson", ".xes")
PACKED = ".gz"
# A worksheet shrinks 10 to 30 times; what shrinks 200 times holds nothing but repetition.
MAX_RATIO, RATIO_FROM_BYTES, MAX_UNPACKED_BYTES = 200, 64 * 1024**2, 12 * 1024**3


@dataclass(frozen=True)
class Looked:
    """What one look into a folder did: files taken in, set aside for people, and waited for."""

    taken: int = 0
    undecided: int = 0
    waiting: int = 0


def look_into(*, source: Source, say: Callable[[int, int | None, str], None], cancelled: Callable[[], bool],
              seconds: float, now: datetime | None = None) -> Looked:
    """Take in what has arrived in a source's folder; Trouble "folder_missing" when there is none."""
    until, taken, undecided = time.monotonic() + seconds, 0, 0
    now = now or timezone.now()
    with folders.opened(source) as folder:
        ready = _ready(source, folder, now)
        for number, (row, name, state) in enumerate(ready):
            if time.monotonic() > until:
                break
            if cancelled():
                raise JobCancelled
            say(number, len(ready), row.name)
            if _take(source, folder, row, name, state):
                taken += 1
            else:
                undecided += row.state == State.UNDECIDED
        _clear(source, folder, now)
    waiting = ArrivedFile.objects.filter(source=source, state=State.SEEN).count()
    return Looked(taken, undecided, waiting)


def _ready(source: Source, folder: int, now: datetime) -> list[tuple[ArrivedFile, str, os.stat_result]]:
    """Note what lies in the folder; return what has not changed since it was seen a while ago, and its own name."""
    known = {row.name: row for row in ArrivedFile.objects.filter(source=source, state=State.SEEN)}
    ready = []
    for name, state in folders.listed(folder):
        fault = folders.fault_of(name, state)
        noted = folders.kept_name(name, state)
        row = known.pop(noted, None) or ArrivedFile(source=source, name=noted, size=-1)
        if fault is not None:
            _set_aside(source, folder, name, row, state, fault)
            continue
        stamp = (state.st_size, state.st_mtime_ns)
        if (row.size, row.stamp) != stamp:
            row.size, row.stamp, row.seen_at = *stamp, now
            row.save()
        elif now - row.seen_at >= SETTLED:
            ready.append((row, name, state))
    # Taken away again before it was whole.
    ArrivedFile.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    return ready


def _take(source: Source, folder: int, row: ArrivedFile, name: str, state: os.stat_result) -> bool:
    """Import one file and move it; False when it was set aside, or is left for later because it changes still."""
    copy: Path | None = None
    try:
        suffix = suffix_of(name)
        copy, row.digest = folders.copy_out(folder, name, state, suffix)
        _check_packed(copy, suffix)
        found = _same_content(source, row)
        if found:
            _settle(folder, name, row, batch=found.batch)
            return True
        return _import(source, folder, row, name, copy)
    except (FactsError, MappingError) as error:
        _set_aside(source, folder, name, row, state, _spoken(error, row.name))
    except Trouble as trouble:
        if trouble.passing:
            row.seen_at = timezone.now()
            row.save(update_fields=["seen_at"])
        else:
            _set_aside(source, folder, name, row, state, trouble)
    finally:
        if copy is not None:
            copy.unlink(missing_ok=True)
    return False


def _import(source: Source, folder: int, row: ArrivedFile, name: str, copy: Path) -> bool:
    actor = own_name(source.code).name
    written = _written(row, actor)
    if written is not None:
        # A worker that was killed had written it already.
        _note(source, row, written.id, written.counts, written.source)
    else:
        preset = source.streams.values_list("preset", flat=True).first()
        result = importing.import_file(workspace.home(), copy, preset=preset or None, name=row.name, actor=actor)
        if result.batch is None:
            raise Trouble("file_refused", why=_nothing(result))
        _note(source, row, result.batch, {name: getattr(result, name) for name in (
            "read", "accepted", "updated", "unchanged", "quarantined")}, result.source)
    moved = folders.move(folder, name, folders.DONE, called=row.name)
    rejected = workspace.home().batches / f"{row.batch}.rejected.csv"
    if row.quarantined and rejected.exists():
        beside = folders.put_beside(folder, folders.DONE, f"{Path(moved).stem}.rejected.csv", rejected)
        tell.rows_refused(source, row, beside)
    return True


def _spoken(error: FactsError | MappingError, name: str) -> Trouble:
    """The engine's words about the file by its own name: it knows only the copy's."""
    if isinstance(error, FactsError):
        if error.code in ("not_recognised", "unlike_any"):
            return Trouble("file_unknown")
        if "file" in error.params:
            error = FactsError(error.code, **{**error.params, "file": name})
    return caused("file_refused", error)


def _nothing(result: ImportResult) -> str:
    first = result.cells[0].message if result.cells else ""
    return _("%(rows)d 行没有一行可以使用。%(first)s") % {"rows": result.read, "first": first}


def _same_content(source: Source, row: ArrivedFile) -> ArrivedFile | None:
    """Return the file of the same content that was imported and not taken back since."""
    known = ArrivedFile.objects.filter(source=source, digest=row.digest, state=State.IMPORTED).first()
    if known is None:
        return None
    visible = any(batch.id == known.batch and batch.visible() for batch in journal.batches(workspace.home()))
    return known if visible else None


def _written(row: ArrivedFile, actor: str) -> Batch | None:
    """Return the batch that a worker wrote from this file and could not note any more."""
    noted = set(ArrivedFile.objects.filter(source=row.source, name=row.name).values_list("batch", flat=True))
    for batch in reversed(journal.batches(workspace.home())):
        if batch.done_at < row.seen_at:
            return None
        if (batch.actor, batch.file) == (actor, row.name) and batch.id not in noted and batch.visible():
            return batch
    return None


@transaction.atomic
def _note(source: Source, row: ArrivedFile, batch: str, counts: dict[str, int], lake_name: str) -> None:
    now = timezone.now()
    row.state, row.batch, row.ended_at, row.trouble = State.IMPORTED, batch, now, {}
    row.read, row.quarantined = counts.get("read", 0), counts.get("quarantined", 0)
    row.save()
    source.refresh_from_db()
    source.lake_names = sorted({*source.lake_names, lake_name} - {""})
    source.fresh_at = source.last_at = now
    source.last_read, source.last_refused = row.read, row.quarantined
    source.last_taken = counts.get("accepted", 0) + counts.get("updated", 0)
    source.trouble, source.trouble_since = {}, None
    source.save(update_fields=["lake_names", "fresh_at", "last_at", "last_read", "last_taken", "last_refused",
                               "trouble", "trouble_since"])
    audit.record("collect.batch_imported", ("batch", batch), actor=own_name(source.code), **{
        name: counts.get(name, 0) for name in ("read", "accepted", "updated", "unchanged", "quarantined")})


def _settle(folder: int, name: str, row: ArrivedFile, *, batch: str) -> None:
    """Note a file whose content is known already."""
    row.state, row.batch, row.ended_at = State.SAME, batch, timezone.now()
    row.save()
    Source.objects.filter(pk=row.source_id).update(fresh_at=row.ended_at, last_at=row.ended_at)
    folders.move(folder, name, folders.DONE, called=row.name)


def _set_aside(source: Source, folder: int, name: str, row: ArrivedFile, state: os.stat_result,
               trouble: Refused) -> None:
    """Put a thing that cannot be imported where people find it, and tell them what to do."""
    row.state, row.ended_at, row.trouble = State.UNDECIDED, timezone.now(), kept(trouble)
    row.size, row.stamp = state.st_size, state.st_mtime_ns
    row.save()
    Source.objects.filter(pk=source.pk).update(last_at=row.ended_at)
    folders.move(folder, name, folders.UNDECIDED)
    tell.file_set_aside(source, row)


def suffix_of(name: str) -> str:
    """Return the known suffix a name ends with, ``.gz`` included; Trouble "file_kind" for others."""
    lower = name.lower()
    stem = lower.removesuffix(PACKED)
    for suffix in SUFFIXES:
        if stem.endswith(suffix) and not (lower != stem and suffix in (".xlsx", ".parquet")):
            return suffix + (PACKED if lower != stem else "")
    raise Trouble("file_kind")


def _check_packed(path: Path, suffix: str) -> None:
    """Refuse what unpacks to far more than it is."""
    try:
        if suffix.endswith(PACKED):
            unpacked = 0
            with gzip.open(path) as stream:
                while block := stream.read(folders.COPY_BLOCK):
                    unpacked += len(block)
                    _check_size(path, unpacked)
        elif zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                _check_size(path, sum(entry.file_size for entry in archive.infolist()))
    except (zipfile.BadZipFile, EOFError, OSError, zlib.error) as error:
        raise Trouble("file_refused", why=_("文件不完整或已损坏。")) from error


def _check_size(path: Path, unpacked: int) -> None:
    if unpacked > MAX_UNPACKED_BYTES or unpacked > max(RATIO_FROM_BYTES, MAX_RATIO * path.stat().st_size):
        raise Trouble("file_bomb")


def _clear(source: Source, folder: int, now: datetime) -> None:
    folders.clear_old(folder, keep_days=int(source.config["keep_days"]), now=now)
