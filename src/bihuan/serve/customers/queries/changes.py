"""Merges and splits: the list, and how many each person made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from bihuan.core.models import User

from ..models import Change
from ..rights import reach, sees_all
from .rules import matching

DAYS = 30


@dataclass(frozen=True)
class PersonRate:
    """What one person changed in the last 30 days; ``busiest`` the most on one day. ``watch``: above the limit."""

    person: User
    made: int
    undone: int
    busiest: int
    watch: bool


def changes(user: User, kind: str = "") -> QuerySet[Change]:
    """Return the acts, the latest first: all to those who see all customers, their own to others."""
    found = Change.objects.select_related("made_by", "undone_by")
    if not sees_all(reach(user)):
        found = found.filter(made_by=user)
    return found.filter(kind=kind) if kind else found


def rates() -> list[PersonRate]:
    """Return how much each person merged and split lately, the most first."""
    limit, since = matching().watch, timezone.now() - timedelta(days=DAYS)
    recent = Change.objects.filter(made_at__gte=since, made_by__isnull=False)
    counted = recent.values("made_by").annotate(made=Count("pk"), undone=Count("pk", filter=Q(undone_at__isnull=False)))
    busiest: dict[int, int] = {}
    days = recent.annotate(day=TruncDate("made_at")).values("made_by", "day").annotate(made=Count("pk")).order_by()
    for row in days:
        busiest[row["made_by"]] = max(busiest.get(row["made_by"], 0), row["made"])
    people = User.objects.in_bulk([row["made_by"] for row in counted])
    found = [PersonRate(people[row["made_by"]], row["made"], row["undone"], busiest[row["made_by"]],
                        busiest[row["made_by"]] > limit) for row in counted.order_by()]
    return sorted(found, key=lambda one: one.busiest, reverse=True)
