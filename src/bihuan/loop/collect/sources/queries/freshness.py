"""How old a source's data are, and whether that is older than expected."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..contracts import Freshness
from ..models import Source


def freshness_of(source: Source, now: datetime) -> Freshness:
    """Return how a source stands. One that never was read in full is late once its first term has passed."""
    since = source.fresh_at or source.created_at
    late = source.is_active and now - since > timedelta(minutes=source.expected_minutes)
    return Freshness(source.code, source.fresh_at, source.expected_minutes, late)


def late_sources(now: datetime) -> list[Freshness]:
    """Return the sources that are late."""
    found = (freshness_of(source, now) for source in Source.objects.filter(is_active=True))
    return [state for state in found if state.is_late]


def lake_names() -> set[str]:
    """Return the names in the lake of all sources that are watched here: nobody else need watch their rhythm."""
    return {name for names in Source.objects.values_list("lake_names", flat=True) for name in names}
