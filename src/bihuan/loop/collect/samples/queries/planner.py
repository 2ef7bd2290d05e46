"""How many to ask: for a margin of error, or to show a difference; and the curve of the margin against n."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.engine.charts.planning import margin_curve
from bihuan.engine.charts.wording import labels_for
from bihuan.engine.survey.contracts import MINIMUM_VALID
from bihuan.engine.survey.planning import invitations_for, margin_of, size_for_difference, size_for_margin

POINTS = 60


@dataclass(frozen=True)
class Planned:
    """How many valid answers are needed, how many have to be invited, and the margin each gives.

    ``groups`` is 2 where two waves or groups are compared: then every number is of each of them.
    """

    n: int
    invite: int
    margin: float | None
    minimum_margin: float | None
    groups: int
    beyond: bool
    points: tuple[tuple[int, float], ...]
    chart: dict[str, Any]


def planned(told: dict[str, Any]) -> Planned:
    """Return the plan of a valid ``PlannerForm``."""
    population, effect, share = told["population"], told["effect"], told["share"] / 100
    if told["goal"] == "difference":
        n = round(size_for_difference(told["before"] / 100, told["after"] / 100, power=told["power"] / 100) * effect)
    else:
        n = size_for_margin(told["margin"] / 100, share=share, population=population, design_effect=effect)
    n = min(n, population) if population and told["goal"] == "margin" else n
    invite = invitations_for(n, response_rate=told["rate"] / 100, valid_share=told["valid"] / 100)
    options = {"share": share, "population": population, "design_effect": effect}
    return Planned(n, invite, margin_of(n, **options), margin_of(MINIMUM_VALID, **options),
                   2 if told["goal"] == "difference" else 1, population is not None and invite > population,
                   *_curve(n, options))


def _curve(n: int, options: dict[str, Any]) -> tuple[tuple[tuple[int, float], ...], dict[str, Any]]:
    """The margins at some n, a few of them for the table, and the chart of all."""
    last = max(2 * n, 200)
    if options["population"]:
        last = min(last, options["population"])
    steps = sorted({max(10, round(last * at / POINTS)) for at in range(1, POINTS + 1)} | {n, MINIMUM_VALID})
    points = [(size, margin) for size in steps if size <= last and (margin := margin_of(size, **options)) is not None]
    chosen = [(MINIMUM_VALID, _("最少 30"))] if last >= MINIMUM_VALID and abs(n - MINIMUM_VALID) > last / 12 else []
    told = tuple(point for at, point in enumerate(points) if at % (POINTS // 10) == 0 or point[0] in (n, MINIMUM_VALID))
    return told, margin_curve(points, chosen=[*chosen, (n, _("计划 {n}").format(n=f"{n:,}"))], across=_("有效答卷数 n"),
                        up=_("误差 ±"), labels=labels_for(get_language() or "zh-hans"))
