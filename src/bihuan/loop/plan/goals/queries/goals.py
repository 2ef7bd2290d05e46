"""Goals for lists: the newest terms of each, in few statements."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from bihuan.core.models import User

from ..models import Goal, GoalVersion
from ..rights import visible

__all__ = ["Goal", "GoalVersion", "goal_for", "history", "newest_terms"]


def newest_terms(user: User) -> QuerySet[GoalVersion]:
    """Return the newest terms of every goal a person may see, those that end first at the top."""
    last = GoalVersion.objects.filter(goal=OuterRef("goal")).order_by("-number").values("pk")[:1]
    return GoalVersion.objects.filter(
        goal__in=Goal.objects.for_user(user, unnamed=False), pk=Subquery(last),
    ).select_related("goal", "owner", "scope__scope", "created_by").order_by("goal__state", "due", "pk")


def goal_for(user: User, pk: int) -> Goal:
    """Return one goal a person may see; NotAllowed, as for one that is not there, otherwise."""
    found: Goal = visible(Goal.objects, user, pk, unnamed=False)
    return found


def history(goal: Goal) -> QuerySet[GoalVersion]:
    """Return all terms of a goal, the newest first."""
    return goal.versions.select_related("goal", "owner", "scope__scope", "created_by")
