"""What of call-backs a problem has: its measures with their rounds, and how many customers the rule finds by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.core.rights import can, scope_of
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.improve.measures.queries.info import Measure

from ..errors import Refused
from ..models import Round
from ..rights import may_run
from .affected import SEE, derive, found_now, rule_words, terms_of_finding


@dataclass(frozen=True)
class MeasureLine:
    """One measure against a problem: its rounds, whether this person may open one now, and why none can be."""

    measure: Measure
    rounds: list[Round]
    may_open: bool
    refusal: str


@dataclass(frozen=True)
class Foreseen:
    """Whom the problem's own rule finds as of now; ``count`` is None where it cannot be told, see ``why``."""

    words: str
    count: int | None
    why: str = ""


def lines_of_finding(finding_id: int, user: User) -> list[MeasureLine]:
    """Return the measures against a problem that a person sees, oldest first."""
    measures = list(Measure.objects.for_user(user).filter(finding_id=finding_id).exclude(
        state=Measure.State.WITHDRAWN).select_related("finding", "accountable").order_by("pk"))
    rounds: dict[int, list[Round]] = {}
    for one in Round.objects.filter(measure__in=measures):
        rounds.setdefault(one.measure_id, []).append(one)
    return [_line(one, rounds.get(one.pk, []), user) for one in measures]


def _line(measure: Measure, rounds: list[Round], user: User) -> MeasureLine:
    refusal = ""
    try:
        derive(measure)
    except Refused as refused:
        refusal = str(refused)
    is_asked = any(one.is_open for one in rounds)
    return MeasureLine(measure, rounds, not refusal and not is_asked and may_run(user, measure.unit_code), refusal)


def foreseen(finding: Any, user: User) -> Foreseen | None:
    """Return whom the problem hit by its own rule until the last day of the data; None for who may not count them."""
    reached = engine.as_of()
    if reached is None or not can(user, SEE):
        return None
    scope = scope_of(user, SEE)
    least, scope = scope.minimum_n, replace(scope, minimum_n=0, masked=())
    try:
        terms = terms_of_finding(finding, engine.today() - timedelta(days=1))
        found = found_now(terms, scope)
        # A count below the smallest group is as telling as the group.
        if 0 < found < least:
            return Foreseen("", None, _("人数少于 {least}，不显示。").format(least=least))
        return Foreseen(rule_words(terms), found)
    except Refused as refused:
        return Foreseen("", None, str(refused))
