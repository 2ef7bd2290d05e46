"""Recordings of cases: taken in by upload or from a folder, heard only by those who may, each time noted."""

from __future__ import annotations

import hashlib
import os
import wave
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.queries.people import numbers_of
from bihuan.core.privacy.services import bar_of_use, use_body, withdrawal_of
from bihuan.core.rights import Actor
from bihuan.engine.text import search
from bihuan.ui import formats

from ..errors import Refused
from ..models import Recording
from ..queries.session import ask
from ..rights import PLAY, TAG, require_case

MEDIA = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".webm": "audio/webm"}
PLAYED_FOR = "improvement"
LARGEST = 200 * 1024 * 1024


def folder() -> Path:
    """Return where recordings lie."""
    return workspace.home().path / "recordings"


def shelf() -> Path:
    """Return the folder recordings may be taken from by path: ``$BIHUAN_RECORDINGS``, else one in the workspace."""
    return Path(os.environ.get("BIHUAN_RECORDINGS") or folder() / "incoming").resolve()


def add_recording(*, case: str, name: str, parts: Iterable[bytes], duration_s: int | None, channel: str,
                  recorded_at: datetime, actor: User) -> Recording:
    """Take in an uploaded recording; the length is read from the file where it tells it."""
    require_case(actor, TAG, case)
    suffix, made = _suffix(name), uuid4()
    folder().mkdir(parents=True, exist_ok=True)
    target, digest, size = folder() / f"{made}{suffix}", hashlib.sha256(), 0
    try:
        with open(target, "wb") as file:
            for part in parts:
                size += len(part)
                if size > LARGEST:
                    raise Refused("too_large", size=formats.size(size), limit=formats.size(LARGEST))
                digest.update(part)
                file.write(part)
        return _keep(Recording(
            id=made, case=case, file=target.name, media=MEDIA[suffix], size=size, digest=digest.hexdigest(),
            duration_s=_seconds(target, duration_s), channel=channel, recorded_at=recorded_at, added_by=actor), actor)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def register_recording(*, case: str, path: str, duration_s: int | None, channel: str, recorded_at: datetime,
                       actor: User) -> Recording:
    """Take in a recording that lies in the recordings folder of this server."""
    require_case(actor, TAG, case)
    source = (shelf() / path).resolve()
    if not source.is_relative_to(shelf()):
        raise Refused("path_outside", folder=shelf())
    if not source.is_file():
        raise Refused("path_missing", path=path)
    with open(source, "rb") as file:
        return add_recording(case=case, name=source.name, parts=iter(lambda: file.read(1 << 20), b""), actor=actor,
                             duration_s=duration_s, channel=channel, recorded_at=recorded_at)


@transaction.atomic
def note_play(*, recording: Recording, actor: User) -> None:
    """Note that a person hears a recording; call after ``require_play``, before the first byte is sent."""
    audit.record("collect.recording_played", recording, actor=actor, case=audit.plain(recording.case))


def require_play(*, recording: Recording, actor: User) -> None:
    """Refuse people who may not hear a recording, a use it was not made for, and those whose consent was taken back."""
    require_case(actor, PLAY, recording.case)
    use_body(body="recordings", purpose=PLAYED_FOR, actor=actor)
    if locked := _lock_on(recording.case):
        raise locked


def bar_on(case: str) -> str:
    """Return why nobody may hear the recordings of a case, "" where nothing is against it."""
    return str(_lock_on(case) or bar_of_use(body="recordings", purpose=PLAYED_FOR))


def _lock_on(case: str) -> Refused | None:
    found = ask('SELECT customer FROM fact_case WHERE "case" = $1', [case])
    customer = found[0]["customer"] if found else None
    at = withdrawal_of(numbers_of(customer), "recording") if customer else None
    return Refused("consent_withdrawn", day=timezone.localtime(at, workspace.zone()).date().isoformat()) if at else None


def lock_recordings(*, customer: str, actor: Actor) -> dict[str, Any]:
    """Prove which recordings nobody can hear any more; ``require_play`` refuses them by the withdrawn consent itself.

    For ``settings.BIHUAN_CONSENT_HOLDERS``.
    """
    numbers = numbers_of(customer)
    cases = [row["case"] for row in ask('SELECT "case" FROM fact_case WHERE list_contains($1, customer)', [numbers])]
    ids = [str(pk) for pk in Recording.objects.filter(case__in=cases, deleted_at=None).values_list("pk", flat=True)]
    if not ids:
        return {"recordings": 0}
    entry = audit.record_bulk("collect.recordings_locked", ids, ("customer", customer), actor=actor)
    return {"recordings": len(ids), "audit": entry.seq}


@transaction.atomic
def remove_recording(*, recording: Recording, actor: User) -> None:
    """Delete a recording's file; that it was there stays on record."""
    require_case(actor, TAG, recording.case)
    Recording.objects.filter(pk=recording.pk).update(deleted_at=timezone.now())
    audit.record("collect.recording_removed", recording, actor=actor, case=audit.plain(recording.case))
    recording_file(recording).unlink(missing_ok=True)


def erase_customer(customer: str) -> dict[str, int]:
    """Delete the recordings of a customer's cases and what the index still holds of texts that were erased.

    For ``settings.BIHUAN_PERSONAL_STORES``, after the records: their files were written anew by then.
    """
    cases = [row["case"] for row in ask('SELECT "case" FROM fact_case WHERE customer = $1', [customer])]
    found = Recording.objects.filter(case__in=cases, deleted_at=None)
    for recording in found:
        recording_file(recording).unlink(missing_ok=True)
    search.sweep(workspace.home())
    return {"recordings": found.update(deleted_at=timezone.now())}


def recording_file(recording: Recording) -> Path:
    """Return where a recording's bytes lie."""
    return folder() / recording.file


@transaction.atomic
def _keep(recording: Recording, actor: User) -> Recording:
    recording.save(force_insert=True)
    audit.record("collect.recording_added", recording, actor=actor, case=audit.plain(recording.case),
                 size=recording.size, digest=audit.plain(recording.digest))
    return recording


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix not in MEDIA:
        raise Refused("media_unknown", name=name[-60:])
    return suffix


def _seconds(path: Path, given: int | None) -> int:
    """The length of a WAV file as it says itself, else as it was typed."""
    if path.suffix == ".wav":
        try:
            with wave.open(str(path)) as sound:
                return round(sound.getnframes() / sound.getframerate())
        except (wave.Error, EOFError, ZeroDivisionError):
            if given is None:
                raise Refused("media_unknown", name=path.suffix) from None
    if given is None:
        raise Refused("duration_needed")
    return given
