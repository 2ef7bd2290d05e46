"""Who may not be contacted, asked for many customers at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from ..contracts import NEED_CONSENT
from ..models import Consent, ContactRefusal

AT_ONCE = 500


def contact_bars(at: datetime, *, purpose: str, customers: Collection[str] | None = None) -> list[tuple[str, str, str]]:
    """Return (customer, channel or "" for all, "refused" | "withdrawn") of those who may not be contacted at a moment.

    What ``services.may_contact`` tells of one, without blocked customers, whom no list names, and without the hours of
    contact. ``customers`` None asks for everybody. A ``purpose`` that needs everybody's consent is not answered here.
    """
    if purpose in NEED_CONSENT:
        raise ValueError(f"{purpose!r} needs a consent of each: ask may_contact")
    refusals = ContactRefusal.objects.filter(lifted_at=None, since__lte=at).filter(Q(until=None) | Q(until__gt=at))
    found = [(row.customer, row.channel, "refused") for row in _of(refusals, customers)]
    newest: dict[str, Consent] = {}
    for consent in _of(Consent.objects.filter(purpose=purpose).order_by("given_at", "pk"), customers):
        newest[consent.customer] = consent
    return found + [(name, "", "withdrawn") for name, one in newest.items() if one.withdrawn_at is not None]


def _of(rows: QuerySet, customers: Collection[str] | None) -> Iterator:
    if customers is None:
        yield from rows.iterator()
        return
    listed = sorted(customers)
    for start in range(0, len(listed), AT_ONCE):
        yield from rows.filter(customer__in=listed[start:start + AT_ONCE])
