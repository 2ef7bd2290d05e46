"""Who sees an archive, who files, and who may take its file: nobody gets numbers they could not see on the page."""

from __future__ import annotations

from django.db.models import QuerySet

from bihuan.core.models import User
from bihuan.core.rights import Actor, NotAllowed, can, reaches, scope_of
from bihuan.loop.improve.measures.queries.info import Measure
from bihuan.loop.verify.verdicts.rights import may_see_numbers

from .models import Archive

VIEW, KEEP, EXPORT = "learn.view_archives", "learn.keep_archives", "evaluate.export"


def archives_for(user: User) -> QuerySet[Archive]:
    """Return the archives of measures that a person sees."""
    if not can(user, VIEW):
        return Archive.objects.none()
    return Archive.objects.filter(measure__in=Measure.objects.for_user(user).values("pk"))


def archive_for(user: User, pk: int) -> Archive:
    """Return one archive a person may see; NotAllowed, as for one that is not there, otherwise."""
    found = archives_for(user).select_related("verdict__measure", "measure", "made_by").filter(pk=pk).first()
    if found is None:
        raise NotAllowed(f"archive {pk}")
    return found


def may_keep(user: User, unit_code: str) -> bool:
    """Return whether a person may file and keep the archives of a unit."""
    return can(user, KEEP) and reaches(scope_of(user, KEEP), unit=unit_code)


def keeps_all(user: Actor) -> bool:
    """Return whether a person keeps the archives of the whole company: the rule and the deletion concern them all."""
    scope = scope_of(user, KEEP)
    return can(user, KEEP) and scope.units is None and scope.agents is None


def require_all(user: Actor) -> None:
    if not keeps_all(user):
        raise NotAllowed("keeping rule")


def may_take(user: User, archive: Archive) -> bool:
    """Return whether a person may download a bundle: it holds the series behind the verdict."""
    return can(user, EXPORT) and may_see_numbers(user, archive.verdict)
