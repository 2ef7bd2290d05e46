"""Feedback: taken in by the public form, by staff and from surveys; then made a case, answered, tagged or filed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.notifications.contracts import About
from bihuan.core.notifications.services import notify
from bihuan.core.rights import NotAllowed, SystemActor, reaches, require, scope_of
from bihuan.core.tokens.limits import take
from bihuan.engine.facts.privacy import load_rules, mask_text
from bihuan.engine.text.duplicates import sketch
from bihuan.loop.collect.conversations.queries.tags import active_tags

from ..contracts import FeedbackState
from ..errors import Refused
from ..models import Feedback, FeedbackForm
from ..receipts import QUICKEST_S, hash_of, mark_of, new_secret, read_field, receipt
from ..rights import HANDLE, MANAGE
from ..sealing import seal, unseal
from .files import Sent, keep_files, remove_files

State = FeedbackState
# Of one form: sendings in ten seconds, and in a day, however many people send them. Nobody's address is looked at.
AT_ONCE, A_DAY = 20, 2_000
LONGEST, LINKS = 4_000, 3


@dataclass(frozen=True)
class Said:
    """What somebody typed into the public form; ``trap`` is a field that people leave empty."""

    text: str
    kind: str = ""
    contact: str = ""
    name: str = ""
    field: str = ""
    trap: str = ""
    language: str = "zh-hans"


@transaction.atomic
def save_form(*, form: FeedbackForm, actor: User, **fields: Any) -> FeedbackForm:
    """Make a public form, or change one; its address stays the same."""
    require(actor, MANAGE)
    if not reaches(scope_of(actor, MANAGE), unit=fields.get("unit_code", form.unit_code)):
        raise NotAllowed(MANAGE)
    is_new = form.pk is None
    for name, value in fields.items():
        setattr(form, name, value)
    if is_new:
        form.token, form.made_by = secrets.token_urlsafe(9), actor
    form.save()
    audit.record("collect.feedback_form_saved", form, actor=actor, active=form.is_active, unit=form.unit_code)
    return form


def send_feedback(*, form: FeedbackForm, said: Said, files: Sequence[Sent] = ()) -> str:
    """Keep what somebody typed into a public form; returns the receipt, "" for what came before by the same form.

    Bounded without following anybody: a form that was shown and signed, once; so many a moment and a day.
    What looks like the work of a machine is kept apart, not thrown away.
    """
    read = read_field(form.token, said.field)
    if read is None:
        raise Refused("form_expired")
    if take(f"feedback:{form.pk}", limit=AT_ONCE) or _today(form) >= A_DAY:
        raise Refused("too_many_now")
    text = said.text.strip()
    if not text:
        raise Refused("text_needed")
    if len(text) > LONGEST:
        raise Refused("text_long", most=LONGEST)
    suspect = bool(said.trap) or read[1] < QUICKEST_S or text.count("http") >= LINKS
    secret = new_secret()
    try:
        with transaction.atomic():
            found = Feedback.objects.create(
                form=form, source=Feedback.Source.FORM, unit_code=form.unit_code, channel="online", kind=said.kind,
                sealed=seal({"text": text, "contact": said.contact.strip(), "name": said.name.strip()}),
                contact_mark=mark_of(said.contact), sketch=sketch(text), secret_hash=hash_of(secret), stamp=read[0],
                language=said.language, is_suspect=suspect)
            if form.takes_files:
                keep_files(files, feedback=found)
            if not suspect:
                _tell(found)
    except IntegrityError:
        return ""
    return receipt(found.number, secret)


@transaction.atomic
def enter_feedback(*, text: str, channel: str, kind: str, unit_code: str, contact: str = "", name: str = "",
                   customer: str = "", received_at: datetime | None = None, actor: User) -> tuple[Feedback, str]:
    """Enter what a customer said on the telephone, at a counter, in a letter; returns it and the customer's receipt."""
    require(actor, HANDLE)
    if not reaches(scope_of(actor, HANDLE), unit=unit_code):
        raise NotAllowed(HANDLE)
    if not text.strip():
        raise Refused("text_needed")
    secret = new_secret()
    found = Feedback.objects.create(
        source=Feedback.Source.STAFF, unit_code=unit_code, channel=channel, kind=kind, customer=customer.strip(),
        sealed=seal({"text": text.strip()[:LONGEST], "contact": contact.strip(), "name": name.strip()}),
        contact_mark=mark_of(contact), sketch=sketch(text), secret_hash=hash_of(secret), entered_by=actor,
        received_at=received_at or timezone.now())
    audit.record("collect.feedback_entered", found, actor=actor, channel=audit.plain(channel))
    return found, receipt(found.number, secret)


@transaction.atomic
def answer_feedback(*, feedback: Feedback, reply: str, actor: User) -> Feedback:
    """Answer: the customer reads it with the receipt. What became a case may be answered too."""
    found = _locked(feedback, actor)
    if found.state not in (State.NEW, State.CASE, State.ANSWERED) or found.source == Feedback.Source.ANSWER:
        raise Refused("feedback_closed")
    if not reply.strip():
        raise Refused("text_needed")
    found.sealed = seal({**unseal(found.sealed), "reply": reply.strip()[:LONGEST]})
    if found.state == State.NEW:
        found.state = State.ANSWERED
    return _handled(found, actor, "collect.feedback_answered", "sealed", "state")


@transaction.atomic
def file_feedback(*, feedback: Feedback, reason: str, duplicate_of: Feedback | None = None,
                  spam: bool = False, actor: User) -> Feedback:
    """File: needing nothing, said before (``duplicate_of``), or no customer's word at all (``spam``)."""
    found = _locked(feedback, actor)
    if not found.is_open:
        raise Refused("feedback_closed")
    if duplicate_of is not None and duplicate_of.pk == found.pk:
        raise Refused("duplicate_self")
    if duplicate_of is None and not spam and len(reason.strip()) < 2:
        raise Refused("reason_needed")
    found.state = State.SPAM if spam else State.FILED
    found.duplicate_of = duplicate_of
    found.reason = mask_text(reason.strip(), load_rules(workspace.home()))[:200]
    return _handled(found, actor, "collect.feedback_filed", "state", "duplicate_of", "reason")


@transaction.atomic
def reopen_feedback(*, feedback: Feedback, actor: User) -> Feedback:
    """Take back that something was filed, or that it was spam."""
    found = _locked(feedback, actor)
    if found.state not in (State.FILED, State.SPAM):
        raise Refused("feedback_closed")
    found.state, found.duplicate_of, found.reason, found.is_suspect = State.NEW, None, "", False
    return _handled(found, actor, "collect.feedback_reopened", "state", "duplicate_of", "reason", "is_suspect")


@transaction.atomic
def tag_feedback(*, feedback: Feedback, tags: Sequence[int], kind: str, actor: User) -> Feedback:
    """Say what it is about, in the words that conversations and interviews are tagged with, and what kind it is."""
    found = _locked(feedback, actor)
    chosen = [tag for tag in active_tags() if tag.pk in set(tags)]
    found.tags.set(chosen)
    found.kind = kind
    found.save(update_fields=["kind"])
    audit.record("collect.feedback_tagged", found, actor=actor, tags=[tag.pk for tag in chosen])
    return found


@transaction.atomic
def withdraw_feedback(*, feedback: Feedback) -> Feedback:
    """Take a customer's own words back, who showed the receipt. What became a case stays a case."""
    found = Feedback.objects.select_for_update().get(pk=feedback.pk)
    if found.case:
        raise Refused("is_case")
    empty(found)
    audit.record("collect.feedback_withdrawn", found, actor=SystemActor("customer"))
    return found


def empty(found: Feedback) -> None:
    """Delete words, contact and files; number, channel and day stay."""
    remove_files(found.files.filter(deleted_at=None))
    Feedback.objects.filter(pk=found.pk).update(sealed=None, sketch=[], contact_mark="", customer="", reason="",
                                                state=State.WITHDRAWN)
    found.refresh_from_db()


def sweep_feedback(*, now: datetime | None = None) -> int:
    """Empty feedback that was kept as long as its form said; returns how many."""
    moment, count = now or timezone.now(), 0
    for form in FeedbackForm.objects.all():
        before = moment - timedelta(days=30 * form.kept_months)
        for found in Feedback.objects.filter(form=form, received_at__lt=before).exclude(state=State.WITHDRAWN):
            empty(found)
            count += 1
    if count:
        audit.record("collect.feedback_expired", actor=SystemActor("voices.sweep"), count=count)
    return count


def _tell(found: Feedback) -> None:
    """Tell those who handle it; what was said stands on its page alone, masked."""
    notify("feedback_new", title=lambda: _("收到客户反馈 {number}").format(number=found.number), right=HANDLE,
           about=About("voices.feedback", str(found.pk), reverse("voices:feedback", args=[found.pk]), found.unit_code))


def _today(form: FeedbackForm) -> int:
    return Feedback.objects.filter(form=form, received_at__gt=timezone.now() - timedelta(days=1)).count()


def _locked(feedback: Feedback, actor: User) -> Feedback:
    require(actor, HANDLE, feedback)
    return Feedback.objects.select_for_update().get(pk=feedback.pk)


def _handled(found: Feedback, actor: User, act: str, *fields: str) -> Feedback:
    found.handled_by, found.handled_at = actor, timezone.now()
    found.save(update_fields=["handled_by", "handled_at", *fields])
    audit.record(act, found, actor=actor, state=audit.plain(found.state))
    return found
