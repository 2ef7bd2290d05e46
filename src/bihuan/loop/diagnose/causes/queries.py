"""Reading causes."""

from __future__ import annotations

from .contracts import CauseInfo
from .models import FindingCause


def causes_of(finding_id: int) -> list[CauseInfo]:
    """Return the causes stated for a finding, confirmed ones first: the room that asks has checked the right."""
    found = FindingCause.objects.filter(finding_id=finding_id).select_related("cause")
    return sorted((one.info() for one in found), key=lambda one: (not one.confirmed, one.id))
