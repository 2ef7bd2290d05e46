"""Lines of the registers, and the acts that are refused without them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from bihuan.core import audit
from bihuan.core.models import User
from bihuan.core.rights import Actor, require

from ..contracts import PURPOSES, Values
from ..errors import Refused
from ..models import Agreement, ComplianceAudit, Consent, DataSet, ImpactAssessment, Incident

WRITE = "privacy.keep_registers"
KEPT_YEARS = 3


@transaction.atomic
def record_entry(*, entry: models.Model, values: Values, actor: Actor) -> Any:
    """Write a line of a register: a new one when ``entry`` is not saved yet. The register's own rule is held first."""
    require(actor, WRITE)
    is_new = entry.pk is None
    many = {name: values.pop(name) for name in [field.name for field in entry._meta.many_to_many] if name in values}
    for name, value in values.items():
        setattr(entry, name, value)
    CHECKS[type(entry)](entry)
    if is_new:
        entry.created_by = actor if isinstance(actor, User) else None  # type: ignore[attr-defined]
    entry.save()
    for name, objects in many.items():
        getattr(entry, name).set(objects)
    name = entry._meta.model_name
    audit.record(f"privacy.{name}_{'recorded' if is_new else 'changed'}", entry, actor=actor,
                 **{key: _logged(value) for key, value in values.items()})
    return entry


@transaction.atomic
def approve_assessment(*, assessment: ImpactAssessment, actor: User) -> ImpactAssessment:
    """Approve an assessment, by somebody other than who wrote it; from then on it is kept for three years."""
    require(actor, WRITE)
    found = ImpactAssessment.objects.select_for_update().get(pk=assessment.pk)
    if found.approved_at:
        raise Refused("assessment_closed")
    if found.created_by_id == actor.pk:
        raise Refused("assessment_own")
    now = timezone.now()
    found.approved_by, found.approved_at = actor, now
    # Three years from the end of what it covers, not only from today.
    last = max(found.valid_until, timezone.localdate(now))
    found.kept_until = last.replace(year=last.year + KEPT_YEARS, day=min(last.day, 28))
    found.kept_until += timedelta(days=last.day - found.kept_until.day)
    found.save(update_fields=["approved_by", "approved_at", "kept_until"])
    audit.record("privacy.impactassessment_approved", found, actor=actor, trigger=audit.plain(found.trigger),
                 risk=audit.plain(found.risk), kept_until=found.kept_until)
    return found


@transaction.atomic
def discard_assessment(*, assessment: ImpactAssessment, actor: Actor) -> None:
    """Delete an assessment whose time of keeping is over, or one that was never approved."""
    require(actor, WRITE)
    if assessment.kept_until and timezone.localdate() < assessment.kept_until:
        raise Refused("assessment_kept", day=assessment.kept_until.isoformat())
    audit.record("privacy.impactassessment_discarded", assessment, actor=actor)
    assessment.delete()


def require_assessment(trigger: str, covers: str) -> ImpactAssessment:
    """Return the approved assessment in force of an act, Refused ``assessment_needed`` without one.

    Call before sensitive data are handled (``sensitive``), decisions are automated (``automated``), or data are given
    out of hand (``entrust``, ``abroad``); ``covers`` is the data set's code, the party or the decision's name.
    """
    found = ImpactAssessment.objects.filter(
        trigger=trigger, covers=covers, approved_at__isnull=False, valid_until__gte=timezone.localdate()).first()
    if found is None:
        raise Refused("assessment_needed", subject=covers, trigger=ImpactAssessment.Trigger(trigger).label)
    return found


def use_data(*, code: str, purpose: str, actor: Actor) -> DataSet:
    """Return a data set for a use it was registered for; another use is refused, and the attempt stays in the log.

    Sensitive data need their impact assessment still in force. Call outside of a transaction that the refusal would
    undo.
    """
    found = DataSet.objects.filter(code=code, is_active=True).first()
    if found is None:
        raise Refused("dataset_unknown", dataset=code)
    if (problem := _against(found, purpose)) is not None:
        audit.record("privacy.use_blocked", found, actor=actor, purpose=audit.plain(purpose))
        raise problem
    return found


def use_body(*, body: str, purpose: str, actor: Actor) -> None:
    """Hold a use of one of BODIES to the data sets that are registered for it; none registered: nothing is said."""
    if (held := _holding(body, purpose)) is not None:
        use_data(code=held.code, purpose=purpose, actor=actor)


def bar_of_use(*, body: str, purpose: str) -> str:
    """Return why such a use would be refused, "" if it would not; for pages, and nothing is recorded."""
    held = _holding(body, purpose)
    return str(_against(held, purpose) or "") if held else ""


def _holding(body: str, purpose: str) -> DataSet | None:
    """The data set that a use is held to: of several, one that was collected for the purpose is enough."""
    holding = [one for one in DataSet.objects.filter(is_active=True).order_by("pk") if body in one.bodies]
    return next((one for one in holding if purpose in one.purposes), holding[0] if holding else None)


def _against(found: DataSet, purpose: str) -> Refused | None:
    if purpose not in found.purposes:
        return Refused("purpose_not_agreed", dataset=found.name, purpose=PURPOSES.get(purpose, purpose))
    if found.is_sensitive:
        try:
            require_assessment("sensitive", found.code)
        except Refused as refused:
            return refused
    return None


def uses(body: str, purpose: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a service be asked for its purpose before it begins; stands above ``transaction.atomic``."""

    def decorate(service: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(service)
        def held(**told: Any) -> Any:
            use_body(body=body, purpose=purpose, actor=told["actor"])
            return service(**told)

        return held

    return decorate


def require_vendor_agreement(party: str) -> Agreement:
    """Return the agreement in force with a vendor and its assessment. Refused without one of them."""
    today = timezone.localdate()
    found = next((one for one in Agreement.objects.filter(party=party).order_by("-expires_on")
                  if one.in_force(today)), None)
    if found is None:
        raise Refused("agreement_needed", party=party)
    require_assessment("entrust", party)
    return found


@transaction.atomic
def give_consent(*, actor: Actor, **values: Any) -> Consent:
    """Register a consent."""
    require(actor, WRITE)
    consent = Consent.objects.create(created_by=actor if isinstance(actor, User) else None, **values)
    audit.record("privacy.consent_given", consent, actor=actor, customer=audit.plain(consent.customer),
                 purpose=audit.plain(consent.purpose))
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, way: str, actor: Actor) -> Consent:
    """Note that a consent was withdrawn; it counts from now on, what was done before stays lawful."""
    require(actor, WRITE)
    found = Consent.objects.select_for_update().get(pk=consent.pk)
    if found.withdrawn_at:
        raise Refused("already_withdrawn")
    found.withdrawn_at, found.withdrawn_by = timezone.now(), way
    holder = settings.BIHUAN_CONSENT_HOLDERS.get(found.purpose)
    found.proof = import_string(holder)(customer=found.customer, actor=actor) if holder else {}
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "proof"])
    audit.record("privacy.consent_withdrawn", found, actor=actor, customer=audit.plain(found.customer),
                 purpose=audit.plain(found.purpose), locked=found.proof)
    return found


def withdrawal_of(customers: Sequence[str], purpose: str) -> datetime | None:
    """Return when a person took a consent back, under any of their numbers, if that is their newest word on it."""
    words = _words(customers, purpose)
    return words[1] if words and words[1] and words[1] >= words[0] else None


def has_consent(customer: str, purpose: str) -> bool:
    """Return whether a customer's newest word on a purpose is a consent that was not withdrawn."""
    words = _words([customer], purpose)
    return bool(words) and withdrawal_of([customer], purpose) is None


def _words(customers: Sequence[str], purpose: str) -> tuple[datetime, datetime | None] | None:
    """When a person last consented and last took one back, whichever line of the register says so."""
    found = Consent.objects.filter(customer__in=customers, purpose=purpose).aggregate(
        given=models.Max("given_at"), withdrawn=models.Max("withdrawn_at"))
    return (found["given"], found["withdrawn"]) if found["given"] else None


def _check_dataset(entry: models.Model) -> None:
    assert isinstance(entry, DataSet)
    if entry.is_sensitive and entry.is_active:
        require_assessment("sensitive", entry.code)


def _check_agreement(entry: models.Model) -> None:
    assert isinstance(entry, Agreement)
    if entry.expires_on < entry.starts_on:
        raise Refused("dates_reversed")
    if entry.kind in (Agreement.Kind.ENTRUST, Agreement.Kind.PROVIDE):
        require_assessment("entrust", entry.party)
    if entry.is_abroad:
        require_assessment("abroad", entry.party)


def _check_assessment(entry: models.Model) -> None:
    assert isinstance(entry, ImpactAssessment)
    if entry.approved_at:
        raise Refused("assessment_closed")


def _check_audit(entry: models.Model) -> None:
    assert isinstance(entry, ComplianceAudit)
    if entry.last_day < entry.first_day:
        raise Refused("dates_reversed")


def _check_incident(entry: models.Model) -> None:
    assert isinstance(entry, Incident)
    if entry.happened_at and entry.happened_at > entry.found_at:
        raise Refused("dates_reversed")


CHECKS: dict[type[models.Model], Callable[[models.Model], None]] = {
    DataSet: _check_dataset, Agreement: _check_agreement, ImpactAssessment: _check_assessment,
    ComplianceAudit: _check_audit, Incident: _check_incident,
}


def _logged(value: Any) -> Any:
    """What of a value enters the log: choices and dates as they are, texts only by their hash."""
    return value.pk if isinstance(value, models.Model) else value
