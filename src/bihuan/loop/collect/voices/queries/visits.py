"""Visits within what a person may see, and the report of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from bihuan.core.models import User
from bihuan.core.notifications.queries.people import people_with
from bihuan.core.queries import unit_names
from bihuan.engine.stats.means import mean_from_sums
from bihuan.engine.stats.proportions import wilson

from ..models import Scenario, Visit
from ..rights import ANY, MANAGE, found_or_hidden
from ..sealing import unseal

FEW = 5     # visits below which a mean is marked as too few to go by


@dataclass(frozen=True)
class Mean:
    """The mean score of some visits; the interval needs two."""

    label: str
    n: int
    mean: float | None
    low: float | None
    high: float | None
    failed: int

    @property
    def few(self) -> bool:
        return self.n < FEW


@dataclass(frozen=True)
class ItemLine:
    """One item of the checklist: met in ``k`` of the ``n`` visits to which it applied."""

    item: Mapping[str, Any]
    k: int
    partly: int
    n: int
    low: float | None
    high: float | None

    @property
    def share(self) -> float | None:
        return self.k / self.n if self.n else None


@dataclass(frozen=True)
class Report:
    """What the checked visits of a scenario's present version found; older versions asked other things."""

    whole: Mean
    units: tuple[Mean, ...]
    items: tuple[ItemLine, ...]
    older: int


def scenarios_for(user: User) -> QuerySet[Scenario]:
    return Scenario.objects.for_user(user, *ANY)


def scenario_for(user: User, pk: int, *permissions: str) -> Scenario:
    reached = Scenario.objects.for_user(user, *(permissions or ANY))
    return found_or_hidden(reached.filter(pk=pk).first(), f"scenario {pk}")


def visitors() -> QuerySet[User]:
    """Return whom one may send: people who can open the page they report on."""
    found = {one.pk for right in ANY for one in people_with(right)}
    return User.objects.filter(pk__in=found, is_active=True).order_by("display_name", "username")


def visits_for(user: User) -> QuerySet[Visit]:
    """Return the visits of the person's units for those who keep them; a visitor's own besides."""
    reached = Visit.objects.for_user(user, MANAGE).values("pk")
    return Visit.objects.filter(Q(pk__in=reached) | Q(visitor=user)).select_related("scenario", "visitor", "checked_by")


def visit_for(user: User, pk: int) -> Visit:
    return found_or_hidden(visits_for(user).filter(pk=pk).first(), f"visit {pk}")


def notes_of(visit: Visit) -> dict[str, str]:
    return unseal(visit.sealed)


def report_of(scenario: Scenario, user: User) -> Report:
    """Return the report of a scenario over the visits the person may see."""
    checked = visits_for(user).filter(scenario=scenario, state=Visit.State.CHECKED)
    visits = list(checked.filter(scenario_version=scenario.version))
    names, by_unit = unit_names(), {}
    for one in visits:
        by_unit.setdefault(one.unit_code, []).append(one)
    return Report(
        _mean("", visits), tuple(_mean(names.get(code, code), found) for code, found in sorted(by_unit.items())),
        tuple(_item(item, visits) for item in scenario.checklist), checked.count() - len(visits))


def _mean(label: str, visits: Sequence[Visit]) -> Mean:
    scores = [one.score for one in visits if one.score is not None]
    failed = sum(one.is_failed for one in visits)
    if not scores:
        return Mean(label, 0, None, None, None, failed)
    mean, low, high = mean_from_sums(len(scores), sum(scores), sum(score * score for score in scores))
    some = len(set(scores)) > 1              # equal scores do not tell how far others may lie
    return Mean(label, len(scores), float(mean), max(0.0, float(low)) if some else None,
                min(100.0, float(high)) if some else None, failed)


def _item(item: Mapping[str, Any], visits: Sequence[Visit]) -> ItemLine:
    told = [one.results.get(item["key"], "na") for one in visits]
    k, n = told.count("met"), len(told) - told.count("na")
    low, high = (float(one) for one in wilson(k, n)) if n else (None, None)
    return ItemLine(item, k, told.count("partly"), n, low, high)
