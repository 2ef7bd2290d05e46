"""What becomes of archives: filed elsewhere, checked, taken, and deleted with proof when their time has passed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, jobs, workspace
from bihuan.core.models import Job, User
from bihuan.core.privacy.services import may_export_now
from bihuan.core.rights import Actor, NotAllowed
from bihuan.engine.effects.bundle import check_bundle
from bihuan.engine.effects.errors import EffectError

from ..contracts import ON_WORD, PROOF, RECORD
from ..errors import Refused
from ..models import Archive, KeepingRule
from ..queries.keeping import expired, keep_until, months
from ..rights import may_keep_archive, may_take, require_all
from .making import folder, sweep

State = Archive.State
QUARTER = re.compile(r"\d{4}-Q[1-4]")
Progress = Callable[[int, int, str], None]


@transaction.atomic
def file_under(*, archive: Archive, quarter: str, line: str, actor: User) -> Archive:
    """File an archive under another quarter or line of business; the bundle itself stays as it is."""
    if not may_keep_archive(actor, archive):
        raise NotAllowed(f"archive {archive.pk}")
    if not QUARTER.fullmatch(quarter):
        raise Refused("quarter_form")
    if not line.strip():
        raise Refused("line_needed")
    row = Archive.objects.select_for_update().get(pk=archive.pk)
    row.quarter, row.line = quarter, line.strip()
    row.save(update_fields=["quarter", "line"])
    audit.record("learn.archive_filed", row, actor=actor, quarter=audit.plain(quarter))
    return row


@transaction.atomic
def check_archive(*, archive: Archive, actor: Actor) -> Archive:
    """Check a bundle as ``bihuan verdict`` does and note what is wrong: whole, its fingerprint, its verdict."""
    if isinstance(actor, User) and not may_keep_archive(actor, archive):
        raise NotAllowed(f"archive {archive.pk}")
    row = Archive.objects.select_for_update(of=("self",)).get(pk=archive.pk)
    if row.state != State.READY:
        raise Refused("no_file")
    row.faults, row.checked_at = _faults(row), timezone.now()
    row.save(update_fields=["faults", "checked_at"])
    audit.record("learn.archive_checked", row, actor=actor, faults=len(row.faults))
    return row


def verify_all(*, actor: Actor, progress: Progress) -> list[Archive]:
    """Check every bundle; returns those that are not what they were."""
    rows = list(Archive.objects.filter(state=State.READY).order_by("pk"))
    damaged = []
    for done, row in enumerate(rows):
        progress(done, len(rows), row.number)
        checked = check_archive(archive=row, actor=actor)
        if checked.faults:
            damaged.append(checked)
    return damaged


@transaction.atomic
def take_archive(*, archive: Archive, actor: User, approved: bool = False) -> Path:
    """Return where a bundle lies, noted as taken. Refused when it is gone or changed, or somebody has to approve.

    ``approved``: a second person agreed to this file.
    """
    if not may_take(actor, archive):
        raise NotAllowed(f"archive {archive.pk}")
    if not approved:
        may_export_now(rows=archive.rows, is_personal=rests_on_word(archive), actor=actor)
    if archive.state != State.READY:
        raise Refused("no_file")
    path = folder() / archive.file
    if not path.is_file():
        raise Refused("gone")
    with open(path, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != archive.sha256:
            raise Refused("changed")
    audit.record("learn.archive_taken", archive, actor=actor, sha256=audit.plain(archive.sha256))
    return path


def rests_on_word(archive: Archive) -> bool:
    """Return whether a file lies in the bundle of which only a person says that it names no customer."""
    return any(one["path"].startswith(f"{RECORD}/{PROOF}/{ON_WORD}") for one in archive.files)


@transaction.atomic
def save_rule(*, kept: int | None, actor: Actor) -> None:
    """Set how many months archives are kept, for those filed before too; nothing is deleted by this alone."""
    require_all(actor)
    before = months()
    person = actor if isinstance(actor, User) else None
    KeepingRule.objects.update_or_create(pk=1, defaults={"months": kept, "changed_by": person})
    for row in Archive.objects.filter(state=State.READY).only("pk", "made_at"):
        until = keep_until(timezone.localdate(row.made_at, workspace.zone()))
        Archive.objects.filter(pk=row.pk).update(keep_until=until)
    audit.record("learn.archive_rule_set", ("archives", "rule"), actor=actor, before=before, months=kept)


@transaction.atomic
def start_deletion(*, actor: User) -> Job:
    """Queue the deletion of what is due."""
    require_all(actor)
    if months() is None:
        raise Refused("months_needed")
    return jobs.enqueue("archives.keep", actor=actor, title=_("删除到期归档"))


def delete_expired(*, actor: Actor) -> int:
    """Delete the bundles whose time has passed, each with its proof; returns how many. May be run again."""
    require_all(actor)
    sweep(actor=actor)
    today = timezone.localdate(timezone.now(), workspace.zone())
    return sum(_delete(row, actor) for row in expired(today))


@transaction.atomic
def _delete(archive: Archive, actor: Actor) -> int:
    """The file goes first: a step cut off in between leaves a row that says so at its next check."""
    row = Archive.objects.select_for_update(of=("self",)).get(pk=archive.pk)
    if row.state != State.READY:
        return 0
    (folder() / row.file).unlink(missing_ok=True)
    entry = audit.record_bulk("learn.archives_deleted", [row.sha256], row, actor=actor,
                              until=audit.plain(str(row.keep_until)))
    row.state, row.deleted_at, row.audit_seq = State.DELETED, timezone.now(), entry.seq
    row.text = row.folded = ""
    row.save()
    return 1


def _faults(row: Archive) -> list[dict[str, str]]:
    path = folder() / row.file
    if not path.is_file():
        return [{"file": row.file, "fault": "gone"}]
    try:
        found = check_bundle(path, row.fingerprint)
    except EffectError:
        return [{"file": row.number, "fault": "unreadable"}]
    if found.faults:
        return [{"file": one.file, "fault": one.fault} for one in found.faults]
    return [] if found.equal else [{"file": row.number, "fault": "other_figures" if row.cycle_id else "other_verdict"}]
