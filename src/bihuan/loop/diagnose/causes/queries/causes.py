"""The taxonomy with its counts, and the causes of a finding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from bihuan.core.models import User
from bihuan.loop.diagnose.findings.queries import findings_for

from ..contracts import FAMILIES, CauseInfo
from ..models import Cause, CauseNode, FindingCause


def causes_of(finding_id: int) -> list[CauseInfo]:
    """Return the causes stated for a finding, confirmed ones first: the room that asks has checked the right."""
    found = FindingCause.objects.filter(finding_id=finding_id).select_related("cause")
    return sorted((one.info() for one in found), key=lambda one: (not one.confirmed, one.id))


def taxonomy(*, active: bool = True) -> list[Cause]:
    """Return the entries of the taxonomy in the order of the families."""
    rows = Cause.objects.filter(active=True) if active else Cause.objects.all()
    order = list(FAMILIES)
    return sorted(rows, key=lambda one: (order.index(one.family), one.position, one.code))


@dataclass(frozen=True)
class CauseLine:
    """An entry with the findings it was stated for, the confirmed ones of them, and the boxes that use it."""

    cause: Cause
    stated: int
    confirmed: int
    boxes: int


def counted(user: User) -> list[CauseLine]:
    """Return every entry with its counts within the findings a person sees."""
    seen = findings_for(user).values("pk")
    stated = _counts(FindingCause.objects.filter(finding__in=seen), "finding")
    confirmed = _counts(FindingCause.objects.filter(finding__in=seen).exclude(confirmed_at=None), "finding")
    boxes = _counts(CauseNode.objects.filter(finding__in=seen, removed=False), "pk")
    return [CauseLine(one, stated.get(one.pk, 0), confirmed.get(one.pk, 0), boxes.get(one.pk, 0))
            for one in taxonomy(active=False)]


def counted_in(findings: QuerySet[Any]) -> list[CauseLine]:
    """Return the entries stated for some findings, most often first, without the boxes of the diagrams."""
    stated = FindingCause.objects.filter(finding__in=findings.order_by().values("pk"))
    counts, confirmed = _counts(stated, "finding"), _counts(stated.exclude(confirmed_at=None), "finding")
    entries = Cause.objects.in_bulk(list(counts))
    return sorted((CauseLine(entries[pk], count, confirmed.get(pk, 0), 0) for pk, count in counts.items()),
                  key=lambda one: (-one.stated, one.cause.code))


def _counts(rows, what: str) -> dict[int, int]:
    return dict(rows.exclude(cause=None).values_list("cause").annotate(count=Count(what, distinct=True)))


def cause_for(pk: int | None) -> Cause | None:
    """Return an entry of the taxonomy that is in use; None without a choice."""
    return Cause.objects.filter(pk=pk, active=True).first() if pk else None
