"""Reviews in a list, the chain from problem to next round, and templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

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

SETTLED = "settled"


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


def findings_with_measures(user: User) -> QuerySet[Any]:
    """Return the problems that a person sees and that have measures that the person sees, newest first."""
    return findings_for(user).filter(pk__in=_seen(user).values("finding_id"))


def chains(findings: Iterable[Any], user: User, today: date) -> list[Chain]:
    """Return the chains of some of these problems, in their order."""
    listed = list(findings)
    measures: dict[int, list[Measure]] = {}
    seen = _seen(user).filter(finding__in=[one.pk for one in listed])
    for one in seen.select_related("accountable").order_by("pk"):
        measures.setdefault(one.finding_id, []).append(one)  # type: ignore[arg-type]
    words = _newest_words(one.pk for held in measures.values() for one in held)
    zone, found = workspace.zone(), []
    for finding in listed:
        links = [_link(one, words, finding) for one in measures.get(finding.pk, ())]
        age = _age(finding.first_seen, finding.settled_at, today, zone)
        found.append(Chain(finding, links, age, finding.state == SETTLED))
    return found


def rate_of(user: User, today: date) -> Rate:
    """Return the rate of problems that were solved, of all that were or have a measure that was not withdrawn."""
    measures = _seen(user)
    newest = dict(Verdict.objects.filter(measure__in=measures.values("pk")).order_by("pk").values_list(
        "measure_id", "verdict"))
    alive, worked = set(), set()
    for pk, finding, state in measures.values_list("pk", "finding_id", "state"):
        if state != Measure.State.WITHDRAWN:
            alive.add(finding)
        if newest.get(pk) == EFFECTIVE and state in (Measure.State.VERIFIED, Measure.State.WITHDRAWN):
            worked.add(finding)
    zone, ages, closed, effective = workspace.zone(), [], 0, 0
    findings = findings_for(user).filter(pk__in=measures.values("finding_id"))
    for pk, state, first, settled in findings.values_list("pk", "state", "first_seen", "settled_at"):
        if state == SETTLED:
            closed += 1
            effective += pk in worked
        elif pk in alive:
            ages.append(_age(first, settled, today, zone))
    total = closed + len(ages)
    low, high = (float(one) for one in wilson(closed, total)) if total else (None, None)
    return Rate(closed, total, closed / total if total else None, low, high, len(ages),
                median(ages) if ages else None, effective)


def _seen(user: User) -> QuerySet[Measure]:
    return Measure.objects.for_user(user).filter(finding__isnull=False)


def _age(first: datetime, settled: datetime | None, today: date, zone: ZoneInfo) -> int:
    end = settled.astimezone(zone).date() if settled else today
    return max((end - first.astimezone(zone).date()).days, 0)


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


def promotions(user: User) -> QuerySet[Promotion]:
    """Return the templates: what worked is for everybody of the house who may see measures, for vendors their own."""
    found = Promotion.objects.select_related("verdict__measure", "by")
    return found.filter(verdict__measure__in=Measure.objects.for_user(user)) if is_outside(user, VIEW) else found


def adoptions(promotion: Promotion, user: User) -> list[tuple[Measure, str]]:
    """Return where a template was taken over that the person may see, with the name of the unit."""
    names = unit_names()
    return [(one, names.get(one.unit_code, one.unit_code)) for one in Measure.objects.for_user(user).filter(
        adopted_from_id=promotion.verdict.measure_id).order_by("pk")]
