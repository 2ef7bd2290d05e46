"""Writing the handbook: an entry is begun, written, submitted, approved by another person from a day on, retired."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.rights import require
from bihuan.engine.facts.privacy import find, load_rules
from bihuan.engine.text.folding import fold

from .contracts import SHAPE
from .errors import Refused
from .models import Entry, EntryVersion
from .queries import today
from .rights import APPROVE, WRITE

State = EntryVersion.State


@transaction.atomic
def create_entry(*, topic: str, unit_code: str, words: dict[str, str], source: dict[str, Any], actor: User) -> Entry:
    """Begin an entry; ``source`` keeps the theme or the conversation it was made from, with its numbers."""
    row = Entry(topic=topic.strip(), unit_code=unit_code, source=source, created_by=actor)
    require(actor, WRITE, row)
    row.save()
    _write(EntryVersion(entry=row, number=1, author=actor), words, "")
    audit.record("learn.entry_created", row, actor=actor)
    return row


@transaction.atomic
def begin_version(*, entry: Entry, actor: User) -> EntryVersion:
    """Return the version in work; without one a copy of the newest becomes it."""
    require(actor, WRITE, entry)
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if entry.retired_for:
        raise Refused("retired")
    newest = entry.versions.first()
    assert newest is not None
    if newest.state != State.APPROVED:
        return newest
    version = EntryVersion(entry=entry, number=newest.number + 1, author=actor)
    _write(version, {key: getattr(newest, key) for key in SHAPE}, "")
    audit.record("learn.entry_begun", entry, actor=actor, version=version.number)
    return version


@transaction.atomic
def write_entry(*, version: EntryVersion, words: dict[str, str], note: str, actor: User) -> EntryVersion:
    """Keep the words of a draft. Refused for personal data of anybody."""
    row = _held(version, State.DRAFT, WRITE, actor)
    row.author = actor
    _write(row, words, note)
    audit.record("learn.entry_written", row.entry, actor=actor, version=row.number)
    return row


@transaction.atomic
def submit_entry(*, version: EntryVersion, actor: User) -> EntryVersion:
    """Hand a draft in. Refused while a part of the fixed shape is empty."""
    row = _held(version, State.DRAFT, WRITE, actor)
    if lacking := [str(label) for key, label in SHAPE.items() if not getattr(row, key).strip()]:
        raise Refused("lacks", names=_("、").join(lacking))
    row.state, row.refused_for = State.SUBMITTED, ""
    row.save(update_fields=["state", "refused_for"])
    audit.record("learn.entry_submitted", row.entry, actor=actor, version=row.number)
    return row


@transaction.atomic
def approve_entry(*, version: EntryVersion, effective_on: date, actor: User) -> EntryVersion:
    """Let a submitted version hold from a day on; the one before it holds until then."""
    row = _held(version, State.SUBMITTED, APPROVE, actor)
    if row.author_id == actor.pk:
        raise Refused("own")
    if effective_on < today():
        raise Refused("past")
    row.state, row.approved_by, row.approved_at, row.effective_on = State.APPROVED, actor, timezone.now(), effective_on
    row.save(update_fields=["state", "approved_by", "approved_at", "effective_on"])
    audit.record("learn.entry_approved", row.entry, actor=actor, version=row.number, effective=effective_on)
    return row


@transaction.atomic
def refuse_entry(*, version: EntryVersion, reason: str, actor: User) -> EntryVersion:
    """Send a submitted version back, with the reason."""
    row = _held(version, State.SUBMITTED, APPROVE, actor)
    if not reason.strip():
        raise Refused("reason")
    row.state, row.refused_for = State.DRAFT, reason.strip()[:300]
    row.save(update_fields=["state", "refused_for"])
    audit.record("learn.entry_refused", row.entry, actor=actor, version=row.number)
    return row


@transaction.atomic
def retire_entry(*, entry: Entry, reason: str, actor: User) -> Entry:
    """Take an entry out of the handbook; it stays on record."""
    require(actor, APPROVE, entry)
    row = Entry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if not reason.strip():
        raise Refused("reason")
    if row.retired_for:
        raise Refused("retired")
    row.retired_for = reason.strip()[:300]
    row.save(update_fields=["retired_for"])
    audit.record("learn.entry_retired", row, actor=actor, reason=reason)
    return row


def _held(version: EntryVersion, state: str, permission: str, actor: User) -> EntryVersion:
    require(actor, permission, version.entry)
    row = EntryVersion.objects.select_for_update(of=("self",)).select_related("entry").get(pk=version.pk)
    if row.state != state:
        raise Refused("state", state=row.get_state_display())
    return row


def _write(version: EntryVersion, words: dict[str, str], note: str) -> None:
    rules = load_rules(workspace.home())
    for key, label in SHAPE.items():
        text = words.get(key, "").strip()
        if text and find(text, rules):
            raise Refused("personal", field=label)
        setattr(version, key, text)
    version.folded = fold("\n".join([version.entry.topic, *(getattr(version, key) for key in SHAPE)]))
    version.note = note.strip()[:300]
    version.save()
