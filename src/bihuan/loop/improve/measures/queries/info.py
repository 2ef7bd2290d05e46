"""Measures as other rooms read them."""

from __future__ import annotations

from datetime import date

from bihuan.core.models import User
from bihuan.core.rights import reaches, scope_of

from ..contracts import MeasureInfo
from ..models import Measure
from ..rights import VIEW

__all__ = ["Measure", "begun_between", "measure_info", "measures_of", "sees_all_measures"]


def measure_info(pk: int) -> MeasureInfo | None:
    """Return one measure whoever asks, None without it: the room that asks has checked the right."""
    found = Measure.objects.filter(pk=pk).first()
    return info_of(found) if found else None


def measures_of(finding_id: int) -> list[MeasureInfo]:
    """Return the measures against a finding, oldest first: the room that asks has checked the right."""
    return [info_of(one) for one in Measure.objects.filter(finding_id=finding_id).order_by("pk")]


def begun_between(user: User, since: date, until: date, *, besides: int) -> list[Measure]:
    """Return the other measures a person may see whose new way began from ``since`` to before ``until``."""
    return list(Measure.objects.for_user(user).filter(change_on__gte=since, change_on__lt=until).exclude(pk=besides)
                .exclude(state=Measure.State.WITHDRAWN).order_by("change_on", "pk"))


def sees_all_measures(user: User) -> bool:
    """Return whether no measure is beyond a person's reach: only then does an empty list say that there was none."""
    return reaches(scope_of(user, VIEW), unit="")


def info_of(measure: Measure) -> MeasureInfo:
    return MeasureInfo(measure.pk, measure.number, measure.title, measure.kind, measure.term, measure.state,
                       measure.unit_code, measure.finding_id, measure.accountable_id, measure.due_on, measure.done_on,
                       measure.change_on, measure.yardstick)
