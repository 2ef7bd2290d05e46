"""Who sees an archive, who files, and who may take its file: nobody gets numbers they could not see on the page."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, can, reaches, scope_of
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.plan.cycles.queries.cycles import Cycle
from bihuan.loop.plan.goals.rights import within
from bihuan.loop.verify.verdicts.rights import may_see_numbers

from .models import Archive

VIEW, KEEP, EXPORT = "learn.view_archives", "learn.keep_archives", "evaluate.export"


def archives_for(user: User) -> QuerySet[Archive]:
    """Return the archives of measures that a person sees."""
    if not can(user, VIEW):
        return Archive.objects.none()
    return Archive.objects.filter(Q(measure__in=Measure.objects.for_user(user).values("pk"))
                                  | Q(cycle__in=Cycle.objects.for_user(user).values("pk")))


def archive_for(user: User, pk: int) -> Archive:
    """Return one archive a person may see; NotAllowed, as for one that is not there, otherwise."""
    found = archives_for(user).select_related("verdict__measure", "measure", "cycle", "made_by").filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"archive {pk}")
    return found


def may_keep(user: User, unit_code: str) -> bool:
    """Return whether a person may file and keep the archives of a unit."""
    return can(user, KEEP) and reaches(scope_of(user, KEEP), unit=unit_code)


def may_keep_archive(user: User, archive: Archive) -> bool:
    """Return whether a person may keep an archive: that of a review all units it speaks of."""
    return may_keep_cycle(user, archive.cycle) if archive.cycle else may_keep(user, archive.unit_code)


def may_keep_cycle(user: User, cycle: Cycle) -> bool:
    """Return whether a person may file a review that they see: their right to file reaches all of its units."""
    return can(user, KEEP) and within(cycle.units, scope_of(user, KEEP), unnamed=False)


def keeps_all(user: Actor) -> bool:
    """Return whether a person keeps the archives of the whole company: the rule and the deletion concern them all."""
    scope = scope_of(user, KEEP)
    return can(user, KEEP) and scope.units is None and scope.agents is None


def require_all(user: Actor) -> None:
    if not keeps_all(user):
        raise NotAllowed("keeping rule")


def may_take(user: User, archive: Archive) -> bool:
    """Return whether a person may download a bundle: it holds the series behind the verdict."""
    if archive.cycle:
        return can(user, EXPORT) and within(archive.cycle.units, scope_of(user, EXPORT), unnamed=False)
    return can(user, EXPORT) and archive.verdict is not None and may_see_numbers(user, archive.verdict)
