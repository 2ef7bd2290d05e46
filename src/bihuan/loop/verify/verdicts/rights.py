"""Who sees a verdict, who may close by it, and whose numbers may be shown beside it."""

from __future__ import annotations

from typing import Any

from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, SystemActor, can, is_outside, reaches, scope_of
from bihuan.loop.improve.measures.rights import answered_for, measure_for

from .models import Promotion, Verdict

CLOSE, VIEW, SEE = "verify.close_measures", "improve.view_measures", "evaluate.view_board"


def may_close(user: Actor, measure: Any) -> bool:
    """Return whether a person may close a measure by its verdict: never one who answers or once answered for it."""
    if isinstance(user, SystemActor):
        return True
    return (can(user, CLOSE) and reaches(scope_of(user, CLOSE), unit=measure.unit_code)
            and not answered_for(user, measure))


def may_see_numbers(user: User, verdict: Verdict) -> bool:
    """Return whether the series behind a verdict may be shown: its reader sees at least what it was computed from."""
    scope = scope_of(user, SEE)
    if scope.units is None and scope.agents is None:
        return True
    units = verdict.measure.yardstick.get("units")
    return scope.agents is None and units is not None and set(units) <= set(scope.units or ())


def verdict_for(user: User, pk: int) -> Verdict:
    """Return a verdict on a measure that the person may see; NotAllowed otherwise."""
    found = Verdict.objects.filter(pk=pk).select_related("measure").first()
    if found is None:
        raise NotAllowed(f"verdict {pk}")
    measure_for(user, found.measure_id)
    return found


def promotion_for(user: User, pk: int) -> Promotion:
    """Return a template; everybody of the house who may see measures may see what worked, without the rows
    behind it; a vendor sees its own."""
    found = Promotion.objects.filter(pk=pk).select_related("verdict__measure").first()
    if found is None or not can(user, VIEW):
        raise NotAllowed(f"promotion {pk}")
    if is_outside(user, VIEW):
        measure_for(user, found.verdict.measure_id)
    return found
