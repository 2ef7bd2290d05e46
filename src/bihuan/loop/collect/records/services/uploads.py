"""Receiving files: in parts that may break off and go on, checked at both ends, kept only as long as needed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from bihuan.core import audit, workspace
from bihuan.core.rights import require
from bihuan.engine.facts.privacy import load_rules, mask_file_name
from bihuan.ui.formats import size as in_words

from .. import files
from ..errors import Refused
from ..models import Upload
from ..rights import Actor

State = Upload.State
# An upload that broke off may go on for this long; then its bytes make room.
ABANDONED_AFTER = timedelta(days=2)


@transaction.atomic
def start_upload(*, name: str, size: int, stamp: str, actor: Actor) -> Upload:
    """Open the door for a file, or find the same file half sent; ``received`` says where to go on."""
    require(actor, "collect.import_records")
    remove_abandoned()
    # The name goes into the journal of imports, which a deletion cannot reach.
    shown = mask_file_name(files.shown_name(name), load_rules(workspace.home()))[-255:]
    known = Upload.objects.for_user(actor).filter(
        state=State.RECEIVING, name=shown, size=size, stamp=stamp[:40]).first()
    if known is not None:
        return known
    suffix = files.check_announced(name, size)
    upload = Upload.objects.create(
        name=shown, suffix=suffix, size=size, stamp=stamp[:40], owner=actor)
    audit.record("collect.upload_started", upload, actor=actor, size=size)
    return upload


@transaction.atomic
def receive_part(*, upload: Upload, offset: int, data: bytes, actor: Actor) -> Upload:
    """Take the next part; refuses one that does not begin where the last one ended ("offset")."""
    require(actor, "collect.import_records")
    upload = locked(upload.pk, State.RECEIVING)
    if offset != upload.received or offset + len(data) > upload.size or not data:
        raise Refused("offset")
    upload.received = files.write_part(upload.path, offset, data)
    upload.save(update_fields=["received", "changed_at"])
    return upload


@transaction.atomic
def finish_upload(*, upload: Upload, actor: Actor) -> Upload:
    """Close the door: the file must be whole and be what its name says. What is not is removed at once."""
    require(actor, "collect.import_records")
    upload = locked(upload.pk, State.RECEIVING)
    if upload.received != upload.size:
        raise Refused("incomplete", received=in_words(upload.received), size=in_words(upload.size))
    files.check_content(upload.path, upload.suffix)
    upload.state = State.RECEIVED
    upload.save(update_fields=["state", "changed_at"])
    audit.record("collect.upload_received", upload, actor=actor, size=upload.size)
    return upload


def receive_file(*, file: UploadedFile, actor: Actor) -> Upload:
    """Take a file that came in one piece, from a browser without scripts."""
    upload = start_upload(name=file.name or "", size=file.size or 0, stamp="", actor=actor)
    try:
        offset = 0
        if upload.received:
            upload = restart(upload=upload)
        for part in file.chunks(files.PART_BYTES):
            upload = receive_part(upload=upload, offset=offset, data=part, actor=actor)
            offset = upload.received
        return finish_upload(upload=upload, actor=actor)
    except Refused:
        discard_upload(upload=upload, actor=actor)
        raise


@transaction.atomic
def restart(*, upload: Upload) -> Upload:
    """Forget what was received of a file."""
    upload = locked(upload.pk, State.RECEIVING)
    upload.received = 0
    upload.save(update_fields=["received", "changed_at"])
    return upload


@transaction.atomic
def discard_upload(*, upload: Upload, actor: Actor) -> Upload:
    """Remove a file that shall not be imported after all."""
    require(actor, "collect.import_records")
    upload = locked(upload.pk, State.RECEIVING, State.RECEIVED, State.CHECKED)
    _remove(upload)
    audit.record("collect.upload_discarded", upload, actor=actor)
    return upload


def discard_if_open(*, pk: UUID, actor: Actor) -> None:
    """Remove a file that somebody sent back, unless it is gone or was imported before."""
    upload = Upload.objects.filter(pk=pk, state__in=(State.RECEIVING, State.RECEIVED, State.CHECKED)).first()
    if upload is not None:
        discard_upload(upload=upload, actor=actor)


@transaction.atomic
def erase_customer(customer: str) -> dict[str, int]:
    """Give up the files that a deletion of personal data removed; what the dry run noted of their cells goes too.

    For ``settings.BIHUAN_PERSONAL_STORES``, after the records.
    """
    waiting = Upload.objects.filter(state__in=(State.RECEIVING, State.RECEIVED, State.CHECKED), received__gt=0)
    gone = [upload for upload in waiting if not upload.path.exists()]
    for upload in gone:
        _remove(upload)
    return {"uploads": len(gone)}


def remove_abandoned() -> None:
    """Remove uploads that broke off and were not taken up again."""
    old = Upload.objects.filter(state=State.RECEIVING, changed_at__lt=timezone.now() - ABANDONED_AFTER)
    for upload in old:
        _remove(upload)


def locked(pk: UUID, *states: str) -> Upload:
    """Return the upload, locked until the transaction ends, if it is in one of ``states``; refuses otherwise."""
    upload = Upload.objects.select_for_update().get(pk=pk)
    if upload.state not in states:
        raise Refused("state", state=upload.get_state_display())
    return upload


def _remove(upload: Upload) -> None:
    upload.state, upload.mapping, upload.check_result = State.DISCARDED, {}, {}
    upload.save(update_fields=["state", "mapping", "check_result", "changed_at"])
    # After the row is safe: a file without a row is litter, a row without its file is an error page.
    transaction.on_commit(upload.remove_files)
