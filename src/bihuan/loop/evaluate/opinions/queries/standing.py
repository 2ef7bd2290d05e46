"""Whom the answers speak for: from being asked to answering, groups beside everybody served, and what those who kept
silent could change at most."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.core.languages import named
from bihuan.engine import stats
from bihuan.engine.facts import store
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.report.survey.contracts import Stage
from bihuan.engine.survey.contracts import Design, Responses
from bihuan.engine.survey.groups import Selection, select
from bihuan.engine.survey.measures import of_dimension, rating
from bihuan.engine.survey.nonresponse import (
    Bounds,
    bounds_of_mean,
    bounds_of_nps,
    bounds_of_top,
    propensities,
    r_indicator,
    representation,
)
from bihuan.engine.survey.raking import Raked, rake
from bihuan.engine.survey.seen import Seen
from bihuan.loop.collect.answering.queries.sending import funnel
from bihuan.loop.collect.samples.contracts import People
from bihuan.loop.collect.samples.queries.people_of import attribute_words, group_words, people_of

from ..contracts import BoundLine, MarginLine, Spread
from .lake import Loaded
from .words import NPS, OVERALL, TOP2, measure_label, plain_result, segment_label

COLUMNS = {"region": "@region", "tier": "@tier"}
# What the answers are weighted to, where the frame has it; the attributes that the draw divided by come first.
RAKED = ("type", "tier", "region", "channel", "complained")
MOST_RAKED = 4
NOT_ASKED = ("not_sampled", "not_sent", "suppressed", "blocked", "skipped")
FUNNEL = """
    SELECT count(*) AS planned, count(*) FILTER (NOT coalesce(status, '') IN {not_asked}) AS sent,
           count(*) FILTER (answered_at IS NOT NULL OR status = 'answered') AS answered
    FROM invitations WHERE survey = ? AND {where}"""
PEOPLE = """
    SELECT p.id, p.region, p.tier, p.id IN (SELECT i.customer FROM invitations i WHERE i.survey = ?
        AND NOT coalesce(i.status, '') IN {not_asked} AND {where}) AS asked FROM customers p ORDER BY p.id"""


@dataclass(frozen=True)
class Standing:
    """``weights`` that bring the answers' margins to the population's, None where that cannot or need not be done.

    ``asked`` who were asked, None where nobody knows; ``silent`` of them who did not answer validly.
    """

    stages: tuple[Stage, ...] = ()
    margins: tuple[MarginLine, ...] = ()
    note: str = ""
    spreads: tuple[Spread, ...] = ()
    raked: Raked | None = None
    weights: np.ndarray | None = None
    asked: int | None = None
    silent: int | None = None
    missing: tuple[str, ...] = field(default=())

    def bounds(self, responses: Responses, design: Design) -> tuple[BoundLine, ...]:
        """Return what each number lies between whatever those who were asked and kept silent would have said."""
        if not self.silent:
            return ()
        overall = rating(responses, design, design.overall) if design.overall else None
        top, scale = design.scale[1], design.scale
        found: list[tuple[str, str, np.ndarray | None, Bounds | None]] = []
        if overall is not None:
            found.append((measure_label(OVERALL), "mean", overall, self._of(overall, bounds_of_mean, scale)))
            found.append((measure_label(TOP2), "share", overall, self._of(overall, bounds_of_top, top)))
        if design.nps:
            points = responses.item(design.nps)
            found.append((measure_label(NPS), "nps", points, self._of(points, bounds_of_nps)))
        for name in design.dimensions:
            values = of_dimension(responses, design, name)
            found.append((measure_label(name, design), "mean", values, self._of(values, bounds_of_mean, scale)))
        return tuple(_bound(label, kind, one) for label, kind, _values, one in found
                     if one is not None and one.answered >= design.minimum_n)

    def _of(self, values: np.ndarray, bounds, *more) -> Bounds | None:
        """Who answered, but not this question, is silent to it."""
        unanswered = int(np.isnan(values).sum())
        return bounds(values, (self.silent or 0) + unanswered, *more)


def standing_of(held: Loaded, chosen: Selection, seen: Seen) -> Standing:
    """Return the standing of a wave's answers; weights only where all of the valid answers were chosen."""
    valid = select(held.responses, held.design, minimum=chosen.design.minimum_n).responses
    stages, asked = _stages_of_own(held, len(valid)) if held.wave.number else _stages(held, seen)
    people = _people(held, seen)
    whole = len(chosen.responses) == chosen.whole
    if people is None:
        silent = asked - len(valid) if asked and whole and asked > len(valid) else None
        return Standing(stages, note=_why_nobody(held, seen), asked=asked if whole else None, silent=silent)
    if not stages and people.asked.any():
        asked = int(people.asked.sum())
        stages = _with_shares([(_("已联系"), asked)])          # by telephone: no list of the sending room
    answered = _answered(people, valid)
    invited = people.asked | answered
    minimum = chosen.design.minimum_n
    margins = _margins(held, people, invited, answered, minimum)
    if held.wave.anonymous:
        silent = max(0, int(people.asked.sum()) - len(valid)) if people.asked.any() else None
        return Standing(stages, margins, _("匿名调查：不知道谁作答，只比较受邀者与全部客户。"), asked=asked,
                        silent=silent if whole else None)
    raked, missing = _raked(held, people, chosen.responses) if whole else (None, ())
    silent = int((invited & ~answered).sum()) if people.asked.any() else None
    spreads = _spreads(held, people, invited, answered) if people.asked.any() else ()
    return Standing(stages, margins, "", spreads, raked,
                    raked.weights if raked is not None else None, asked, silent if whole else None, missing)


def _why_nobody(held: Loaded, seen: Seen) -> str:
    if held.wave.number:
        return _("没有抽样，或您看不到全部客户：不能与全部客户相比。")
    if seen.units is not None:
        return _("您看不到全部客户：不能与全部客户相比。")
    if np.ptp(held.responses.weights):
        return _("没有客户名单可比；来源文件带有权重，加权值与原始值并列。")
    return _("没有客户名单可比：答卷没有客户编号，不能说明它们代表谁。")


def _bound(label: str, kind: str, one: Bounds) -> BoundLine:
    value = None if one.value is None else plain_result(one.value, one.own_low, one.own_high, one.answered, kind)
    return BoundLine(label, value, plain_result(one.low, one.low_95, one.high_95, one.answered, kind),
                     plain_result(one.high, one.low_95, one.high_95, one.answered, kind), one.silent)


def _stages(held: Loaded, seen: Seen) -> tuple[tuple[Stage, ...], int | None]:
    where, params = seen.condition("invitations")
    with store.connect(workspace.home()) as con:
        planned, sent, answered = con.execute(FUNNEL.format(where=where, not_asked=NOT_ASKED),
                                              [held.wave.code, *params]).fetchall()[0]
    if not planned:
        return (), None
    return _with_shares([(_("计划调查"), planned), (_("已发送"), sent), (_("已作答"), answered)]), sent


def _stages_of_own(held: Loaded, valid: int) -> tuple[tuple[Stage, ...], int | None]:
    """The funnel as the sending room counts it; what nobody knows of this wave is left out."""
    told = funnel(held.wave.number)
    if not told.listed:
        return (), None
    lines = [(_("名单"), told.listed), (_("已发送"), told.sent), (_("已送达"), told.delivered),
             (_("已打开"), told.opened), (_("已开始"), told.started), (_("已完成"), told.finished)]
    return _with_shares([(label, count) for label, count in lines if count is not None]), told.sent or None


def _with_shares(counts: list[tuple[str, int]]) -> tuple[Stage, ...]:
    return tuple(Stage(label, count, share_of(count, before))
                 for (label, count), before in zip(counts, [None, *(count for _label, count in counts)]))


def share_of(count: int, before: int | None) -> Result | None:
    """Return the share of a stage with its interval; None where what came before is not counted, or counts less."""
    if not before or count > before:
        return None
    low, high = stats.wilson(count, before)
    return plain_result(count / before, float(low), float(high), before, "share")


def _people(held: Loaded, seen: Seen) -> People | None:
    """Everybody whom the answers are to speak for: the wave's frame, else the list of customers.

    They are shown to those alone who see all of them, or own the survey.
    """
    if held.wave.number:
        return people_of(held.wave.number) if seen.units is None or held.wave.code in seen.owned else None
    customers = held.responses.customers
    if seen.units is not None or customers is None or all(one is None for one in customers):
        return None
    where, params = seen.condition("i")
    with store.connect(workspace.home()) as con:
        found = con.sql(PEOPLE.format(where=where, not_asked=NOT_ASKED), params=[held.wave.code, *params])
        table = found.to_arrow_table()
    groups = {name: np.array(table[name].to_pylist(), object) for name in COLUMNS}
    groups = {name: values for name, values in groups.items() if len({one for one in values if one}) > 1}
    return People(np.array(table["id"].to_pylist(), object), groups, np.array(table["asked"].to_pylist(), bool),
                  np.full(table.num_rows, np.nan)) if groups else None


def _answered(people: People, valid: Responses) -> np.ndarray:
    names = set() if valid.customers is None else {one for one in valid.customers if one}
    return np.array([one in names for one in people.customers], bool)


def _margins(held: Loaded, people: People, invited: np.ndarray, answered: np.ndarray,
             minimum: int) -> tuple[MarginLine, ...]:
    rates = {(one.segment, one.group): one for one in propensities(
        {name: values[invited] for name, values in people.groups.items()}, answered[invited], minimum=minimum)} \
        if answered.any() else {}
    lines = []
    words: dict[str, dict[str, str]] = {}
    for one in representation(people.groups, invited, answered, minimum=minimum):
        known = words.setdefault(one.segment, _group_words(held, one.segment, people))
        rate = rates.get((one.segment, one.group))
        told = rate is not None and invited.any() and answered.any()
        # Where nobody is known to have been asked, those who answered are not all of the asked.
        known_rate = plain_result(rate.rate, rate.low, rate.high, rate.invited, "share") \
            if rate is not None and people.asked.any() else None
        lines.append(MarginLine(
            _segment_words(held, one.segment), known.get(one.group, one.group), one.served,
            one.invited if people.asked.any() else None, one.answered if told else None,
            rate.answered if rate is not None else None, known_rate, one.skipped and people.asked.any(), one.silent))
    return tuple(lines)


def _segment_words(held: Loaded, name: str) -> str:
    return attribute_words(name) if held.wave.number else segment_label(COLUMNS[name])


def _group_words(held: Loaded, name: str, people: People) -> dict[str, str]:
    groups = sorted({str(one) for one in people.groups[name] if one})
    return group_words(name, groups) if held.wave.number else {}


def _spreads(held: Loaded, people: People, invited: np.ndarray, answered: np.ndarray) -> tuple[Spread, ...]:
    """How unlike the response rates are, by each attribute: the most unlike alone would be picked by chance."""
    found = []
    for name, values in people.groups.items():
        rates: dict[str, tuple[int, int]] = {}
        texts = np.array(["" if one is None else str(one) for one in values[invited]])
        for group in np.unique(texts):
            mask = texts == group
            rates[str(group)] = int(mask.sum()), int(answered[invited][mask].sum())
        told = r_indicator(rates)
        if told is not None and len(rates) > 1:
            found.append(Spread(told.indicator, told.low, told.high, told.n, told.bias, _segment_words(held, name)))
    return tuple(found)


def _raked(held: Loaded, people: People, responses: Responses) -> tuple[Raked | None, tuple[str, ...]]:
    """Weights for the answers, from the design's on: None where they came weighted already, or cannot be matched."""
    if np.ptp(responses.weights) or responses.customers is None or not len(responses):
        return None, ()
    place = {str(one): at for at, one in enumerate(people.customers)}
    at = np.array([place.get(str(one), -1) for one in responses.customers])
    names = [name for name in dict.fromkeys((*people.strata, *RAKED)) if name in people.groups]
    groups = {name: np.where(at >= 0, people.groups[name][at], None) for name in names}
    names = [name for name in names if len({one for one in groups[name] if one}) > 1][:MOST_RAKED]
    if not names:
        return None, ()
    population: dict[str, dict[str, float]] = {}
    for name in names:
        labels, counts = np.unique(np.array([str(one) for one in people.groups[name] if one]), return_counts=True)
        population[name] = {str(label): float(count) for label, count in zip(labels, counts)}
    base = np.where(at >= 0, people.weights[at], np.nan)
    # Nobody knows how likely it was that somebody added by hand is here: they are counted and not projected.
    start = np.nan_to_num(base, nan=0.0) if (~np.isnan(base)).any() else np.ones(len(responses))
    raked = rake({name: groups[name] for name in names}, population, start=start)
    missing = tuple(named(_segment_words(held, name), _group_words(held, name, people).get(group, group))
                    for name, group in raked.missing)
    return raked, missing
