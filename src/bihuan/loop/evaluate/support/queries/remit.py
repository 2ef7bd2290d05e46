"""What technical support is, as last said."""

from __future__ import annotations

from django.db.models import QuerySet

from ..contracts import Remit
from ..models import Remit as Said


def remit() -> Remit:
    """Return the remit in force."""
    last = Said.objects.first()
    if last is None:
        return Remit()
    return Remit(tuple(last.units), tuple(last.kinds), tuple(last.left_out), last.least_level)


def changes() -> QuerySet[Said]:
    """Return who said so and when, the newest first."""
    return Said.objects.select_related("changed_by")[:20]
