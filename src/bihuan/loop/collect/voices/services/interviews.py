"""Interviews: guides, records with consent, sound, passages and their themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import NotAllowed, can, reaches, require, scope_of
from bihuan.loop.collect.conversations.queries.tags import active_tags
from bihuan.loop.collect.samples.services import note_reached

from ..contracts import AREAS
from ..errors import Refused
from ..models import Attachment, Guide, Interview, Passage
from ..queries.calls import own_customers
from ..queries.interviews import notes_of, questions_of, raw_places
from ..rights import INTERVIEW, MANAGE
from ..sealing import seal
from .files import MB, PICTURES, SOUND, Sent, keep_files, remove_files

LONGEST = 20_000


@transaction.atomic
def save_guide(*, guide: Guide, questions: Mapping[str, Sequence[str]], actor: User, **fields: Any) -> Guide:
    """Write a guide: ``questions`` by area. Changed questions are a new version; interviews keep the one they had."""
    require(actor, MANAGE)
    _require_unit(actor, MANAGE, fields.get("unit_code", guide.unit_code))
    sections = [{"area": area, "questions": asked} for area in AREAS
                if (asked := [line.strip() for line in questions.get(area, ()) if line.strip()])]
    if not sections:
        raise Refused("area_empty")
    if guide.pk is not None and sections != guide.sections:
        guide.version += 1
    for name, value in fields.items():
        setattr(guide, name, value)
    guide.sections, guide.changed_by = sections, actor
    guide.save()
    audit.record("collect.guide_saved", guide, actor=actor, version=guide.version)
    return guide


@transaction.atomic
def begin_interview(*, guide: Guide, consent_how: str, actor: User, **fields: Any) -> Interview:
    """Begin the record of a talk with somebody who consented, not a customer whom the interviewer served (R10)."""
    require(actor, INTERVIEW)
    _require_unit(actor, INTERVIEW, fields.get("unit_code", ""))
    if len(consent_how.strip()) < 2:
        raise Refused("interview_consent")
    if fields.get("customer") and own_customers(actor.agent_id, [fields["customer"]]):
        raise NotAllowed("own customer")
    made = Interview.objects.create(guide=guide, guide_version=guide.version, outline=guide.sections, interviewer=actor,
                                    consent_how=consent_how.strip(), **fields)
    audit.record("collect.interview_begun", made, actor=actor, guide=guide.pk, sound=made.sound_allowed)
    return made


@transaction.atomic
def save_notes(*, interview: Interview, notes: Mapping[str, str], done: bool, actor: User) -> Interview:
    """Keep the notes of a draft; ``done`` closes them, and from then on they are coded."""
    found = _draft(interview, actor)
    known = {key for key, _area, _question in questions_of(found.outline)}
    found.sealed = seal({key: text.strip()[:LONGEST] for key, text in notes.items() if key in known and text.strip()})
    found.is_done = done
    found.save(update_fields=["sealed", "is_done"])
    if done and found.customer:
        note_reached(customer=found.customer, owner=found.interviewer_id,
                     note=_("访谈 #{number} 已完成").format(number=found.pk), actor=actor)
    audit.record("collect.interview_written", found, actor=actor, done=done)
    return found


@transaction.atomic
def add_interview_files(*, interview: Interview, files: Sequence[Sent], actor: User) -> list[Attachment]:
    """Add sound, where the person consented to it, or pictures."""
    found = _mine(interview, actor)
    if found.withdrawn_at:
        raise Refused("interview_closed")
    allowed = (*PICTURES, *SOUND) if found.sound_allowed else PICTURES
    if not found.sound_allowed and any(one.name.lower().endswith((".wav", ".mp3", ".m4a", ".ogg", ".webm"))
                                       for one in files):
        raise Refused("sound_not_allowed")
    made = keep_files(files, allowed=allowed, most=10, largest=200 * MB, added_by=actor, interview=found)
    audit.record("collect.interview_files_added", found, actor=actor, count=len(made))
    return made


@transaction.atomic
def code_passage(*, interview: Interview, question: str, tag: int, start: int | None, end: int | None,
                 actor: User) -> Passage:
    """Say what a passage is about: the characters as they were shown, masked; None: all of the answer."""
    require(actor, INTERVIEW if can(actor, INTERVIEW) else MANAGE, interview)
    found = Interview.objects.select_for_update().get(pk=interview.pk)
    if not found.is_done or found.withdrawn_at:
        raise Refused("interview_closed")
    chosen = next((one for one in active_tags() if one.pk == tag), None)
    if chosen is None:
        raise Refused("tag_unknown")
    places = raw_places(notes_of(found).get(question, ""), start, end)
    if places is None:
        raise Refused("no_passage")
    try:
        with transaction.atomic():
            made = Passage.objects.create(interview=found, question=question, start=places[0], end=places[1],
                                          tag=chosen, made_by=actor)
    except IntegrityError:
        raise Refused("passage_taken", name=chosen.name) from None
    audit.record("collect.passage_coded", made, actor=actor, interview=found.pk, tag=chosen.pk)
    return made


@transaction.atomic
def remove_passage(*, passage: Passage, actor: User) -> None:
    """Take a coding off."""
    require(actor, INTERVIEW if can(actor, INTERVIEW) else MANAGE, passage.interview)
    audit.record("collect.passage_uncoded", passage, actor=actor, interview=passage.interview_id, tag=passage.tag_id)
    passage.delete()


@transaction.atomic
def withdraw_interview(*, interview: Interview, actor: User) -> Interview:
    """The person withdrew their consent: notes, sound and codings are deleted, that there was a talk stays."""
    found = _mine(interview, actor)
    empty_interview(found)
    audit.record("collect.interview_withdrawn", found, actor=actor)
    return found


def empty_interview(found: Interview) -> None:
    """Delete what somebody said; number, guide and day stay."""
    remove_files(found.files.filter(deleted_at=None))
    found.passages.all().delete()
    Interview.objects.filter(pk=found.pk).update(sealed=None, customer="", respondent="", withdrawn_at=timezone.now())
    found.refresh_from_db()


def _require_unit(actor: User, permission: str, unit: str) -> None:
    if not reaches(scope_of(actor, permission), unit=unit):
        raise NotAllowed(permission)


def _mine(interview: Interview, actor: User) -> Interview:
    """The interviewer's own, or one of the keeper's unit."""
    found = Interview.objects.select_for_update().get(pk=interview.pk)
    require(actor, INTERVIEW if found.interviewer_id == actor.pk else MANAGE, found)
    return found


def _draft(interview: Interview, actor: User) -> Interview:
    found = _mine(interview, actor)
    if found.is_done or found.withdrawn_at:
        raise Refused("interview_closed")
    return found
