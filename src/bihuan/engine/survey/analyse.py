"""A survey's numbers as one document: validity, NPS, dimensions, gaps, reliability, drivers, findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from .. import stats
from . import scores
from .contracts import Design, Responses, Score
from .cross import Finding, cross
from .drivers import quadrant, relative_weights
from .measures import EFFORT_SCALE, effort, of_dimension, rating
from .reliability import reliability
from .validity import count_reasons, is_valid, judge

ALPHA = 0.05


def analyse(responses: Responses, design: Design, english: Design | None = None) -> dict[str, Any]:
    """Return the analysis of the valid responses, JSON-able; every score with n, interval and effective n.

    Keys: n, valid, excluded {reason: count}, overall, top2, nps, ces, dimensions [...], lowest, drivers, findings
    [...]. None where there is no data; a group below the design's minimum n is not told of. The scores are those of
    the answers as they came, or weighted where the design says so; where weights differ the other stands beside them.
    Sentences use the design's titles and labels, the English ones those of ``english``.
    """
    found = judge(responses, design)
    valid = responses.only(is_valid(found))
    told = _Scores(valid, design)
    dimensions = [_dimension(told, name) for name in design.dimensions]
    overall = rating(valid, design, design.overall) if design.overall else None
    return {
        "n": len(responses), "valid": len(valid), "excluded": count_reasons(found),
        "overall": told.of(told.mean, overall), "top2": told.of(told.top, overall),
        "nps": told.of(scores.nps, valid.item(design.nps) if design.nps else None),
        "ces": told.of(_effort, effort(valid, design) if design.ces else None),
        "dimensions": dimensions, "lowest": _lowest(told, dimensions),
        "drivers": _drivers(valid, design, overall, dimensions),
        "findings": [{**asdict(one), "sentence": sentence(named(one, design)),
                      "sentence_en": sentence(named(one, english or design, "en"), "en")}
                     for one in cross(valid, design)],
    }


@dataclass(frozen=True)
class _Scores:
    """Scores with the headline's weights, and with the other ones beside them."""

    valid: Responses
    design: Design

    def of(self, score: Callable[[np.ndarray, np.ndarray], Score], values: np.ndarray | None) -> dict[str, Any] | None:
        if values is None:
            return None
        own, equal = self.valid.weights, np.ones(len(self.valid))
        if not len(own) or np.ptp(own) == 0:
            return _told(score(values, equal))
        plain, weighted = _told(score(values, equal)), _told(score(values, own))
        return weighted | {"unweighted": plain} if self.design.weighted else plain | {"weighted": weighted}

    def mean(self, values: np.ndarray, weights: np.ndarray) -> Score:
        return scores.within(scores.mean(values, weights), self.design.scale)

    def top(self, values: np.ndarray, weights: np.ndarray) -> Score:
        return scores.top_share(values, self.design.scale[1], weights)

    def top_of(self, rated: np.ndarray, weights: np.ndarray) -> Score:
        return _top_of(rated, self.design, weights)


def _effort(values: np.ndarray, weights: np.ndarray) -> Score:
    return scores.within(scores.mean(values, weights), EFFORT_SCALE)


def _dimension(told: _Scores, name: str) -> dict[str, Any]:
    valid, design, items = told.valid, told.design, told.design.dimensions[name]
    rated = np.column_stack([rating(valid, design, item) for item in items])
    trust = reliability(rated, items)
    return {
        "name": name, "title": design.titles.get(name, name),
        **(told.of(told.mean, of_dimension(valid, design, name)) or {}),
        "top2": told.of(told.top, rated[:, 0]) if len(items) == 1 else told.of(told.top_of, rated),
        "alpha": trust.alpha, "alpha_n": trust.n,
        "items": [{"name": item, "title": design.titles.get(item, item), **(told.of(told.mean, rated[:, place]) or {}),
                   "item_total": trust.item_total[item], "gap": _gap(told, item)} for place, item in enumerate(items)],
    }


def _top_of(rated: np.ndarray, design: Design, weights: np.ndarray) -> Score:
    """The share of best answers among all of a dimension's; one person's answers are alike, so n is of persons."""
    answered = ~np.isnan(rated)
    counts = answered.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = np.where(counts > 0, ((rated > design.scale[1] - 2) & answered).sum(axis=1) / counts, np.nan)
    return scores.within(scores.mean(own, weights), (0, 1))


def _gap(told: _Scores, item: str) -> dict[str, Any] | None:
    """How far what was expected exceeds what was found, over those who answered both: negative is a gap."""
    expected = told.design.expectations.get(item)
    if expected is None:
        return None
    valid, design = told.valid, told.design
    return told.of(scores.mean, rating(valid, design, item) - rating(valid, design, expected))


def _lowest(told: _Scores, dimensions: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The lowest dimension and those whose difference from it may be none (SPEC 93).

    The same people rate all dimensions, so their differences say more than whether two intervals overlap. Which one is
    the lowest was picked by looking at all: Holm's correction is over all pairs, not over those of the lowest alone.
    """
    known = [one for one in dimensions if one["value"] is not None]
    if not known:
        return None
    lowest = min(known, key=lambda one: one["value"])
    values = {one["name"]: of_dimension(told.valid, told.design, one["name"]) for one in known}
    weights = told.valid.weights if told.design.weighted else None
    pairs = list(combinations(values, 2))
    adjusted = stats.holm([scores.paired_p(values[one], values[other], weights) for one, other in pairs])
    apart = {name for pair, p in zip(pairs, adjusted) if lowest["name"] in pair and p < ALPHA for name in pair}
    ties = [name for name in values if name != lowest["name"] and name not in apart]
    return {"name": lowest["name"], "not_told_apart_from": ties}


def _drivers(valid: Responses, design: Design, overall: np.ndarray | None,
             dimensions: list[dict[str, Any]]) -> dict[str, Any] | None:
    if overall is None or not design.dimensions:
        return None
    names = tuple(design.dimensions)
    values = np.column_stack([of_dimension(valid, design, name) for name in names])
    found = relative_weights(values, overall, names)
    if found.weights is None:
        return {"method": "johnson", "n": found.n, "why": found.why, "weights": None, "r2": None}
    means = {one["name"]: one["value"] for one in dimensions}
    middle = (float(np.mean([value for value in means.values() if value is not None])),
              float(np.mean(list(found.weights.values()))))
    return {"method": "johnson", "n": found.n, "r2": found.r2, "why": "", "weights": found.weights,
            "quadrants": {name: quadrant(means[name], weight, middle) for name, weight in found.weights.items()
                          if means[name] is not None}}


def _told(score: Score) -> dict[str, Any]:
    return {"value": score.value, "low": score.low, "high": score.high, "n": score.n,
            "effective_n": round(score.effective_n, 1), "small": score.small}


def named(one: Finding, design: Design, language: str = "zh") -> Finding:
    """Return a finding with what people call its measure, segment and group in place of items and codes."""
    chinese = language.startswith("zh")
    headlines = {design.overall: "总体满意度" if chinese else "overall satisfaction",
                 design.nps: "净推荐值（NPS）" if chinese else "NPS"}
    return replace(one, measure=design.titles.get(one.measure) or headlines.get(one.measure, one.measure),
                   segment=design.titles.get(one.segment, one.segment),
                   group=design.labels.get(one.segment, {}).get(one.group, one.group))


def sentence(one: Finding, language: str = "zh") -> str:
    """Return a finding as a sentence with difference, interval, both n and q."""
    digits = 1 if one.kind == "nps" else 2
    much, low, high = (f"{abs(part):.{digits}f}" for part in (one.difference, *sorted(
        (one.low, one.high), key=abs)))
    crosses = one.low * one.high < 0
    if crosses:
        low, high = (f"{part:.{digits}f}" for part in (one.low, one.high))
    tail = f"n={one.n:,}/{one.n + one.n_others:,}"
    q = "q<0.001" if one.q < 0.001 else f"q={one.q:.3f}"
    if language.startswith("zh"):
        way = "低于" if one.difference < 0 else "高于"
        return f"{one.segment}“{one.group}”的{one.measure}{way}其他 {much} 分（95% {low}–{high}，{tail}，{q}）"
    way = "below" if one.difference < 0 else "above"
    return f"{one.segment} “{one.group}”: {one.measure} is {much} {way} the others (95% {low}–{high}, {tail}, {q})"
