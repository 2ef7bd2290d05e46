"""The pictures of an analysis, as options that page and report draw alike."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.core.languages import beside
from bihuan.engine.charts.groups import grouped_bars
from bihuan.engine.charts.surveys import (
    Driver,
    distribution_bars,
    gap_chart,
    heat_table,
    importance_performance,
    score_radar,
    wave_lines,
)
from bihuan.engine.charts.wording import Labels, labels_for
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.survey import scores
from bihuan.engine.survey.contracts import Design, Responses
from bihuan.engine.survey.groups import Grouped, Line, by_segment
from bihuan.engine.survey.measures import rating

from ..contracts import DimensionLine, Wave
from .words import UNITS, group_labels, measure_label, score_result, segment_label, words_of

Options = dict[str, dict[str, Any]]
MOST_GROUPS = 8


def charts_of(responses: Responses, design: Design, lines: tuple[DimensionLine, ...], drivers: dict[str, Any],
              trend: list[Line], joined: tuple[Wave, ...], by: str) -> tuple[Options, str]:
    """Return {name: option} of the charts that have something to draw, and what the groups left out."""
    labels = labels_for(get_language() or "zh-hans")
    drawn: Options = {}
    _distribution(drawn, responses, design, labels)
    _importance(drawn, lines, drivers, labels)
    _gaps(drawn, responses, design, labels)
    _waves(drawn, trend, joined, design, labels)
    note = _groups(drawn, by_segment(responses, design, by), design, labels) if by else ""
    return drawn, note


def _distribution(drawn: Options, responses: Responses, design: Design, labels: Labels) -> None:
    low, high = design.scale
    steps = [low + place for place in range(int(high - low) + 1)]
    items = [*([design.overall] if design.overall else []), *design.items]
    rows = {}
    for item in dict.fromkeys(items):
        values = rating(responses, design, item)
        if (~np.isnan(values)).sum() >= design.minimum_n:
            rows[measure_label(item, design)] = {f"{step:g}": int((values == step).sum()) for step in steps}
    if rows and len(steps) <= 11:
        drawn["distribution"] = distribution_bars(rows, answers=[f"{step:g}" for step in steps], labels=labels)


def _importance(drawn: Options, lines: tuple[DimensionLine, ...], drivers: dict[str, Any], labels: Labels) -> None:
    found = [Driver(line.told.title, line.told.result.value, line.importance, line.told.result.n) for line in lines
             if line.importance is not None and line.told.result is not None and line.told.result.value is not None]
    if len(found) < 2:
        return
    middle = (sum(one.performance for one in found) / len(found), sum(one.importance for one in found) / len(found))
    drawn["importance"] = importance_performance(
        found, middle=middle, names=(_("表现（均值）"), _("重要性（占 R² 的份额）")),
        corners=(_("优先改进"), _("继续保持"), _("次要"), _("可能过度")), labels=labels)


def _gaps(drawn: Options, responses: Responses, design: Design, labels: Labels) -> None:
    pairs, alone = {}, {items[0]: name for name, items in design.dimensions.items() if len(items) == 1}
    for item, expected in design.expectations.items():
        found, wanted = rating(responses, design, item), rating(responses, design, expected)
        both = ~np.isnan(found) & ~np.isnan(wanted)
        if both.sum() >= design.minimum_n:
            sides = [score_result(scores.mean(values[both]), "mean") for values in (wanted, found)]
            if sides[0] is not None and sides[1] is not None:
                # The item of a dimension that has no other is called by the dimension's short name.
                pairs[measure_label(alone.get(item, item), design)] = (sides[0], sides[1])
    if pairs:
        drawn["gap"] = gap_chart(pairs, names=(_("期望"), _("现状")), labels=labels)


def _waves(drawn: Options, trend: list[Line], joined: tuple[Wave, ...], design: Design, labels: Labels) -> None:
    codes = [wave.code for wave in joined]
    for kind, key in (("mean", "waves"), ("share", "waves_top2"), ("nps", "waves_nps")):
        found: dict[str, list[Result | None]] = {}
        for line in trend:
            points = {point.wave: point.score for point in line.points}
            if line.kind == kind and sum(points.get(code) is not None for code in codes) > 1:
                found[measure_label(line.name, design)] = [score_result(points.get(code), kind) for code in codes]
        if found:
            drawn[key] = wave_lines(found, waves=[wave.title for wave in joined], unit=UNITS[kind], labels=labels)
    _wave_radar(drawn, [line for line in trend if line.name in design.dimensions], joined, design, labels)


def _wave_radar(drawn: Options, lines: list[Line], joined: tuple[Wave, ...], design: Design, labels: Labels) -> None:
    """One shape a wave over the dimensions: what moved together, and what alone."""
    rows = [{point.wave: point.score for point in line.points} for line in lines]
    shapes = {wave.title: [score_result(row.get(wave.code), "mean") for row in rows] for wave in joined}
    shapes = {name: found for name, found in shapes.items() if any(one is not None for one in found)}
    if len(lines) > 2 and len(shapes) > 1:
        drawn["waves_radar"] = score_radar(
            shapes, axes=[measure_label(line.name, design) for line in lines], ends=design.scale, labels=labels)


def _groups(drawn: Options, grouped: Grouped, design: Design, labels: Labels) -> str:
    names = [name for name, kind in grouped.measures if kind == "mean"]
    largest = sorted(grouped.groups, key=lambda group: -group.n)[:MOST_GROUPS]
    words = group_labels(grouped.segment, (one.group for one in grouped.groups), design)
    rows = {beside(words[one.group], f"n={one.n:,}"): {
        words_of(name, design): score_result(one.scores.get(name), "mean") for name in names} for one in grouped.groups}
    columns = [words_of(name, design) for name in names]
    if rows and columns:
        drawn["heat"] = heat_table(rows, columns=columns, labels=labels)
        results = [found for one in largest for name in names
                   if (found := score_result(one.scores.get(name), "mean", name,
                                             {"measure": words_of(name, design), "group": words[one.group]}))
                   is not None]
        drawn["bars"] = grouped_bars(results, by="measure", split="group", labels=labels)
    if len(names) > 2 and largest:
        drawn["radar"] = score_radar(
            {words[one.group]: [score_result(one.scores.get(name), "mean") for name in names] for one in largest},
            axes=columns, ends=design.scale, labels=labels)
    told = [_("“{segment}”中有 {n} 组人数过少，不予显示。").format(segment=segment_label(grouped.segment, design),
                                                        n=grouped.untold)] if grouped.untold else []
    if len(grouped.groups) > MOST_GROUPS:
        told.append(_("雷达图和柱状图只画人数最多的 {n} 组，热力表列出全部。").format(n=MOST_GROUPS))
    return "".join(told)
