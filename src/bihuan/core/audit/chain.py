"""Writing the chain: one sequencer, locked inside the transaction of the act that it records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from ..models import AuditEntry, AuditHead, User
from . import merkle
from .digest import canonical, keyed_hash, sha256, state_hash, stored

FIRST = "0" * 64


def record(action: str, obj: Any = None, *, actor: Any, state: Mapping[str, Any] | None = None,
           **data: Any) -> AuditEntry:
    """Append one entry for an act named ``stage.noun_verbed`` on ``obj``; belongs last in the service.

    ``obj``: a model instance, or (type, id) for things that lie in the lake. ``actor``: a user, or a SystemActor.
    ``state``: the object's content after the act, empty when it is gone; ``verify`` compares it with what is there for
    the kinds in ``settings.BIHUAN_AUDITED_STATES``. ``data`` is stored by
    the rules of ``digest.stored``. The chain's end stays locked until the transaction ends, hence "last".
    """
    return _append(action, obj, actor=actor, state=state, data=data)


def record_bulk(action: str, objects: Iterable[str], obj: Any = None, *, actor: Any, **data: Any) -> AuditEntry:
    """Append one entry for an act on many things: their count and the Merkle root of their keyed ids, in order."""
    leaves = [keyed_hash(each) for each in objects]
    return _append(action, obj, actor=actor, data=data, leaves=leaves)


@transaction.atomic
def _append(action: str, obj: Any, *, actor: Any, data: Mapping[str, Any], state: Mapping[str, Any] | None = None,
            leaves: list[str] | None = None) -> AuditEntry:
    head = _lock_head()
    object_type, object_id = named(obj)
    entry = AuditEntry(
        seq=head.seq + 1, at=timezone.now(), action=action, actor=actor_key(actor), object_type=object_type,
        object_id=object_id, data=stored(data), leaves=None if leaves is None else len(leaves),
        merkle_root="" if leaves is None else merkle.root(leaves),
        state_hash="" if state is None else state_hash(state), previous_hash=head.hash or FIRST)
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    AuditHead.objects.filter(pk=1).update(seq=entry.seq, hash=entry.hash)
    return entry


def _lock_head() -> AuditHead:
    # SQLite has no row locks; there the transaction holds the only write lock from its beginning (IMMEDIATE).
    AuditHead.objects.get_or_create(pk=1)
    return AuditHead.objects.select_for_update().get(pk=1)


def entry_hash(entry: AuditEntry) -> str:
    """Return the hash that an entry's columns and its predecessor's hash demand."""
    return sha256(canonical([
        entry.seq, moment(entry.at), entry.action, entry.actor, entry.object_type, entry.object_id, entry.data,
        entry.leaves, entry.merkle_root, entry.state_hash, entry.previous_hash]))


def moment(at: datetime) -> str:
    """The time to the microsecond in UTC, the same before and after storage."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def actor_key(actor: Any) -> str:
    """``user:<id>`` for a person, the name of a system actor otherwise."""
    return f"user:{actor.pk}" if isinstance(actor, User) else actor.name


def named(obj: Any) -> tuple[str, str]:
    """Return the type and id under which the log keeps a thing."""
    if obj is None:
        return "", ""
    if isinstance(obj, models.Model):
        return obj._meta.label_lower, str(obj.pk)
    kind, key = obj
    return str(kind), str(key)


def head_line() -> str:
    """Return the chain's end as one line, to be printed in reports or filed: what ``verify`` is held against."""
    head = AuditHead.objects.filter(pk=1).first()
    return f"bihuan-audit {head.seq} {head.hash}" if head and head.seq else f"bihuan-audit 0 {FIRST}"
