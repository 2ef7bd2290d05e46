"""Rows on their way: fetched into a file, imported as one batch, and only then does the stream stand behind them."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.engine.facts import importing, journal, presets
from bihuan.engine.facts.contracts import ImportResult
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.journal import Batch
from bihuan.engine.facts.mapping import Mapping, MappingError

from ..contracts import Page, Position
from ..errors import Trouble, caused
from ..models import Chunk, Pull, Source, Stream
from ..rights import own_name

COUNTS = ("read", "accepted", "updated", "unchanged", "quarantined")


def fetch(*, pull: Pull, stream: Stream, pages: list[Page], label: str) -> Chunk:
    """Keep fetched pages: the file first, then the row that speaks of it."""
    local = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    chunk = Chunk(pull=pull, stream=stream, rows=sum(len(page.rows) for page in pages), position=pages[-1].position)
    chunk.name = f"{pull.source.name.replace('/', '／')} {label} {local} #{chunk.pk.hex[:8]}"[:200]
    data = json.dumps(as_read(pages, mapping_of(stream.preset)), ensure_ascii=False).encode()
    chunk.digest = hashlib.sha256(data).hexdigest()
    chunk.path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(chunk.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    chunk.save()
    return chunk


def as_read(pages: list[Page], mapping: Mapping) -> list[Any]:
    """Return the pages as the mapping reads them: whole answers where it has a reader or names a list in them."""
    rows = [row for page in pages for row in page.rows]
    first = mapping.plans[0].explode.split(".")[0].removesuffix("[]")
    whole = mapping.reader or (first and not any(first in row for row in rows))
    documents = [page.document for page in pages if page.document is not None]
    # Where an answer is the bare list itself, its rows are all there is to it.
    return documents if whole and documents else rows


def mapping_of(preset: str) -> Mapping:
    try:
        return presets.get(workspace.home(), preset)
    except FactsError as error:
        raise Trouble("mapping_gone", preset=preset) from error


def finish_fetched(pull: Pull) -> None:
    """Do what a turn that was cut off had left to do: note what was written, import what was only fetched."""
    for chunk in pull.chunks.filter(is_stored=False).select_related("stream", "pull__source"):
        batch = _written(chunk)
        if batch is not None:
            _note(chunk, batch.id, {name: batch.counts.get(name, 0) for name in COUNTS})
        elif chunk.path.exists() and hashlib.sha256(chunk.path.read_bytes()).hexdigest() == chunk.digest:
            store(chunk)
        else:
            # Without its file the chunk is nothing: the stream still stands before it and is read again.
            chunk.path.unlink(missing_ok=True)
            chunk.delete()


def _written(chunk: Chunk) -> Batch | None:
    actor = own_name(chunk.pull.source.code).name
    for batch in reversed(journal.batches(workspace.home())):
        if batch.done_at < chunk.at:
            return None
        if (batch.actor, batch.file) == (actor, chunk.name):
            return batch
    return None


def store(chunk: Chunk) -> None:
    """Import a chunk and note it. Rows that say nothing new make no batch.

    Trouble "nothing_usable" when no row could be taken: then the stream stays where it was, because what is not in a
    batch has no list of rejected rows either.
    """
    source = chunk.pull.source
    try:
        tried = _import(chunk, source, dry_run=True)
        bad = _digest_of(tried)
        if not _says_something(tried) and (not tried.quarantined or bad == chunk.stream.refused):
            _note(chunk, "", {**_counts(tried), "accepted": 0, "updated": 0})
            return
        result = _import(chunk, source, dry_run=False)
    except (FactsError, MappingError) as error:
        if getattr(error, "code", "") == "no_records":
            # Answers may hold nothing that the mapping wants.
            _note(chunk, "", dict.fromkeys(COUNTS, 0))
            return
        _drop(chunk)
        raise caused("mapping", error, preset=chunk.stream.preset) from error
    if result.batch is None:
        _drop(chunk)
        first = result.cells[0] if result.cells else None
        raise Trouble("nothing_usable", rows=result.read, why=first.message if first else "",
                      why_en=first.message_en if first else "")
    _note(chunk, result.batch, _counts(result), refused=bad)


def _import(chunk: Chunk, source: Source, *, dry_run: bool) -> ImportResult:
    return importing.import_file(
        workspace.home(), chunk.path, mapping=mapping_of(chunk.stream.preset), source=source.code, name=chunk.name,
        actor=own_name(source.code).name, dry_run=dry_run)


def _drop(chunk: Chunk) -> None:
    # First the file: a row that is deleted knows its own number no more.
    chunk.path.unlink(missing_ok=True)
    chunk.delete()


def _says_something(result: ImportResult) -> bool:
    return any(told["accepted"] or told["updated"] for told in result.tables.values())


def _counts(result: ImportResult) -> dict[str, int]:
    return {name: getattr(result, name) for name in COUNTS}


def _digest_of(result: ImportResult) -> str:
    cells = sorted((cell.column or "", cell.value or "", cell.code) for cell in result.cells)
    return hashlib.sha256(json.dumps(cells, ensure_ascii=False).encode()).hexdigest()


def _note(chunk: Chunk, batch: str, counts: dict[str, int], *, refused: str | None = None) -> None:
    """Let the stream stand behind the chunk; its file goes when that is written."""
    _write(chunk, batch, counts, refused)
    chunk.path.unlink(missing_ok=True)


@transaction.atomic
def _write(chunk: Chunk, batch: str, counts: dict[str, int], refused: str | None) -> None:
    """Position, counts and audit line together; what was noted before is not counted again."""
    if not Chunk.objects.filter(pk=chunk.pk, is_stored=False).update(is_stored=True, batch=batch):
        return
    stream: dict[str, Any] = {"position": chunk.position, "moved_at": timezone.now(), "rows": F("rows") + chunk.rows}
    if refused is not None:
        stream["refused"] = refused
    Stream.objects.filter(pk=chunk.stream_id).update(**stream)
    Pull.objects.filter(pk=chunk.pull_id).update(**{name: F(name) + counts[name] for name in COUNTS})
    if batch:
        audit.record("collect.batch_imported", ("batch", batch), actor=own_name(chunk.pull.source.code), **counts)


@transaction.atomic
def move(*, stream: Stream, position: Position) -> None:
    """Let a stream stand behind pages that had no rows."""
    Stream.objects.filter(pk=stream.pk).update(position=position, moved_at=timezone.now())
