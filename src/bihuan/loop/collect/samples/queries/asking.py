"""How often customers may be asked, and when they were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.engine.facts.identities import Identities, load_identities

from ..contracts import REASONS, NotAsked
from ..models import Ask, AskRule

QUIET_DAYS, MOST_A_YEAR = 30, 4
YEAR = timedelta(days=365)
AT_ONCE = 500


@dataclass(frozen=True)
class Frequency:
    """The rule in force; version 0 is the shipped one."""

    quiet_days: int = QUIET_DAYS
    most_a_year: int = MOST_A_YEAR
    version: int = 0

    @property
    def quiet(self) -> timedelta:
        return timedelta(days=self.quiet_days)


def frequency() -> Frequency:
    """Return how often a customer may be asked."""
    newest = AskRule.objects.first()
    return Frequency(newest.quiet_days, newest.most_a_year, newest.number) if newest else Frequency()


def rule_versions() -> list[AskRule]:
    """Return every version of the rule, the newest first."""
    return list(AskRule.objects.select_related("made_by"))


def identities() -> Identities:
    """Return which numbers are one customer's; load once and ask many times."""
    return load_identities(workspace.home())


def asks_of(customers: Collection[str], known: Identities, *, since: datetime) -> dict[str, list[Ask]]:
    """Return {root number of a customer: their asks since a moment under any number, the newest first}."""
    others: dict[str, list[str]] = defaultdict(list)
    for number, root in known.numbers.items():
        others[root].append(number)
    owner: dict[str, str] = {}
    for customer in customers:
        root = known.customer(customer)
        owner |= dict.fromkeys([root, *others.get(root, ())], root)
    numbers, found = sorted(owner), defaultdict(list)
    for start in range(0, len(numbers), AT_ONCE):
        for ask in Ask.objects.filter(customer__in=numbers[start:start + AT_ONCE], at__gte=since).order_by("-at"):
            found[owner[ask.customer]].append(ask)
    return found


def too_soon(asks: list[Ask], at: datetime, rule: Frequency, *, wave: int | None, case: str = "") -> NotAsked | None:
    """Return why somebody with these asks may not be asked at a moment, None when they may.

    The moment is looked at from both sides: an ask that lies ahead, as records brought later may hold, is as near.
    """
    if any(ask.wave_id == wave and ask.case == case for ask in asks):
        return NotAsked("asked", str(REASONS["asked"]))
    near = [ask.at for ask in asks if abs(ask.at - at) < rule.quiet]
    if near:
        text = _("%(days)d 天的静默期内已询问过。") % {"days": rule.quiet_days}
        return NotAsked("quiet", text, max(near) + rule.quiet)
    year = sorted(ask.at for ask in asks if at - YEAR < ask.at <= at)
    if len(year) >= rule.most_a_year:
        return NotAsked("too_often", _("一年内已询问 %(count)d 次，不再打扰。") % {"count": len(year)},
                        year[-rule.most_a_year] + YEAR)
    return None
