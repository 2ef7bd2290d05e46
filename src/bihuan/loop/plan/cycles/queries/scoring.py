"""Scores of a team: what is scored, what one member gave, and how far apart all of them are.

Agreement is r_wg of James, Demaree and Wolf (1984, Journal of Applied Psychology 69:85-98): one minus the variance of
the scores over the variance of people who choose among the options at random, (A^2 - 1) / 12 steps^2. With A = 9
options half a point apart that is 5/3. Below 0, where people are further apart than chance, it is given as 0.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bihuan.core import languages, workspace
from bihuan.core.models import User
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.indicators.passports import load
from bihuan.loop.plan.goals.queries.goals import GoalVersion

from ..models import Cycle, Member, Score

OPTIONS, STEP = 9, 0.5
BY_CHANCE = (OPTIONS**2 - 1) / 12 * STEP**2
LEAST = 3                                # people of whom agreement can be told


@dataclass(frozen=True)
class Item:
    """What is scored: an indicator (``result`` as frozen) or a goal; ``rule_score`` is the band, never a person's."""

    key: str
    title: str
    result: Result | None = None
    goal: int = 0

    @property
    def rule_score(self) -> int | None:
        return None if self.result is None or self.result.suppressed else self.result.band


@dataclass(frozen=True)
class Spread:
    """All members' scores of one item; ``agreement`` None with fewer than three people."""

    item: Item
    scores: tuple[tuple[Member, Score], ...]
    n: int
    median: float | None
    low: float | None
    high: float | None
    agreement: float | None


def figures_of(cycle: Cycle) -> list[Result]:
    """Return the numbers a review keeps, as the engine gave them."""
    names = Result.__dataclass_fields__
    return [Result(**{**{name: one[name] for name in names if name in one},
                      "bands_possible": tuple(one.get("bands_possible") or ())}) for one in cycle.figures]


def indicator_titles() -> dict[str, str]:
    """Return what every indicator is called in the reader's language."""
    return {name: languages.chosen(passport.title) for name, passport in load(workspace.home()).items()}


def items_of(cycle: Cycle) -> list[Item]:
    """Return what a review's team scores: its key indicators with a value, then its goals."""
    titles = indicator_titles()
    items = [Item(f"indicator:{one.indicator}", titles.get(one.indicator, one.indicator), one)
             for one in figures_of(cycle)]
    newest: dict[int, str] = {}
    for goal, title in GoalVersion.objects.filter(goal__in=cycle.goals.values("goal")).order_by(
            "number").values_list("goal_id", "title"):
        newest[goal] = title
    return items + [Item(f"goal:{pk}", title, goal=pk) for pk, title in sorted(newest.items())]


def spreads_of(cycle: Cycle) -> list[Spread]:
    """Return the handed-in scores of every item; empty until the scoring has ended."""
    if cycle.scoring_closed_at is None:
        return []
    given: dict[str, list[tuple[Member, Score]]] = {}
    for score in Score.objects.filter(member__cycle=cycle, member__scored_at__isnull=False).select_related(
            "member__user").order_by("member_id"):
        given.setdefault(score.item, []).append((score.member, score))
    return [_spread(item, given.get(item.key, [])) for item in items_of(cycle)]


def _spread(item: Item, scores: Sequence[tuple[Member, Score]]) -> Spread:
    values = [float(score.score) for _member, score in scores]
    return Spread(item, tuple(scores), len(values), statistics.median(values) if values else None,
                  min(values, default=None), max(values, default=None), agreement_of(values))


def agreement_of(values: Sequence[float]) -> float | None:
    """Return r_wg of some scores, from 0 to 1; None with fewer than three.

    >>> agreement_of([4, 4, 4]), agreement_of([4, 5])
    (1.0, None)
    """
    if len(values) < LEAST:
        return None
    return max(0.0, 1 - statistics.variance(values) / BY_CHANCE)


def own_scores(cycle: Cycle, user: User) -> dict[str, Score]:
    """Return what a person has scored so far, by item; nobody else's."""
    return {one.item: one for one in Score.objects.filter(member__cycle=cycle, member__user=user)}


def marks_from(data: Any, items: Sequence[Item]) -> dict[str, tuple[Decimal | None, str]]:
    """Return the scores of a sent form, by item; nothing chosen is None."""
    marks = {}
    for item in items:
        text = data.get(f"score-{item.key}", "")
        marks[item.key] = (Decimal(text) if text in CHOICES else None, data.get(f"note-{item.key}", ""))
    return marks


CHOICES = tuple(f"{half / 2:.1f}" for half in range(2, 11))
