"""Measures as other rooms read them."""

from __future__ import annotations

from ..contracts import MeasureInfo
from ..models import Measure

__all__ = ["Measure", "measure_info", "measures_of"]


def measure_info(pk: int) -> MeasureInfo | None:
    """Return one measure whoever asks, None without it: the room that asks has checked the right."""
    found = Measure.objects.filter(pk=pk).first()
    return info_of(found) if found else None


def measures_of(finding_id: int) -> list[MeasureInfo]:
    """Return the measures against a finding, oldest first: the room that asks has checked the right."""
    return [info_of(one) for one in Measure.objects.filter(finding_id=finding_id).order_by("pk")]


def info_of(measure: Measure) -> MeasureInfo:
    return MeasureInfo(measure.pk, measure.number, measure.title, measure.kind, measure.term, measure.state,
                       measure.unit_code, measure.finding_id, measure.accountable_id, measure.due_on, measure.done_on,
                       measure.change_on, measure.yardstick)
