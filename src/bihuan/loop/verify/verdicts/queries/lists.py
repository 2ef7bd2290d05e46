"""Reviews in a list, the chain from problem to next round, and templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from bihuan.core import workspace
from bihuan.core.models import User
from bihuan.core.queries import unit_names
from bihuan.core.rights import is_outside
from bihuan.engine.stats.proportions import wilson
from bihuan.loop.diagnose.findings.queries import findings_for
from bihuan.loop.improve.measures.queries.info import Measure

from ..contracts import EFFECTIVE
from ..models import Promotion, Review, Verdict
from ..rights import VIEW

MOST_CHAINS = 500


def reviews_for(user: User) -> QuerySet[Review]:
    """Return the reviews of measures that a person sees, those due first on top."""
    return Review.objects.filter(measure__in=Measure.objects.for_user(user).values("pk")).select_related(
        "measure__accountable", "verdict").order_by("state", "due_on", "pk")


def reviews_of_part(user: User, part: str) -> QuerySet[Review]:
    """Return one part of the reviews (REVIEW_PARTS), all for any other word."""
    found = reviews_for(user)
    waiting = found.filter(state=Review.State.WAITING)
    return {"waiting": waiting, "due": waiting.filter(due_on__lte=today()),
            "unsigned": found.filter(state=Review.State.JUDGED, verdict__accepted_at=None)}.get(part, found)


def today() -> date:
    """Return the day in the workspace's zone."""
    return workspace.day_of(timezone.now())


def verdicts_of(measure: Measure) -> list[Verdict]:
    """Return the verdicts on a measure, newest first."""
    return list(Verdict.objects.filter(measure=measure).select_related("accepted_by", "review", "measure", "promotion"))


@dataclass(frozen=True)
class Link:
    """One measure in a chain with its newest verdict; ``open`` while it is not closed."""

    measure: Measure
    verdict: str
    state: Any
    open: bool
    round: int


@dataclass(frozen=True)
class Chain:
    """A problem with its rounds of measures; ``age`` in days since it was first seen, up to its solution."""

    finding: Any
    links: list[Link]
    age: int
    closed: bool


@dataclass(frozen=True)
class Rate:
    """How many of the problems with measures are closed, and the median age of the ``n_open`` that are not.

    ``low`` and ``high``: 95 % interval of the share by Wilson; None as the share without problems.
    """

    closed: int
    total: int
    share: float | None
    low: float | None
    high: float | None
    n_open: int
    median_open: float | None
    effective: int


def chains(user: User, today: date) -> tuple[list[Chain], Rate]:
    """Return the problems that a person sees and that have measures, newest first, and the rate of closing."""
    seen = Measure.objects.for_user(user).filter(finding__isnull=False).select_related("accountable")
    measures: dict[int, list[Measure]] = {}
    for one in seen.order_by("pk"):
        measures.setdefault(one.finding_id, []).append(one)  # type: ignore[arg-type]
    words = _newest_words(one.pk for listed in measures.values() for one in listed)
    found = []
    for finding in findings_for(user).filter(pk__in=measures)[:MOST_CHAINS]:
        listed = measures[finding.pk]
        closed = finding.state == "settled"
        end = workspace.day_of(finding.settled_at) if finding.settled_at else today
        links = [_link(one, words, finding) for one in listed]
        found.append(Chain(finding, links, max((end - workspace.day_of(finding.first_seen)).days, 0), closed))
    return found, _rate(found)


def links_of(finding: Any, user: User) -> list[Link]:
    """Return the measures against one finding that a person sees, oldest first."""
    listed = list(Measure.objects.for_user(user).filter(finding_id=finding.pk).select_related(
        "accountable").order_by("pk"))
    words = _newest_words(one.pk for one in listed)
    return [_link(one, words, finding) for one in listed]


def _link(measure: Measure, words: dict[int, str], finding: Any) -> Link:
    return Link(measure, words.get(measure.pk, ""), measure.get_state_display(), measure.is_open,
                measure.yardstick.get("round", finding.round))


def _newest_words(measures: Iterable[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for measure, word in Verdict.objects.filter(measure__in=list(measures)).order_by("pk").values_list(
            "measure_id", "verdict"):
        found[measure] = word
    return found


def _rate(chains: list[Chain]) -> Rate:
    """The rate of problems that were solved or have a measure that was not withdrawn."""
    found = [one for one in chains if one.closed or any(
        link.measure.state != Measure.State.WITHDRAWN for link in one.links)]
    closed = [one for one in found if one.closed]
    ages = sorted(one.age for one in found if not one.closed)
    middle = len(ages) // 2
    median = None if not ages else ages[middle] if len(ages) % 2 else (ages[middle - 1] + ages[middle]) / 2
    worked = sum(any(link.verdict == EFFECTIVE and not link.open for link in one.links) for one in closed)
    share = len(closed) / len(found) if found else None
    low, high = (float(one) for one in wilson(len(closed), len(found))) if found else (None, None)
    return Rate(len(closed), len(found), share, low, high, len(ages), median, worked)


def promotions(user: User) -> QuerySet[Promotion]:
    """Return the templates: what worked is for everybody of the house who may see measures, for vendors their own."""
    found = Promotion.objects.select_related("verdict__measure", "by")
    return found.filter(verdict__measure__in=Measure.objects.for_user(user)) if is_outside(user, VIEW) else found


def adoptions(promotion: Promotion, user: User) -> list[tuple[Measure, str]]:
    """Return where a template was taken over that the person may see, with the name of the unit."""
    names = unit_names()
    return [(one, names.get(one.unit_code, one.unit_code)) for one in Measure.objects.for_user(user).filter(
        adopted_from_id=promotion.verdict.measure_id).order_by("pk")]
