"""Who opens rounds and sees them, who may call, and that a caller stands outside the measure's department."""

from __future__ import annotations

from collections.abc import Set

from django.db.models import QuerySet

from bihuan.core.models import Unit, User
from bihuan.core.notifications.queries.people import people_with
from bihuan.core.rights import Actor, NotAllowed, SystemActor, can, descendants, grants_of, reaches, scope_of, shows
from bihuan.loop.improve.measures.queries.info import Measure

from .models import Round, Target

CALL, VIEW, ROWS, EXPORT, REVEAL = (
    "verify.call_back", "improve.view_measures", "evaluate.view_rows", "evaluate.export", "core.reveal_personal")


def rounds_for(user: User) -> QuerySet[Round]:
    """Return the rounds of measures that a person sees."""
    return Round.objects.filter(measure__in=Measure.objects.for_user(user).values("pk"))


def round_for(user: User, pk: int) -> Round:
    """Return a round that a person may see; NotAllowed, as for one that is not there, otherwise."""
    found = rounds_for(user).select_related("measure__accountable", "opened_by", "concluded_by").filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"round {pk}")
    return found


def may_run(user: Actor, unit_code: str) -> bool:
    """Return whether a person may open, assign and conclude rounds about a unit's measures."""
    if isinstance(user, SystemActor):
        return True
    return can(user, CALL) and reaches(scope_of(user, CALL), unit=unit_code)


def require_run(user: Actor, unit_code: str) -> None:
    """Raise NotAllowed unless the person may run rounds about the unit."""
    if not may_run(user, unit_code):
        raise NotAllowed(f"run rounds of {unit_code}")


def list_reach(user: User, round_: Round) -> str:
    """Return what a person sees of a round's list, "all", "blind" or "affected"; NotAllowed for nothing at all."""
    reach = reach_of_list(user, round_)
    if reach is None:
        raise NotAllowed(f"customers of round {round_.pk}")
    return reach


def reach_of_list(user: User, round_: Round) -> str | None:
    """Return what a person sees of a round's list: "all", "blind" (not who is on which side), "affected" or None.

    Who calls for an open round is blind to the sides, also who runs it. Others who may see rows behind numbers see the
    customers of the measure's own department; everybody else sees the round without its customers.
    """
    calls = round_.is_open and Target.objects.filter(round=round_, caller=user).exists()
    if may_run(user, round_.unit_code):
        return "blind" if calls else "all"
    if calls:
        return "blind"
    if not reaches(scope_of(user, ROWS), unit=round_.unit_code) or not shows(user, ROWS, "customer"):
        return None
    return "affected"


def may_take_file(user: User, round_: Round, reach: str | None) -> bool:
    """Return whether a person may carry the whole list away: it holds customers of both sides.

    Who runs the round and is not blind to the sides, or who sees the rows of the whole company; each with the right
    to export for the unit.
    """
    whole = reach == "all" or (reach == "affected" and scope_of(user, ROWS).units is None)
    return whole and can(user, EXPORT) and reaches(scope_of(user, EXPORT), unit=round_.unit_code)


def require_file(user: User, round_: Round) -> None:
    """Raise NotAllowed unless a person may carry the whole list away."""
    if not may_take_file(user, round_, reach_of_list(user, round_)):
        raise NotAllowed(f"file of round {round_.pk}")


def target_for(user: User, pk: int) -> Target:
    """Return a customer of a round: the caller's own task, or one of a round that the person runs."""
    found = Target.objects.filter(pk=pk).select_related("round__measure", "caller").first()
    if found is None or not can(user, CALL):
        raise NotAllowed(f"target {pk}")
    if found.caller_id != user.pk and not may_run(user, found.round.unit_code):
        raise NotAllowed(f"target {pk}")
    return found


def inside(person: User, measure: Measure, partakers: Set[int] | None = None) -> bool:
    """Return whether a person belongs to the measure: by a post in its department or below, or by a part in it."""
    if person.pk in (partakers_of(measure) if partakers is None else partakers):
        return True
    department = set(descendants([measure.unit_code], Unit.objects.only("code", "parent_code")))
    return any(grant.unit_code in department for grant in grants_of(person) if grant.unit_code)


def partakers_of(measure: Measure) -> set[int]:
    """Return who proposed, approved, answers or once answered for a measure, or helps with it."""
    once = measure.amendments.exclude(owner_before=None).values_list("owner_before_id", flat=True)
    return {*measure.helpers.values_list("pk", flat=True), *once, measure.accountable_id,
            measure.created_by_id, measure.approved_by_id}


def callers_for(measure: Measure) -> list[User]:
    """Return the people who may call for a measure: with the right, in service, and outside its department."""
    partakers = partakers_of(measure)
    return [one for one in people_with(CALL) if not inside(one, measure, partakers)]
