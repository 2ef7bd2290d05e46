"""Files that leave the system: four eyes above a limit or with personal data, a mark inside, a link that ends."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.module_loading import import_string

from bihuan.core import audit, workspace
from bihuan.core.fields import PERSONAL_COLUMNS
from bihuan.core.jobs import enqueue
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can, require

from ..contracts import Watermark
from ..errors import Refused
from ..models import Export
from .preferences import preferences
from .registers import require_assessment, use_body
from .reveal import require_agreement, require_open

ASK, APPROVE = "evaluate.export", "privacy.approve_exports"
SHORTEST_PURPOSE = 4
FOLDER = "exports"
ASKED, ASKED_S = "privacy.export", 24 * 3600


def may_export_now(*, rows: int, is_personal: bool, actor: User, body: str = "cases",
                   use: str = "improvement") -> None:
    """Return when a person may take a file at once; Refused ``approval_needed`` when somebody else has to agree first.

    Files of rows ask this; the numbers of a board or a report are no rows. ``is_personal`` says that a column or
    text comes unmasked. ``body`` is what the rows were taken from, ``use`` what for; what is taken without a word about
    it is for the improvement of service.
    """
    require_agreement(actor)
    use_body(body=body, purpose=use, actor=actor)
    limit = preferences().export_rows
    if is_personal or rows > limit:
        raise Refused("approval_needed", rows=limit)


def ask_address(*, kind: str, title: str, args: dict[str, Any], rows: int, body: str = "cases") -> str:
    """Return the page where a person says what for they want a file without personal data that needs approval."""
    asked = {"kind": kind, "title": title, "args": args, "rows": rows, "body": body}
    what = signing.dumps(asked, salt=ASKED, compress=True)
    return f"{reverse('privacy:export_ask')}?{urlencode({'what': what})}"


def read_asked(what: str) -> dict[str, Any]:
    """Return what ``ask_address`` put into an address. Raises Refused ``asked_elsewhere``."""
    try:
        found: dict[str, Any] = signing.loads(what, salt=ASKED, max_age=ASKED_S)
    except signing.BadSignature:
        raise Refused("asked_elsewhere") from None
    return found


def ask_export(*, kind: str, title: str, args: dict[str, Any], purpose: str, rows: int | None, is_personal: bool,
               actor: User, use: str = "improvement", abroad: str = "", body: str = "cases") -> Export:
    """Ask for a file. ``kind`` is a key of settings.BIHUAN_EXPORTS, whose function makes it after the approval.

    ``use``, one of PURPOSES, is held to what the data were collected for; ``abroad`` names a receiver outside the
    country, who needs an impact assessment of their own.
    """
    require(actor, ASK)
    require_agreement(actor)
    if kind not in settings.BIHUAN_EXPORTS:
        raise ValueError(f"{kind!r} is no export; settings.BIHUAN_EXPORTS lists them")
    if len(purpose.strip()) < SHORTEST_PURPOSE:
        raise Refused("export_purpose_needed")
    if is_personal:
        require_open(actor, PERSONAL_COLUMNS)
    use_body(body="customers" if is_personal else body, purpose=use, actor=actor)
    if abroad.strip():
        require_assessment("abroad", abroad.strip())
    with transaction.atomic():
        export = Export.objects.create(kind=kind, title=title, args=args, purpose=purpose.strip(), rows=rows, use=use,
                                       abroad=abroad.strip(), is_personal=is_personal, asked_by=actor)
        audit.record("privacy.export_asked", export, actor=actor, kind=audit.plain(kind), rows=rows,
                     personal=is_personal, purpose=purpose, use=audit.plain(use), abroad=abroad.strip())
    return export


@transaction.atomic
def approve_export(*, export: Export, note: str = "", actor: User) -> Export:
    """Let somebody else's export be made; the file follows in the background."""
    found = _decide(export, Export.State.APPROVED, note, actor)
    enqueue("privacy.export", actor=actor, title=found.title, export=str(found.pk))
    return found


@transaction.atomic
def refuse_export(*, export: Export, note: str, actor: User) -> Export:
    """Refuse somebody else's export; they are owed the reason."""
    if not note.strip():
        raise Refused("refusal_unexplained")
    return _decide(export, Export.State.REFUSED, note, actor)


def make_export(*, export: Export) -> Export:
    """Make the file of an approved export, mark it, and open its link for the hours that the workspace allows."""
    folder = workspace.home().path / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    name, content = import_string(settings.BIHUAN_EXPORTS[export.kind])(
        args=export.args, actor=export.asked_by, watermark=watermark_for(export))
    file = folder / f"{export.pk}{Path(name).suffix}"
    handle = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
    with transaction.atomic():
        export.file, export.digest = file.name, hashlib.sha256(content).hexdigest()
        export.expires_at = timezone.now() + timedelta(hours=preferences().link_hours)
        export.save(update_fields=["file", "digest", "expires_at"])
        audit.record("privacy.export_made", export, actor=export.asked_by, sha256=audit.plain(export.digest),
                     bytes=len(content))
    return export


@transaction.atomic
def take_export(*, export: Export, actor: User) -> Path:
    """Return the file for whoever asked for it, while its link lasts; each time leaves a line."""
    if export.asked_by_id != actor.pk:
        raise NotAllowed("export")
    require(actor, ASK)
    require_agreement(actor)
    if export.expires_at and export.expires_at <= timezone.now():
        raise Refused("export_expired")
    if not export.is_ready:
        raise Refused("export_not_ready")
    Export.objects.filter(pk=export.pk).update(taken=F("taken") + 1)
    audit.record("privacy.export_taken", export, actor=actor, sha256=audit.plain(export.digest))
    return workspace.home().path / FOLDER / export.file


def end_exports() -> int:
    """Delete the files of exports whose link has ended; returns how many."""
    ended = Export.objects.filter(state=Export.State.APPROVED, expires_at__lte=timezone.now())
    for export in ended:
        if export.file:
            (workspace.home().path / FOLDER / export.file).unlink(missing_ok=True)
    return ended.update(state=Export.State.ENDED, file="")


def watermark_for(export: Export) -> Watermark:
    """Return the mark of an approved export."""
    return Watermark(
        person=str(export.asked_by), purpose=export.purpose, approved_by=str(export.decided_by or ""),
        at=timezone.localtime(export.decided_at, workspace.zone()).strftime("%Y-%m-%d %H:%M"))


def watermark_now(actor: User, purpose: str) -> Watermark:
    """Return the mark of a file that somebody takes at once."""
    return Watermark(person=str(actor), purpose=purpose, at=timezone.localtime(
        timezone.now(), workspace.zone()).strftime("%Y-%m-%d %H:%M"))


def visible_exports(user: User):
    """Return the exports a person may see: their own, and all for those who approve."""
    exports = Export.objects.select_related("asked_by", "decided_by")
    return exports if can(user, APPROVE) else exports.filter(asked_by=user)


def _decide(export: Export, state: str, note: str, actor: User) -> Export:
    require(actor, APPROVE)
    found = Export.objects.select_for_update().select_related("asked_by").get(pk=export.pk)
    if found.asked_by_id == actor.pk:
        raise Refused("export_own")
    if found.state != Export.State.WAITING:
        raise Refused("export_decided")
    found.state, found.decided_by, found.decided_at, found.note = state, actor, timezone.now(), note
    found.save(update_fields=["state", "decided_by", "decided_at", "note"])
    audit.record("privacy.export_decided", found, actor=actor, result=audit.plain(state))
    return found
