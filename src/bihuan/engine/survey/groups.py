"""Groups of respondents side by side, and waves of a survey joined over time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from .. import stats
from . import scores
from .contracts import Design, Responses, Score
from .measures import Measure, effort, measures_of, of_dimension, rating
from .telling import may_tell, sizes_of, told_groups
from .validity import is_valid, judge

Filters = Sequence[tuple[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Selection:
    """The valid responses that a reader asked for. ``withheld``: they are too few, or what is left of others is."""

    responses: Responses
    design: Design
    whole: int
    withheld: bool = False


def select(responses: Responses, design: Design, filters: Filters = (), *, minimum: int = 0) -> Selection:
    """Return the valid responses of some groups; ``minimum`` the reader's, the larger of it and the design's holds.

    Nothing is told when the groups chosen, or what any one of the filters leaves out, is below the minimum, nor of a
    group that a table beside its total would not tell of: chosen one after the other, or two and then one of them, the
    told ones and the total would leave those few over.
    """
    design = replace(design, minimum_n=max(minimum, design.minimum_n))
    valid = responses.only(is_valid(judge(responses, design)))
    known = [(valid.segments[name].astype(object), values) for name, values in filters if name in valid.segments]
    masks = [np.isin(groups, list(values)) for groups, values in known]
    everybody = np.ones(len(valid), bool)
    chosen = np.logical_and.reduce(masks, initial=True) & everybody
    around = [np.logical_and.reduce([mask for mask in masks if mask is not one], initial=True) & everybody
              for one in masks]
    size = int(chosen.sum())
    fine = len(valid) == 0 or all(may_tell(size, int(of.sum()), design.minimum_n) for of in [everybody, *around])
    fine = fine and all(_each_told(groups[of], values, design.minimum_n) for (groups, values), of in zip(known, around))
    return Selection(valid.only(chosen), design, len(valid), withheld=not fine)


def _each_told(groups: np.ndarray, values: Sequence[str], minimum: int) -> bool:
    """Whether each of the groups that are there might be told of alone, beside the total of all groups."""
    sizes = sizes_of(groups)
    return {value for value in values if sizes.get(value)} <= told_groups(sizes, minimum)


@dataclass(frozen=True)
class GroupScores:
    """One group and its scores by measure; a measure too few answered is not among them."""

    group: str
    n: int
    scores: Mapping[str, Score]


@dataclass(frozen=True)
class Grouped:
    """``measures`` (name, kind) in order, groups of the segment that may be told of, and how many may not."""

    segment: str
    measures: tuple[tuple[str, str], ...]
    groups: tuple[GroupScores, ...]
    untold: int


def by_segment(valid: Responses, design: Design, segment: str) -> Grouped:
    """Return every measure of every group of a segment, weighted where the design says so."""
    groups = valid.segments[segment]
    told = told_groups(sizes_of(groups), design.minimum_n)
    measures = measures_of(valid, design)
    known = {measure.name: told_groups(sizes_of(groups, ~np.isnan(measure.values)), design.minimum_n)
             for measure in measures}
    names = sorted(name for name in told if name)
    weights = valid.weights if design.weighted else np.ones(len(valid))
    found = tuple(
        GroupScores(name, int((groups == name).sum()), {
            measure.name: score_of(measure, design, weights, groups == name)
            for measure in measures if name in known[measure.name]})
        for name in names)
    hidden = {name for name in sizes_of(groups) if name} - set(names)
    return Grouped(segment, tuple((measure.name, measure.kind) for measure in measures), found, len(hidden))


def score_of(measure: Measure, design: Design, weights: np.ndarray, inside: np.ndarray | None = None) -> Score:
    """Return the score of a measure over some respondents: NPS with its own interval, the others as means."""
    inside = np.ones(len(measure.values), bool) if inside is None else inside
    if measure.kind == "nps":
        # 100, 0 and -100 stand for promoters, passives and detractors; any answer of each class gives the same score.
        answers = np.where(np.isnan(measure.values), np.nan, np.select(
            [measure.values > 0, measure.values < 0], [10.0, 0.0], 7.0))
        return scores.nps(answers[inside], weights[inside])
    return scores.mean(measure.values[inside], weights[inside])


@dataclass(frozen=True)
class WavePoint:
    """One measure in one wave; ``change`` against the wave before that has it, with its interval."""

    wave: str
    score: Score | None
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None


@dataclass(frozen=True)
class Line:
    """A measure through the waves. ``items`` are asked in every wave that has it; ``left_out`` only in some."""

    name: str
    kind: str                 # mean | share | nps
    points: tuple[WavePoint, ...]
    items: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def trend(waves: Sequence[tuple[str, Responses, Design]], *, weighted: bool | None = None) -> list[Line]:
    """Return the waves (name, valid responses, design), oldest first, joined by metric, dimension and item name.

    A dimension is computed from the items that all waves with that dimension asked, else a change of questions would
    pass for a change of opinion. ``weighted`` None: as each design says.
    """
    lines: list[Line] = []
    lines += _line("overall", "mean", waves, lambda r, d: rating(r, d, d.overall) if d.overall else None, weighted)
    lines += _line("top2", "share", waves, _satisfied, weighted)
    lines += _line("nps", "nps", waves, lambda r, d: _points(r.item(d.nps)) if d.nps else None, weighted)
    lines += _line("ces", "mean", waves, lambda r, d: effort(r, d) if d.ces else None, weighted)
    for name in dict.fromkeys(name for _, _, design in waves for name in design.dimensions):
        asked = [set(_answered(responses, design.dimensions[name])) for _, responses, design in waves
                 if name in design.dimensions]
        common = set.intersection(*asked)
        everything = dict.fromkeys(item for _, _, design in waves for item in design.dimensions.get(name, ()))
        kept = tuple(item for item in everything if item in common)
        rest = tuple(item for item in everything if item not in common)
        lines += [replace(one, items=kept, left_out=rest)
                  for one in _line(name, "mean", waves, partial(_common, name=name, items=kept), weighted)]
    return lines


def _answered(responses: Responses, items: tuple[str, ...]) -> list[str]:
    return [item for item in items if not np.isnan(responses.item(item)).all()]


def _satisfied(responses: Responses, design: Design) -> np.ndarray | None:
    if not design.overall:
        return None
    values = rating(responses, design, design.overall)
    return np.where(np.isnan(values), np.nan, values > design.scale[1] - 2)


def _points(answers: np.ndarray) -> np.ndarray:
    points = np.where(answers >= 9, 100.0, np.where(answers <= 6, -100.0, 0.0))
    return np.where((answers >= 0) & (answers <= 10), points, np.nan)


def _common(responses: Responses, design: Design, name: str, items: tuple[str, ...]) -> np.ndarray | None:
    if name not in design.dimensions or not items:
        return None
    return of_dimension(responses, replace(design, dimensions={name: items}), name)


Values = Callable[[Responses, Design], "np.ndarray | None"]


def _line(name: str, kind: str, waves: Sequence[tuple[str, Responses, Design]], values_of: Values,
          weighted: bool | None) -> list[Line]:
    """The line of a measure as a list of one; empty when no wave has it."""
    points: list[WavePoint] = []
    before: tuple[np.ndarray, np.ndarray] | None = None
    for wave, responses, design in waves:
        values = values_of(responses, design)
        own = design.weighted if weighted is None else weighted
        weights = responses.weights if own else np.ones(len(responses))
        if values is None or (~np.isnan(values)).sum() < design.minimum_n:
            points.append(WavePoint(wave, None))
            continue
        score = scores.share(values, weights) if kind == "share" else \
            score_of(Measure(name, kind, values), design, weights)
        change = difference(before, (values, weights), share=kind == "share") if before else None
        points.append(WavePoint(wave, score, *(change or ())))
        before = (values, weights)
    return [Line(name, kind, tuple(points))] if any(point.score for point in points) else []


def difference(before: tuple[np.ndarray, np.ndarray], after: tuple[np.ndarray, np.ndarray], *,
               share: bool = False) -> tuple[float, float, float] | None:
    """Return (after minus before, low, high) of two weighted means or shares; None below two answers on a side.

    None too where the answers of a side are all equal, and so its mean has no interval.
    """
    sides = []
    for values, weights in (before, after):
        known = ~np.isnan(values)
        if known.sum() < 2:
            return None
        sides.append((values[known], weights[known]))
    if share:
        rates = [(float(np.average(v, weights=w)) * (size := scores.effective_size(w)), size) for v, w in sides]
        found = stats.compare_rates(before=rates[0], after=rates[1])
        return float(found.difference), float(found.low), float(found.high)
    moments = []
    if any(scores.alike(values) for values, _ in sides):
        return None
    for values, weights in sides:
        size, middle = scores.effective_size(weights), float(np.average(values, weights=weights))
        total, variance = middle * size, scores.variance_of_mean(values, weights) * size
        moments.append((size, total, variance * (size - 1) + total**2 / size))
    found = stats.compare_means(before=moments[0], after=moments[1])
    return float(found.difference), float(found.low), float(found.high)
