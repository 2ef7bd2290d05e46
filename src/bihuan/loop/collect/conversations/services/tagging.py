"""Tags: the list, and giving them to words."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.db import IntegrityError, transaction

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.privacy.services import record_reveal
from bihuan.core.rights import Actor, require

from ..errors import Refused
from ..models import Reading, SpanTag, Tag
from ..queries.conversation import message_shown, to_raw
from ..rights import TAG, VIEW, require_case

PRESETS = Path(__file__).resolve().parent.parent / "presets" / "tags.toml"


@transaction.atomic
def load_tags(*, actor: Actor) -> int:
    """Put the shipped tags into a workspace that has none; returns how many."""
    if Tag.objects.exists():
        return 0
    told = tomllib.loads(PRESETS.read_text(encoding="utf-8"))["tag"]
    Tag.objects.bulk_create(Tag(**one) for one in told)
    audit.record("collect.tags_loaded", actor=actor, count=len(told))
    return len(told)


@transaction.atomic
def create_tag(*, kind: str, name: str, description: str, actor: Actor) -> Tag:
    """Add a tag to the list."""
    require(actor, TAG)
    return _save(Tag(kind=kind, name=name.strip(), description=description.strip()), "collect.tag_created", actor)


@transaction.atomic
def update_tag(*, tag: Tag, kind: str, name: str, description: str, is_active: bool, actor: Actor) -> Tag:
    """Rename a tag, say what it means, or take it out of use; what was tagged with it stays."""
    require(actor, TAG)
    tag = Tag.objects.select_for_update().get(pk=tag.pk)
    tag.kind, tag.name, tag.description, tag.is_active = kind, name.strip(), description.strip(), is_active
    return _save(tag, "collect.tag_changed", actor)


@transaction.atomic
def tag_span(*, case: str, message: str, tag: Tag, start: int | None, end: int | None, revealed: bool,
             actor: User) -> SpanTag:
    """Give a tag to the characters ``start`` to ``end`` of a message as the person saw it; None: to all of it."""
    require_case(actor, TAG, case)
    if not tag.is_active:
        raise Refused("tag_retired", name=tag.name)
    shown = message_shown(case, message, revealed=revealed)
    if shown is None:
        raise Refused("no_message")
    begin, until = (0, len(shown.text)) if start is None or end is None else (start, end)
    if not 0 <= begin < until <= len(shown.text):
        raise Refused("no_span")
    raw = to_raw(begin, shown), to_raw(until, shown, end=True)
    span, made = SpanTag.objects.get_or_create(
        tag=tag, case=case, message=message, start=raw[0], end=raw[1], defaults={"made_by": actor})
    if not made:
        raise Refused("span_taken", name=tag.name)
    audit.record("collect.span_tagged", span, actor=actor, case=audit.plain(case), tag=tag.pk)
    return span


@transaction.atomic
def remove_span(*, span: SpanTag, actor: User) -> None:
    """Take a tag off."""
    require_case(actor, TAG, span.case)
    audit.record("collect.span_untagged", span, actor=actor, case=audit.plain(span.case), tag=span.tag_id)
    span.delete()


@transaction.atomic
def set_quote(*, span: SpanTag, is_quote: bool, actor: User) -> None:
    """Choose words as an example of their tag, or no longer."""
    require_case(actor, TAG, span.case)
    SpanTag.objects.filter(pk=span.pk).update(is_quote=is_quote)
    audit.record("collect.quote_chosen", span, actor=actor, chosen=is_quote)


@transaction.atomic
def mark_read(*, case: str, actor: User) -> None:
    """Say that a conversation was read to its end and tagged: from now on it counts."""
    require_case(actor, TAG, case)
    _reading, made = Reading.objects.get_or_create(case=case, defaults={"read_by": actor})
    if made:
        audit.record("collect.conversation_read", ("case", case), actor=actor)


@transaction.atomic
def mark_unread(*, case: str, actor: User) -> None:
    """Take that back."""
    require_case(actor, TAG, case)
    if Reading.objects.filter(case=case).delete()[0]:
        audit.record("collect.conversation_unread", ("case", case), actor=actor)


def note_reveal(*, case: str, customer: str, reason: str, actor: User) -> None:
    """Note that a person is shown the unmasked words of a conversation; call before they are sent."""
    require_case(actor, VIEW, case)
    record_reveal(obj=("case", case), reason=reason, actor=actor, fields=["text"], customer=customer)


def _save(tag: Tag, action: str, actor: Actor) -> Tag:
    try:
        with transaction.atomic():
            tag.save()
    except IntegrityError:
        raise Refused("tag_taken", name=tag.name) from None
    audit.record(action, tag, actor=actor, kind=audit.plain(tag.kind), active=tag.is_active)
    return tag
