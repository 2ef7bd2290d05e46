"""One verdict as its page shows it: the numbers, the chart, the rules and what has to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.engine.charts.effects import EffectWords, effect_chart
from bihuan.engine.effects.breaks import FARTHEST
from bihuan.engine.effects.contracts import Guard, Series
from bihuan.engine.effects.contracts import Verdict as Told
from bihuan.engine.effects.keeping import evidence_from_json, verdict_from_json
from bihuan.engine.effects.onset import onset_of
from bihuan.engine.effects.reading import Evidence
from bihuan.engine.indicators.contracts import Passport
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.words import chart_labels, in_language
from bihuan.loop.improve.measures.queries.foresight import method_label, onset_words
from bihuan.loop.improve.measures.queries.info import Measure, begun_between, sees_all_measures
from bihuan.ui import formats

from ..contracts import CANNOT_TELL, MOST_LOOKS, NO_WAIT
from ..models import Verdict
from ..rights import may_see_numbers
from .weighing import WeighingView, line_of, together_of, weighing_of
from .words import (
    GUARD_MOVED_BEFORE,
    MOVED_BEFORE,
    assumption_words,
    change_text,
    grain_words,
    guard_words,
    need_words,
    other_words,
    reason_of,
    why_words,
)


@dataclass(frozen=True)
class GuardView:
    title: str
    state: str
    words: str
    effect: str
    interval: str


@dataclass(frozen=True)
class Around:
    """What else was registered in the half year before the change: the measures; the launches' room is asked by days.

    Without ``sees_all`` others may have begun beyond what the reader sees.
    """

    since: date
    until: date
    measures: list[Measure]
    sees_all: bool


@dataclass(frozen=True)
class VerdictView:
    """``before`` and ``after`` are the indicator over all periods of a side together; the effect is the model's.

    ``other``: how well another event explains the movement; ``around`` where that is why nothing can be told.
    """

    verdict: Verdict
    title: str
    unit: str
    effect: str
    low: str
    high: str
    worthwhile: str
    method: str
    reason: str
    why: list[str]
    assumptions: list[str]
    guards: list[GuardView]
    need: str
    n_before: int
    n_after: int
    points_before: int
    points_after: int
    grain: str
    before: str
    after: str
    chart: dict[str, Any] | None
    may_wait: bool
    moved: str
    weighing: WeighingView | None
    onset: str
    ramp: int
    other: str
    around: Around | None


def view_of(verdict: Verdict, user: User) -> VerdictView:
    """Return a verdict in words; the series behind it only for those who may see its rows."""
    told = verdict_from_json(verdict.result)
    evidence = evidence_from_json(verdict.evidence)
    passports = engine.passports()
    passport = passports.get(verdict.judged["indicator"])
    change = date.fromisoformat(verdict.judged["change"])
    planned = verdict.measure.yardstick["terms"]["change"]
    seen = may_see_numbers(user, verdict)
    before, after = levels_of(evidence, change, passport)
    waits = verdict.verdict == CANNOT_TELL and verdict.look < MOST_LOOKS and weeks_to_wait(verdict) is not None
    return VerdictView(
        verdict, in_language(passport.title) if passport else verdict.judged["indicator"], told.unit,
        change_text(told.effect, told.unit), change_text(told.low, told.unit), change_text(told.high, told.unit),
        change_text(told.worthwhile, told.unit), method_label(told.method), reason_of(verdict.result, change),
        [why_words(one) for one in told.why_method], [assumption_words(one) for one in told.assumptions],
        [_guard(one, passports) for one in told.guards],
        need_words(verdict.result.get("need"), told.reason), told.n_before, told.n_after, told.points_before,
        told.points_after, grain_words(told.grain),
        formats.figure(before, told.unit) if seen else "", formats.figure(after, told.unit) if seen else "",
        _chart(evidence, told, change) if seen and len(evidence.series) else None, waits,
        planned if planned != verdict.judged["change"] else "",
        weighing_of(told, evidence, verdict.judged) if seen else None, onset_words(told.ramp), told.ramp,
        other_words(told.extra, told.method),
        _around(verdict, change, user) if told.reason in (MOVED_BEFORE, GUARD_MOVED_BEFORE) else None)


def _around(verdict: Verdict, change: date, user: User) -> Around:
    since = change - timedelta(weeks=FARTHEST)
    return Around(since, change, begun_between(user, since, change, besides=verdict.measure_id),
                  sees_all_measures(user))


def _guard(one: Guard, passports: Mapping[str, Passport]) -> GuardView:
    passport = passports.get(one.indicator)
    return GuardView(in_language(passport.title) if passport else one.indicator, one.state,
                     guard_words(one.state, one.worthwhile, one.other_weeks),
                     change_text(one.effect, passport.unit if passport else ""), _interval(one.low, one.high, passport))


def weeks_to_wait(verdict: Verdict) -> int | None:
    """Return after how many more weeks another look may tell; None where no wait helps."""
    needed = verdict.result.get("need")
    return needed["weeks"] if needed and verdict.result["reason"] not in NO_WAIT else None


# Of these the mean of the periods by their rows is the value of all of them; of a median or another quantile it is not.
ADDS_UP = ("rate", "mean", "nps")


def levels_of(evidence: Evidence, change: date, passport: Passport | None) -> tuple[float | None, float | None]:
    """Return the indicator before and after the change over all periods of each side; None where it is not known.

    Evidence of earlier verdicts has periods only: what these do not add up to is left out rather than guessed.
    """
    if evidence.levels is not None:
        return evidence.levels
    return _means(evidence.series, change) if passport and passport.aggregation in ADDS_UP else (None, None)


def _means(series: Series, change: date) -> tuple[float | None, float | None]:
    early = np.array([start < change for start in series.starts], bool)

    def mean(kept: np.ndarray) -> float | None:
        n = series.n[kept]
        return float(np.average(series.values[kept], weights=n)) if n.sum() else None

    return mean(early), mean(~early)


def _reached(series: Series, change: date, told: Told) -> float:
    """The share of the full effect that stood on average after the change: the mean there holds no more of it."""
    grows, late = onset_of(change, told.ramp, told.grain), np.array([start >= change for start in series.starts], bool)
    return float(np.average(grows.heights(series.starts)[late], weights=series.n[late])) if grows else 1.0


def _interval(low: float | None, high: float | None, passport: Any) -> str:
    unit = passport.unit if passport else ""
    return "" if low is None else f"{change_text(low, unit)} – {change_text(high, unit)}"


def _chart(evidence: Any, told: Any, change: date) -> dict[str, Any]:
    series = evidence.series
    before = sum(start < change for start in series.starts)
    weighed = line_of(told, evidence, change)
    others = together_of(evidence.against, series.starts) if weighed is None else weighed
    _early, after = _means(series, change)
    without = None
    if told.effect is not None and after is not None:
        share = _reached(series, change, told)
        without = (after - share * told.effect, after - share * told.high, after - share * told.low)
    words = EffectWords(_("受影响的一方"), _("对照") if weighed is None else _("合成对照"), _("没有改进时的估计"),
                        _("新做法开始"))
    return effect_chart([start.isoformat() for start in series.starts], [float(one) for one in series.values],
                        [float(one) for one in series.n], before=before, others=others, level=after, without=without,
                        unit=told.unit, words=words, labels=chart_labels())
