"""Reviews for lists and pages, and as the rooms above know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.engine.indicators.periods import is_over
from bihuan.loop.plan.goals.queries.goals import Goal, GoalVersion, newest_terms
from bihuan.loop.plan.goals.queries.scopes import filter_words

from ..contracts import CycleInfo, Window
from ..models import Cycle, Member, Rhythm
from ..rights import visible

__all__ = ["Cycle", "Goal", "Rhythm"]


def cycles_for(user: User) -> QuerySet[Cycle]:
    """Return the reviews a person may see, those still open first, with how far their teams have scored."""
    found: QuerySet[Cycle] = Cycle.objects.for_user(user).select_related("owner", "rhythm").annotate(
        team=Count("members", distinct=True),
        handed_in=Count("members", filter=Q(members__scored_at__isnull=False), distinct=True),
        case_count=Count("cases", distinct=True)).order_by("-state", "-end", "-pk")
    return found


def scoring_for(user: User) -> QuerySet[Cycle]:
    """Return the reviews a person may see that wait for scores, with their members."""
    return cycles_for(user).filter(
        state=Cycle.State.OPEN, scoring_closed_at=None, handed_in__lt=F("team")).prefetch_related("members__user")


def cycle_for(user: User, pk: int) -> Cycle:
    """Return one review a person may see; NotAllowed, as for one that is not there, otherwise."""
    found: Cycle = visible(Cycle.objects.select_related("owner", "previous", "rhythm", "scope__scope"), user, pk)
    return found


def is_provisional(cycle: Cycle) -> bool:
    """Whether the numbers of a review were taken before its period was over: none are handed in or filed on them.

    Data that end with its last day, read on a later one, are as whole as they will be where no more rows are to come.
    """
    if cycle.as_of is None:
        return False
    reached = workspace.day_of(cycle.as_of)
    return not is_over(cycle.end, reached) and not (reached == cycle.end < workspace.day_of(cycle.known_at))


def goals_of(cycle: Cycle, user: User) -> list[GoalVersion]:
    """Return the newest terms of the goals a review follows, as far as the person may see them."""
    linked = set(cycle.goals.values_list("goal_id", flat=True))
    return [one for one in newest_terms(user) if one.goal_id in linked] if linked else []


def info_of(cycle: Cycle) -> CycleInfo:
    """Return a review as other rooms know it."""
    closed = cycle.closed_at.astimezone(workspace.zone()).date() if cycle.closed_at else None
    until = closed or timezone.now().astimezone(workspace.zone()).date()
    window = Window(None if cycle.units is None else tuple(cycle.units), cycle.kept, cycle.start,
                    max(until, cycle.end))
    return CycleInfo(cycle.pk, cycle.number, cycle.title, cycle.start, cycle.end, cycle.is_open,
                     tuple(cycle.goals.values_list("goal_id", flat=True)), window)


@dataclass(frozen=True)
class Page:
    """One review with its scope in words, its team and its neighbours."""

    cycle: Cycle
    words: tuple[tuple[str, str], ...]
    team: list[Member]
    own: Member | None
    following: Cycle | None
    last_day: date

    @property
    def is_provisional(self) -> bool:
        return is_provisional(self.cycle)

    @property
    def waiting(self) -> list[Member]:
        return [one for one in self.team if one.scored_at is None]


def page_of_cycle(cycle: Cycle, user: User) -> Page:
    """Return what the page of a review shows of itself; neighbours only if the person may see them."""
    team = list(cycle.members.select_related("user"))
    own = next((one for one in team if one.user_id == user.pk), None)
    following = Cycle.objects.for_user(user).filter(previous=cycle).first()
    return Page(cycle, filter_words(cycle.kept), team, own, following, info_of(cycle).window.until)


def rhythms_for(user: User) -> QuerySet[Rhythm]:
    """Return the reviews that come round and that a person may see."""
    found: QuerySet[Rhythm] = Rhythm.objects.for_user(user).select_related("owner", "scope").annotate(
        opened=Count("cycles")).order_by("stopped_at", "title")
    return found
