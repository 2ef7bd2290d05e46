"""How long archives are kept."""

from __future__ import annotations

import calendar
from datetime import date

from django.db.models import QuerySet

from ..models import Archive, KeepingRule


def months() -> int | None:
    """Return the months that archives are kept, None for ever."""
    rule = KeepingRule.objects.first()
    return rule.months if rule else None


def keep_until(filed: date) -> date | None:
    """Return the last day on which an archive filed on a day is kept, None when all are kept."""
    kept = months()
    return None if kept is None else after(filed, kept)


def after(day: date, count: int) -> date:
    """Return the same day some months later, the last one of a shorter month.

    >>> after(date(2025, 8, 31), 6)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def expired(today: date) -> QuerySet[Archive]:
    """Return the archives whose time has passed."""
    return Archive.objects.filter(state=Archive.State.READY, keep_until__lt=today).order_by("pk")


def deletions() -> QuerySet[Archive]:
    """Return what was deleted when due: the row with its hashes is the proof."""
    return Archive.objects.filter(state=Archive.State.DELETED).order_by("-deleted_at", "-pk")
