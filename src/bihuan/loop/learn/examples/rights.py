"""Who reads, writes and publishes examples: what is published is for everybody who may read the library."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, SystemActor, can, reaches, scope_of
from bihuan.loop.improve.measures.queries.info import Measure

from .models import Example

VIEW, WRITE, APPROVE = "learn.view_library", "learn.write_library", "learn.approve_library"


def examples_for(user: User) -> QuerySet[Example]:
    """Return the published examples, and to those who write the others about measures they see."""
    if not can(user, VIEW):
        return Example.objects.none()
    seen = Q(state=Example.State.PUBLISHED)
    if can(user, WRITE):
        seen |= Q(measure__in=Measure.objects.for_user(user).values("pk"))
    return Example.objects.filter(seen)


def example_for(user: User, pk: int) -> Example:
    """Return one example a person may see; NotAllowed, as for one that is not there, otherwise."""
    found = examples_for(user).select_related("verdict__measure", "measure").filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"example {pk}")
    return found


def may(user: Actor, permission: str, example: Example) -> bool:
    """Return whether a person may write or publish an example of its unit."""
    return isinstance(user, SystemActor) or (
        can(user, permission) and reaches(scope_of(user, permission), unit=example.unit_code))
