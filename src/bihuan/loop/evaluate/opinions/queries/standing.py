"""Whom the answers speak for: the way from being asked to answering, and groups beside the population."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.engine.facts import store
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.survey.contracts import Design, Responses
from bihuan.engine.survey.groups import Selection
from bihuan.engine.survey.measures import of_dimension, rating
from bihuan.engine.survey.raking import rake
from bihuan.engine.survey.seen import Seen
from bihuan.engine.survey.telling import told_groups

from ..contracts import MarginLine, Stage
from .lake import Loaded
from .words import OVERALL, measure_label, plain_result, segment_label

MARGINS = {"@region": "region", "@tier": "tier"}
NOT_ASKED = ("not_sampled", "not_sent", "suppressed", "blocked", "skipped")
FUNNEL = """
    SELECT count(*) AS planned, count(*) FILTER (NOT coalesce(status, '') IN {not_asked}) AS sent,
           count(*) FILTER (answered_at IS NOT NULL OR status = 'answered') AS answered
    FROM invitations WHERE survey = ? AND {where}"""
INVITED = """
    SELECT p.{column} AS name, count(DISTINCT i.customer) AS n FROM invitations i
    JOIN customers p ON p.id = i.customer WHERE i.survey = ? AND NOT coalesce(i.status, '') IN {not_asked} AND {where}
    GROUP BY 1"""
POPULATION = "SELECT {column} AS name, count(*) AS n FROM customers GROUP BY 1"


@dataclass(frozen=True)
class Standing:
    """``weights`` that bring the answers' margins to the population's, None where that cannot or need not be done."""

    stages: tuple[Stage, ...] = ()
    margins: tuple[MarginLine, ...] = ()
    note: str = ""
    weights: np.ndarray | None = None
    asked: int | None = None

    def bounds(self, responses: Responses, design: Design) -> tuple[tuple[str, Result], ...]:
        """Return what each mean would be if everybody who was asked had answered: all the worst, or all the best."""
        if not self.asked or self.asked <= len(responses):
            return ()
        values = {measure_label(OVERALL): rating(responses, design, design.overall)} if design.overall else {}
        values |= {name: of_dimension(responses, design, name) for name in design.dimensions}
        found = []
        for name, one in values.items():
            n = int((~np.isnan(one)).sum())
            if n >= design.minimum_n:
                share, mean = n / self.asked, float(np.nanmean(one))
                found.append((name, plain_result(mean, share * mean + (1 - share) * design.scale[0],
                                                 share * mean + (1 - share) * design.scale[1], n, "mean")))
        return tuple(found)


def standing_of(held: Loaded, chosen: Selection, seen: Seen) -> Standing:
    """Return the standing of the answers chosen. Shares of a group too small to be told are left out."""
    stages, asked = _stages(held, seen)
    population, invited = _margins(held, seen)
    responses, design = chosen.responses, chosen.design
    whole = len(responses) == chosen.whole
    if not population:
        note = _("没有客户名单可比；来源文件带有权重，加权值与原始值并列。") if np.ptp(held.responses.weights) else \
            _("没有客户名单可比：答卷没有客户编号，不能说明它们代表谁。")
        return Standing(stages, note=note, asked=asked if whole else None)
    lines = tuple(line for name in population
                  for line in _lines(name, population[name], invited.get(name), responses, design.minimum_n))
    weights = None
    if whole and np.ptp(responses.weights) == 0:
        raked = rake({name: responses.segments[name] for name in population}, population)
        weights = raked.weights
    return Standing(stages, lines, "", weights, asked if whole else None)


def _stages(held: Loaded, seen: Seen) -> tuple[tuple[Stage, ...], int | None]:
    where, params = seen.condition("invitations")
    with store.connect(workspace.home()) as con:
        planned, sent, answered = con.sql(FUNNEL.format(where=where, not_asked=NOT_ASKED),
                                          params=[held.wave.code, *params]).fetchall()[0]
    if not planned:
        return (), None
    counts = [(_("计划调查"), planned), (_("已发出"), sent), (_("已作答"), max(answered, 0))]
    stages = [Stage(label, count, count / before if before else None)
              for (label, count), before in zip(counts, [None, *(count for _label, count in counts)])]
    return tuple(stages), sent


def _margins(held: Loaded, seen: Seen) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, int]]]:
    """Return the population and those asked by segment; empty where the answers have no customers.

    The whole list of customers is the population, so only those who see all of it are shown it.
    """
    names = [name for name in MARGINS if name in held.design.segments]
    customers = held.responses.customers
    if not names or seen.units is not None or customers is None or all(one is None for one in customers):
        return {}, {}
    where, params = seen.condition("i")
    population: dict[str, dict[str, float]] = {}
    invited: dict[str, dict[str, int]] = {}
    with store.connect(workspace.home()) as con:
        for name in names:
            rows = con.sql(POPULATION.format(column=MARGINS[name])).fetchall()
            population[name] = {str(group): float(n) for group, n in rows if group}
            rows = con.sql(INVITED.format(column=MARGINS[name], where=where, not_asked=NOT_ASKED),
                           params=[held.wave.code, *params]).fetchall()
            invited[name] = {str(group): n for group, n in rows if group}
    return {name: found for name, found in population.items() if len(found) > 1}, invited


def _lines(name: str, population: Mapping[str, float], invited: Mapping[str, int] | None, responses: Responses,
           minimum: int) -> list[MarginLine]:
    answered = Counter(str(group) for group in responses.segments[name] if group)
    told = told_groups(answered, minimum)
    totals = sum(population.values()), sum((invited or {}).values()), sum(answered.values())
    return [MarginLine(
        segment_label(name), group, population[group] / totals[0],
        (invited or {}).get(group, 0) / totals[1] if totals[1] else None,
        answered[group] / totals[2] if group in told and totals[2] else None, answered[group] if group in told else 0)
        for group in sorted(population)]


