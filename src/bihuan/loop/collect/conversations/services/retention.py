"""Set how long data are kept, and delete what is due with a proof of every step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, jobs, workspace
from bihuan.core.models import Job, User
from bihuan.core.rights import Actor, require
from bihuan.engine.facts import retention
from bihuan.engine.facts.privacy.emptying import OWNERS
from bihuan.engine.facts.privacy.vault import open_vault
from bihuan.engine.text import search

from ..contracts import KIND_LABELS
from ..errors import Refused
from ..models import Deletion, Recording, Retention
from ..queries.retention import cutoff, rejected_files
from ..rights import RETAIN
from .recordings import recording_file

FILES_A_STEP = 200
Progress = Callable[[int, int, str], None]
Wish = Callable[[], bool]
Step = tuple[str, tuple[str, ...], int, int]      # of which table, ids deleted, steps done, steps in all


@transaction.atomic
def save_terms(*, months: Mapping[str, int | None], actor: Actor) -> None:
    """Set the months of each kind of data; None keeps it. Nothing is deleted by this alone."""
    require(actor, RETAIN)
    before = dict(Retention.objects.values_list("kind", "months"))
    person = actor if isinstance(actor, User) else None
    for kind in KIND_LABELS:
        if before.get(kind) != months.get(kind):
            Retention.objects.update_or_create(kind=kind, defaults={"months": months.get(kind), "changed_by": person})
            audit.record("collect.retention_set", ("retention", kind), actor=actor, before=before.get(kind),
                         months=months.get(kind))


@transaction.atomic
def start_deletion(*, actor: Actor) -> Job:
    """Queue the deletion of everything that is due."""
    require(actor, RETAIN)
    if not Retention.objects.filter(months__isnull=False).exists():
        raise Refused("months_needed")
    return jobs.enqueue("conversations.delete_expired", actor=actor, title=_("删除到期数据"))


def delete_expired(*, actor: Actor, progress: Progress, cancelled: Wish) -> int:
    """Delete everything due, step by step; returns how many rows and files went. Stopped or killed, it goes on.

    Every step deletes first and is then recorded: a step that was cut off between the two has deleted too little in
    its proof, never too much.
    """
    require(actor, RETAIN)
    total = 0
    for kind, months in Retention.objects.filter(months__isnull=False).order_by("kind").values_list("kind", "months"):
        before, label = cutoff(months), str(KIND_LABELS[kind])
        for table, ids, done, steps in _steps(kind, before, cancelled):
            if ids:
                _prove(kind, before, ids, actor)
            if ids and kind == "customers" and table in OWNERS:
                open_vault(workspace.home()).forget_many(ids)
            total += len(ids)
            progress(done, steps, label)
        if cancelled():
            break
    search.sweep(workspace.home())
    return total


def _steps(kind: str, before: datetime, cancelled: Wish) -> Iterator[Step]:
    """Delete what is due of one kind; yields (table, ids deleted, steps done, steps in all)."""
    if kind in retention.KINDS:
        for emptied in retention.expire(workspace.home(), kind, before, cancelled=cancelled):
            yield emptied.table, emptied.ids, emptied.done, emptied.total
    elif kind == "recordings":
        yield from _delete_recordings(before, cancelled)
    else:
        yield from _delete_files([*rejected_files(before)], cancelled)


def _delete_recordings(before: datetime, cancelled: Wish) -> Iterator[Step]:
    due = Recording.objects.filter(deleted_at=None, recorded_at__lt=before).order_by("recorded_at")
    total, done = due.count(), 0
    while not cancelled() and (chunk := list(due[:FILES_A_STEP])):
        for recording in chunk:
            recording_file(recording).unlink(missing_ok=True)
        Recording.objects.filter(pk__in=[one.pk for one in chunk]).update(deleted_at=timezone.now())
        done += len(chunk)
        yield "", tuple(str(one.pk) for one in chunk), done, total


def _delete_files(paths: list[Path], cancelled: Wish) -> Iterator[Step]:
    for at in range(0, len(paths), FILES_A_STEP):
        if cancelled():
            return
        chunk = paths[at:at + FILES_A_STEP]
        for path in chunk:
            path.unlink(missing_ok=True)
        yield "", tuple(path.name for path in chunk), at + len(chunk), len(paths)


@transaction.atomic
def _prove(kind: str, before: datetime, ids: tuple[str, ...], actor: Actor) -> None:
    entry = audit.record_bulk("collect.expired_deleted", ids, ("retention", kind), actor=actor,
                              before=audit.plain(before.isoformat()))
    Deletion.objects.create(kind=kind, before=before, count=len(ids), root=entry.merkle_root, audit_seq=entry.seq)
