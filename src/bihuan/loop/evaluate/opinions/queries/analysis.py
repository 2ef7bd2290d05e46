"""The analysis of one wave as its page shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from bihuan.core.models import User
from bihuan.engine.survey.analyse import analyse
from bihuan.engine.survey.contracts import Design
from bihuan.engine.survey.groups import Selection, select
from bihuan.engine.survey.telling import sizes_of, told_groups
from bihuan.engine.survey.validity import count_reasons, judge
from bihuan.ui import formats

from ..contracts import (
    AnalysisPage,
    DimensionLine,
    ItemLine,
    Reason,
    Segment,
    State,
    Told,
    Wave,
)
from ..rights import minimum_for, seen_by
from .address import write_state
from .charts import charts_of
from .lake import Loaded, kept, load
from .standing import share_of, standing_of
from .trends import trend_of, waves_joined
from .words import CES, NPS, OVERALL, TOP2, group_labels, measure_label, reason_label, result_of, segment_label, told_of

Step = Callable[[int, int, str], None]
STEPS = 4


def analysis_page(user: User, wave: Wave, state: State, step: Step = lambda done, total, text: None) -> AnalysisPage:
    """Return the analysis of a wave for what the address chose, within what the person may see.

    ``step`` is told (steps done, of how many, what comes now) and may raise to stop.
    """
    seen, minimum = seen_by(user), minimum_for(user)
    joined = waves_joined(user, wave, state)
    return kept(("analysis", wave, state, seen, minimum, joined),
                lambda: _page(wave, state, seen, minimum, joined, step))


def _page(wave: Wave, state: State, seen, minimum: int, joined: tuple[Wave, ...], step: Step) -> AnalysisPage:
    step(0, STEPS, _("读取答卷"))
    held = load(wave, seen, state.within)
    step(1, STEPS, _("判断有效答卷"))
    found = judge(held.responses, held.design)
    chosen = select(held.responses, held.design, state.filters, minimum=minimum)
    page = AnalysisPage(
        wave, state, segments_of(held, minimum), n=len(held.responses), valid=chosen.whole,
        chosen=len(chosen.responses), withheld=chosen.withheld, small=len(chosen.responses) < 30,
        reasons=tuple(Reason(code, reason_label(code), count,
                             f"{reverse('opinions:answers', args=[wave.code])}?reason={code}")
                      for code, count in count_reasons(found).items()))
    if chosen.withheld or not len(chosen.responses):
        return page
    return _filled(page, held, chosen, seen, joined, step)


def _filled(
    page: AnalysisPage, held: Loaded, chosen: Selection, seen, joined: tuple[Wave, ...], step: Step,
) -> AnalysisPage:
    step(2, STEPS, _("计算得分与区间"))
    standing = standing_of(held, chosen, seen)
    responses = chosen.responses if standing.weights is None else replace(chosen.responses, weights=standing.weights)
    design = replace(chosen.design, segments=())
    told = analyse(responses, design)
    lines = _dimensions(told, page, design)
    step(3, STEPS, _("趋势与图表"))
    trend, lines_of_trend = trend_of(joined, seen, chosen.design.minimum_n, page.state)
    drivers = told["drivers"] or {}
    by = page.state.by if page.state.by in chosen.responses.segments else ""
    drawn, grouped_note = charts_of(responses, chosen.design, lines, drivers, lines_of_trend, joined, by)
    return replace(
        page, weighted=bool(np.ptp(responses.weights)), stages=standing.stages, margins=standing.margins,
        margins_note=standing.note, spreads=standing.spreads, asked=standing.asked, silent=standing.silent,
        valid_share=share_of(page.valid, standing.asked), missing=standing.missing,
        design_effect=standing.raked.design_effect if standing.weights is not None and standing.raked else None,
        trimmed=standing.raked.trimmed if standing.raked else 0,
        unweighted=0 if standing.weights is None else int((standing.weights == 0).sum()),
        bounds=standing.bounds(responses, design),
        numbers=_numbers(told, page, design),
        dimensions=lines,
        lowest_words=_lowest(told, design), drivers_n=drivers.get("n", 0), drivers_r2=drivers.get("r2"),
        drivers_why=drivers.get("why", ""), grouped_note=grouped_note, trend=trend, trend_waves=joined, charts=drawn)


def segments_of(held: Loaded, minimum: int) -> tuple[Segment, ...]:
    """Return what can be chosen: the groups that may be told of."""
    found = []
    chosen = select(held.responses, held.design, minimum=minimum)
    for name in held.design.segments:
        sizes = sizes_of(chosen.responses.segments[name])
        told = told_groups(sizes, chosen.design.minimum_n)
        if len(told) > 1:
            words = group_labels(name, told, held.design)
            found.append(Segment(name, segment_label(name, held.design),
                                 tuple((group, words[group], sizes[group]) for group in sorted(told))))
    return tuple(found)


def _numbers(told: dict[str, Any], page: AnalysisPage, design: Design) -> tuple[Told, ...]:
    kinds = {OVERALL: "mean", TOP2: "share", NPS: "nps", CES: "mean"}
    return tuple(_told(key, told[key], kind, page, design) for key, kind in kinds.items() if told[key] is not None)


def _told(key: str, raw: dict[str, Any] | None, kind: str, page: AnalysisPage, design: Design) -> Told:
    other = (raw or {}).get("weighted") or (raw or {}).get("unweighted")
    address = write_state(replace(page.state, by="", waves=()))
    url = reverse("opinions:number", args=[page.wave.code, key]) + (f"?{address}" if address else "")
    result = told_of(result_of(raw, kind), design)
    return Told(key, measure_label(key, design), result,
                None if result is None or result.suppressed else result_of(other, kind), url)


def _dimensions(told: dict[str, Any], page: AnalysisPage, design: Design) -> tuple[DimensionLine, ...]:
    # Of one dimension alone none is the lowest.
    several = len(told["dimensions"]) > 1 and told["lowest"]
    drivers, lowest = told["drivers"] or {}, several or {"name": "", "not_told_apart_from": []}
    weights = drivers.get("weights") or {}
    quadrants = drivers.get("quadrants") or {}
    total = sum(weights.values())
    return tuple(DimensionLine(
        _told(one["name"], one, "mean", page, design), _told(one["name"], one["top2"], "share", page, design),
        one["alpha"],
        one["alpha_n"],
        tuple(ItemLine(_told(f"item:{item['name']}", item, "mean", page, design), item["item_total"],
                       told_of(result_of(item["gap"], "mean"), design)) for item in one["items"]),
        weights[one["name"]] / total if total and one["name"] in weights else None, quadrants.get(one["name"], ""),
        one["name"] == lowest["name"], one["name"] in lowest["not_told_apart_from"]) for one in told["dimensions"])


def _lowest(told: dict[str, Any], design: Design) -> str:
    lowest = told["lowest"]
    if lowest is None or len(told["dimensions"]) < 2:
        return ""
    value, n = next((one["value"], one["n"]) for one in told["dimensions"] if one["name"] == lowest["name"])
    if n < design.minimum_n:
        return ""
    if lowest["not_told_apart_from"]:
        return _("最低维度：{name}（{value}）；同一批人成对比较、经 Holm 校正后，不能断定它低于{others}。").format(
            name=measure_label(lowest["name"], design), value=formats.plain(value),
            others=_("、").join(measure_label(name, design) for name in lowest["not_told_apart_from"]))
    return _("最低维度：{name}（{value}）；同一批人成对比较、经 Holm 校正后，低于其余每个维度。").format(
        name=measure_label(lowest["name"], design), value=formats.plain(value))
