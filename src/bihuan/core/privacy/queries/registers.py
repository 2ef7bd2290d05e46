"""Lists of the registers, and the dates that somebody has to look after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from bihuan.core.models import AuditEntry

from ..models import Agreement, ComplianceAudit, Consent, ContactRefusal, Export, Incident, Reveal, SubjectRequest

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Duties:
    """What the overview counts: things with a date that is near or over."""

    late_requests: int
    open_requests: int
    ended_agreements: int
    ending_agreements: int
    open_incidents: int
    due_audits: int
    waiting_exports: int
    reveals_this_week: int


def duties() -> Duties:
    """Return what waits in this room today."""
    today, now = timezone.localdate(), timezone.now()
    requests = SubjectRequest.objects.filter(state__in=("received", "verified"))
    agreements = Agreement.objects.filter(returned_on=None)
    return Duties(
        late_requests=requests.filter(due_on__lt=today).count(), open_requests=requests.count(),
        ended_agreements=agreements.filter(expires_on__lt=today).count(),
        ending_agreements=agreements.filter(expires_on__gte=today, expires_on__lte=today + SOON).count(),
        open_incidents=Incident.objects.filter(closed_at=None).count(),
        due_audits=ComplianceAudit.objects.filter(next_due__lte=today + SOON).count(),
        waiting_exports=Export.objects.filter(state=Export.State.WAITING).count(),
        reveals_this_week=Reveal.objects.filter(at__gte=now - timedelta(days=7)).count())


def history_of(entry: object) -> QuerySet[AuditEntry]:
    """Return the log's lines on one thing, newest first."""
    meta = entry._meta  # type: ignore[attr-defined]
    return AuditEntry.objects.filter(object_type=meta.label_lower, object_id=str(entry.pk))  # type: ignore[attr-defined]


def consents(words: str = "") -> QuerySet[Consent]:
    """Return consents, newest first; ``words`` is a customer's number."""
    return Consent.objects.filter(customer=words) if words else Consent.objects.all()


def refusals(words: str = "") -> QuerySet[ContactRefusal]:
    """Return refusals of contact, newest first; ``words`` is a customer's number."""
    return ContactRefusal.objects.filter(customer=words) if words else ContactRefusal.objects.all()


def requests(state: str = "open", words: str = "") -> QuerySet[SubjectRequest]:
    """Return requests, the nearest term first; ``state`` open, closed or all."""
    found = SubjectRequest.objects.select_related("created_by")
    if state == "open":
        found = found.filter(state__in=("received", "verified"))
    elif state == "closed":
        found = found.exclude(state__in=("received", "verified")).order_by("-closed_at")
    return found.filter(customer=words) if words else found


def reveals(words: str = "") -> QuerySet[Reveal]:
    """Return who was shown personal data, newest first; ``words`` is an object's number."""
    found = Reveal.objects.select_related("person")
    return found.filter(Q(object_id=words) | Q(person__username=words)) if words else found
