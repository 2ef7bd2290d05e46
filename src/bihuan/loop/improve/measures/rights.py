"""Who sees and who changes a measure: its unit's people, and those who answer for it, help with it or accept it."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_with
from bihuan.core.rights import Actor, NotAllowed, SystemActor, can, reaches, require, scope_of

from .models import Acceptance, Measure

VIEW, CHANGE, APPROVE = "improve.view_measures", "improve.change_measures", "improve.approve_measures"


def measure_for(user: User, pk: int) -> Measure:
    """Return a measure a person may see; NotAllowed, as for one that is not there, otherwise."""
    found = Measure.objects.for_user(user).select_related(
        "accountable", "approved_by", "created_by", "adopted_from").filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"measure {pk}")
    return found


def may_change(user: Actor, measure: Measure) -> bool:
    """Return whether a person may change what a measure says."""
    if isinstance(user, SystemActor):
        return True
    return can(user, CHANGE) and reaches(scope_of(user, CHANGE), unit=measure.unit_code)


def may_report(user: Actor, measure: Measure) -> bool:
    """Return whether a person may report on a measure: who may change it, its owner and its helpers."""
    if isinstance(user, SystemActor) or may_change(user, measure):
        return True
    return can(user, VIEW) and (measure.accountable_id == user.pk or measure.helpers.filter(pk=user.pk).exists())


def may_approve(user: Actor, measure: Measure) -> bool:
    """Return whether a person may approve a measure: never one who answers for it or wrote it last or first."""
    if isinstance(user, SystemActor):
        return True
    return (can(user, APPROVE) and reaches(scope_of(user, APPROVE), unit=measure.unit_code)
            and user.pk not in (measure.accountable_id, measure.created_by_id, measure.written_by_id))


def approvable_by(user: User) -> QuerySet[Measure]:
    """Return the measures that wait for an approval which a person may give: ``may_approve`` of all at once."""
    scope = scope_of(user, APPROVE)
    if not can(user, APPROVE) or scope.agents is not None:
        return Measure.objects.none()
    found = Measure.objects.for_user(user).filter(state=Measure.State.PROPOSED)
    if scope.units is not None:
        found = found.filter(unit_code__in=scope.units)
    return found.exclude(accountable=user).exclude(created_by=user).exclude(written_by=user)


def approvers_of(measure: Measure) -> list[User]:
    """Return who in service may approve a measure, by name."""
    held = people_with(APPROVE, measure.unit_code)
    return sorted((one for one in held if may_approve(one, measure)), key=str)


def answers_for(user: User, measure: Measure) -> bool:
    """Return whether a person must know what a measure is against: its owner, its helpers, who may approve it."""
    return (measure.accountable_id == user.pk or measure.helpers.filter(pk=user.pk).exists()
            or may_approve(user, measure))


def answered_for(user: User, measure: Measure) -> bool:
    """Return whether a person is or ever was the owner of a measure: handing it over makes nobody a judge of it."""
    # All of them instead of a filter: lists bring them along in one go.
    return user.pk in (measure.accountable_id, *(one.owner_before_id for one in measure.amendments.all()))


def may_accept(user: Actor, acceptance: Acceptance) -> bool:
    """Return whether a person may accept for a department: one of it who may see measures, and never was the owner."""
    if isinstance(user, SystemActor):
        return True
    return (can(user, VIEW) and reaches(scope_of(user, VIEW), unit=acceptance.unit_code)
            and not answered_for(user, acceptance.measure))


def require_change(actor: Actor, measure: Measure) -> None:
    require(actor, CHANGE, measure)


def require_that(allowed: bool, what: str) -> None:
    """Raise NotAllowed unless one of the questions above was answered with yes."""
    if not allowed:
        raise NotAllowed(what)
