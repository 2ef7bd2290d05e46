"""Research agencies: what they agreed to, what they deliver, and how their work ends."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.core import audit, workspace
from bihuan.core.models import User
from bihuan.core.privacy.services import require_assessment, uses
from bihuan.core.rights import NotAllowed, grants_of, reaches, require, scope_of
from bihuan.engine.facts.errors import FactsError
from bihuan.engine.facts.looking import sniff
from bihuan.engine.survey.elsewhere import propose
from bihuan.loop.collect.answering.services import take_file
from bihuan.loop.collect.records.queries import batch_in_force
from bihuan.loop.collect.records.services import discard_if_open

from ..errors import Refused
from ..models import Access, Agency, Attachment, Delivery
from ..queries.calls import wave_of
from ..queries.questions import questions_of
from ..rights import DELIVER, MANAGE, require_wave
from .files import MB, TABLES, Sent, file_of, keep_files, remove_files

State = Delivery.State


@transaction.atomic
def save_agency(*, agency: Agency, actor: User, **fields: Any) -> Agency:
    """Register an agency with its agreement and terms; changed terms have to be accepted anew by its accounts."""
    require(actor, MANAGE)
    if not reaches(scope_of(actor, MANAGE), unit=fields.get("unit_code", agency.unit_code)):
        raise NotAllowed(MANAGE)
    if agency.returned_on:
        raise Refused("agency_ended")
    for name, value in fields.items():
        setattr(agency, name, value)
    if agency.pk is None:
        agency.made_by = actor
    agency.save()
    audit.record("collect.agency_saved", agency, actor=actor, agreement=agency.agreement_id, terms=hash_of(agency))
    return agency


@uses("answers", "survey")
@transaction.atomic
def give_access(*, agency: Agency, user: User, wave: int, expires_on: date, actor: User) -> Access:
    """Let one account deliver to one wave until a day. The account may hold no other right, the agreement has to
    last as long, and its impact assessments have to be in force still."""
    require(actor, MANAGE, agency)
    require_wave(actor, MANAGE, wave)
    if agency.returned_on:
        raise Refused("agency_ended")
    if {right for grant in grants_of(user) for right in grant.permissions} != {DELIVER} or not user.is_active:
        raise Refused("account_too_wide")
    agreement, today = agency.agreement, timezone.localdate()
    if expires_on < today:
        raise Refused("expiry_past")
    if not agreement.in_force(today) or expires_on > agreement.expires_on:
        raise Refused("agreement_short", day=agreement.expires_on.isoformat())
    require_assessment("entrust", agreement.party)
    if agreement.is_abroad:
        require_assessment("abroad", agreement.party)
    try:
        with transaction.atomic():
            made = Access.objects.create(agency=agency, user=user, wave_id=wave, expires_on=expires_on, made_by=actor)
    except IntegrityError:
        raise Refused("access_there") from None
    audit.record("collect.agency_access_given", made, actor=actor, user=user.pk, wave=wave, until=expires_on)
    return made


@transaction.atomic
def accept_terms(*, access: Access, name: str, actor: User) -> Access:
    """Note that the account's holder accepted the terms as they stand: name, time and their hash."""
    found = _own(access, actor)
    if len(name.strip()) < 2:
        raise Refused("name_needed")
    found.accepted_at, found.accepted_name, found.accepted_hash = timezone.now(), name.strip(), hash_of(found.agency)
    found.save(update_fields=["accepted_at", "accepted_name", "accepted_hash"])
    audit.record("collect.agency_terms_accepted", found, actor=actor, terms=audit.plain(found.accepted_hash))
    return found


@transaction.atomic
def deliver(*, access: Access, files: Sequence[Sent], note: str, actor: User) -> Delivery:
    """Deliver one file of answers to the account's wave."""
    found = _own(access, actor)
    if not has_accepted(found):
        raise Refused("terms_first")
    if wave_of(found.wave_id).state == "planned":
        raise Refused("wave_not_open")
    if len(files) != 1:
        raise Refused("one_file")
    made = Delivery.objects.create(access=found, note=note.strip()[:300])
    one, = keep_files(files, allowed=TABLES, most=1, largest=50 * MB, added_by=actor, delivery=made)
    _must_be_answers(one, found.wave_id)
    audit.record("collect.answers_delivered", made, actor=actor, wave=found.wave_id, digest=audit.plain(one.digest))
    return made


@transaction.atomic
def take_delivery(*, delivery: Delivery, actor: User) -> Delivery:
    """Take a delivered file over into the import of its wave: columns, dry run and import are done there."""
    found = _still(delivery, actor, State.WAITING)
    one = found.files.get()
    with file_of(one).open("rb") as content:
        upload = take_file(wave=found.access.wave_id, actor=actor,
                           file=UploadedFile(File(content), name=one.name, size=one.size))
    found.state, found.upload = State.TAKEN, upload.pk
    return _handled(found, actor)


@transaction.atomic
def refuse_delivery(*, delivery: Delivery, reason: str, actor: User) -> Delivery:
    """Send a file back; the agency reads why. One that was taken too, as long as nothing of it is in the records."""
    found = _still(delivery, actor, State.WAITING, State.TAKEN)
    if len(reason.strip()) < 2:
        raise Refused("reason_needed")
    if found.upload and batch_in_force(found.upload):
        raise Refused("delivery_imported")
    if found.upload:
        discard_if_open(pk=found.upload, actor=actor)
    found.state, found.reason = State.REFUSED, reason.strip()[:200]
    return _handled(found, actor)


@transaction.atomic
def end_access(*, access: Access, actor: User) -> Access:
    """Close one account's way in, before its day."""
    require(actor, MANAGE, access.agency)
    Access.objects.filter(pk=access.pk, ended_at=None).update(ended_at=timezone.now())
    audit.record("collect.agency_access_ended", access, actor=actor, user=access.user_id)
    access.refresh_from_db()
    return access


@transaction.atomic
def record_return(*, agency: Agency, how: str, note: str, returned_on: date, actor: User) -> Agency:
    """Note that the agency returned or deleted what it held: every account is closed, delivered files are deleted."""
    require(actor, MANAGE, agency)
    found = Agency.objects.select_for_update().get(pk=agency.pk)
    if found.returned_on:
        raise Refused("agency_ended")
    if returned_on > timezone.localdate() or len(note.strip()) < 2:
        raise Refused("return_note")
    if Delivery.objects.filter(access__agency=found, state=State.WAITING).exists():
        raise Refused("deliveries_waiting")
    found.returned_on, found.returned_how, found.returned_note = returned_on, how, note.strip()[:300]
    found.save(update_fields=["returned_on", "returned_how", "returned_note"])
    Access.objects.filter(agency=found, ended_at=None).update(ended_at=timezone.now())
    removed = remove_files(Attachment.objects.filter(delivery__access__agency=found, deleted_at=None))
    audit.record("collect.agency_data_returned", found, actor=actor, how=audit.plain(how), on=returned_on,
                 files=removed)
    return found


def hash_of(agency: Agency) -> str:
    """Return the hash of the terms as they stand."""
    return hashlib.sha256(agency.terms.encode()).hexdigest()


def has_accepted(access: Access) -> bool:
    """Return whether the terms as they stand were accepted."""
    return access.accepted_at is not None and access.accepted_hash == hash_of(access.agency)


def _must_be_answers(file: Attachment, wave: int) -> None:
    """Refuse a file without a column of the questionnaire while the agency can still mend it."""
    try:
        seen = sniff(workspace.home(), file_of(file), name=file.name)
    except FactsError as problem:
        remove_files([file])
        raise Refused("file_unreadable") from problem
    questions = questions_of(wave_of(wave).version_id)
    if not any(not role.startswith("@") for role in propose(questions, seen.columns).values()):
        remove_files([file])
        raise Refused("no_answers_in_file", columns=_("、").join(seen.columns[:6]))


def _own(access: Access, actor: User) -> Access:
    """One's own access, in force; NotAllowed otherwise."""
    require(actor, DELIVER)
    found = Access.objects.select_related("agency__agreement").get(pk=access.pk)
    if found.user_id != actor.pk or not found.in_force():
        raise NotAllowed(f"access {access.pk}")
    return found


def _still(delivery: Delivery, actor: User, *states: str) -> Delivery:
    require(actor, MANAGE, delivery.access.agency)
    found = Delivery.objects.select_for_update(of=("self",)).select_related("access").get(pk=delivery.pk)
    if found.state not in states:
        raise Refused("delivery_handled")
    return found


def _handled(found: Delivery, actor: User) -> Delivery:
    found.handled_by, found.handled_at = actor, timezone.now()
    found.save()
    audit.record("collect.delivery_handled", found, actor=actor, state=audit.plain(found.state))
    return found
