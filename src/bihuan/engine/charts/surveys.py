"""A survey in pictures: radar and heat table of scores, waves, gaps, distributions, importance and performance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os.path import commonprefix

from ..indicators.contracts import Result
from .frame import Option, Scale, describe, frame, legend, plain, point, scale_for, value_axis
from .groups import grouped_bars
from .palette import HEAT, LIMIT, LINE, SERIES, SIGNAL
from .wording import LABELS, Labels, value_text

Ends = tuple[float, float]
SIGNS = " ·-—_：:（("      # where the words that names begin with may end


def score_radar(
    shapes: Mapping[str, Sequence[Result | None]], *, axes: Sequence[str], ends: Ends, title: str = "",
    labels: Labels = LABELS["zh-hans"],
) -> Option:
    """Return a radar of scores on one scale: a shape a segment or wave, a spoke a dimension (``axes``, in order).

    A spoke on which one of the shapes has no score is left out and named below the title: it would be drawn as the
    lowest.
    """
    values = {name: [_shown(one) for one in shape] for name, shape in shapes.items()}
    whole = [place for place in range(len(axes)) if all(shape[place] is not None for shape in values.values())]
    left_out = [plain(axes[place]) for place in range(len(axes)) if place not in whole]
    data = [{"name": plain(name), "value": [round(shape[place] or 0, 4) for place in whole],
             "areaStyle": {"opacity": 0.08},
             "lineStyle": {"type": ("solid", "dashed", "dotted")[order % 3]}}
            for order, (name, shape) in enumerate(values.items())]
    option = frame(
        title, labels, legend={**legend(plain(name) for name in shapes), "type": "scroll"},
        radar={"indicator": [{"name": plain(axes[place]), "min": ends[0], "max": ends[1]} for place in whole],
               "splitNumber": 4, "radius": "60%", "center": ["50%", "56%"], "axisName": {"color": LIMIT}},
        series=[{"type": "radar", "data": data, "symbolSize": 5}])
    if left_out:
        option.setdefault("title", {"text": "", "left": 0, "top": 0})
        option["title"]["subtext"] = f"{labels.no_data}: " + "、".join(left_out)
    return option


def heat_table(
    rows: Mapping[str, Mapping[str, Result | None]], *, columns: Sequence[str], unit: str = "score", title: str = "",
    labels: Labels = LABELS["zh-hans"],
) -> Option:
    """Return a map group x dimension with the score in each cell; a cell that may not be told stays empty."""
    scale = scale_for(unit, (), labels)
    data: list[Option] = []
    figures: list[float] = []
    for down, (name, found) in enumerate(rows.items()):
        for across, column in enumerate(columns):
            result = found.get(column)
            figure = None if result is None or result.suppressed else scale.of(result.value)
            if result is None or figure is None:
                continue
            figures.append(figure)
            data.append({
                "value": [across, down, figure],
                "tooltip": {"formatter": describe(f"{name} · {column}", result, labels)},
                "label": {"show": True, "formatter": value_text(result.value, unit, labels)}})
    low, high = min(figures, default=0), max(figures, default=1)
    for item in data:
        dark = high > low and (item["value"][2] - low) / (high - low) > 0.6
        item["label"]["color"] = "#ffffff" if dark else "#1f2933"
    return frame(
        title, labels,
        series=[{"type": "heatmap", "data": data, "itemStyle": {"borderColor": "#fff", "borderWidth": 1}}],
        grid={"left": 16, "right": 16, "top": 56 if title else 16, "bottom": 40, "containLabel": True},
        xAxis={"type": "category", "data": [plain(name) for name in columns], "position": "top",
               "axisLabel": {"interval": 0, "width": 80, "overflow": "break"}},
        yAxis={"type": "category", "data": [plain(name) for name in rows], "inverse": True,
               "axisLabel": {"width": 100, "overflow": "break"}},
        visualMap={"min": low, "max": high if high > low else low + 1, "calculable": False, "orient": "horizontal",
                   "left": "center", "bottom": 0, "itemHeight": 120, "inRange": {"color": list(HEAT)}, "precision": 2,
                   "text": [f"{high:.4g}{scale.suffix}", f"{low:.4g}{scale.suffix}"]})


def wave_lines(
    lines: Mapping[str, Sequence[Result | None]], *, waves: Sequence[str], unit: str, title: str = "",
    labels: Labels = LABELS["zh-hans"],
) -> Option:
    """Return a line a measure through the waves, each point with its error bar; a wave without data is a gap.

    What all waves are called alike is said once, by the page: on the axis stands what tells them apart.
    """
    waves = short_names(waves)
    everything = [one for found in lines.values() for one in found if one is not None and not one.suppressed]
    scale = scale_for(unit, [one.value for one in everything], labels)
    figures = [figure for one in everything for figure in map(scale.of, (one.value, one.low, one.high))
               if figure is not None]
    series: list[Option] = []
    for order, (name, found) in enumerate(lines.items()):
        colour = SERIES[order % len(SERIES)]
        data = [point(f"{name} {wave}", one, scale, labels) if one is not None else {"value": None}
                for wave, one in zip(waves, found)]
        series.append({"name": plain(name), "type": "line", "data": data, "symbolSize": 7,
                       "itemStyle": {"color": colour}, "lineStyle": {"color": colour, "width": 2},
                       "markLine": _whiskers(found, waves, scale, colour)})
    return frame(
        title, labels, series=series, legend={**legend(plain(name) for name in lines), "type": "scroll"},
        xAxis={"type": "category", "data": [plain(wave) for wave in waves], "boundaryGap": True,
               "axisLabel": {"hideOverlap": True, "width": 64, "overflow": "break"}},
        yAxis=value_axis(scale, low=min(figures, default=None), high=max(figures, default=None)) | {"scale": True})


def short_names(names: Sequence[str]) -> list[str]:
    """Return names without the words that all begin with; whole where one of them is nothing more.

    >>> short_names(["售后调查 · 2026年一季度", "售后调查 · 2026年二季度"]), short_names(["旅客调查 2015", "旅客调查"])
    (['2026年一季度', '2026年二季度'], ['旅客调查 2015', '旅客调查'])
    """
    common = commonprefix(list(names)) if len(set(names)) > 1 else ""
    cut = max((common.rfind(sign) for sign in SIGNS), default=-1) + 1
    short = [name[cut:].strip() for name in names]
    return short if all(short) else list(names)


def _whiskers(found: Sequence[Result | None], waves: Sequence[str], scale: Scale, colour: str) -> Option:
    """The intervals as upright marks at their points; boxplots of several lines would stand side by side."""
    marks = []
    for wave, one in zip(waves, found):
        low, high = (None, None) if one is None or one.suppressed else (scale.of(one.low), scale.of(one.high))
        if low is not None and high is not None:
            marks.append([{"coord": [plain(wave), low]}, {"coord": [plain(wave), high]}])
    return {"silent": True, "symbol": ["none", "none"], "label": {"show": False}, "data": marks,
            "lineStyle": {"color": colour, "type": "solid", "width": 1.4}}


def gap_chart(
    pairs: Mapping[str, tuple[Result, Result]], *, names: tuple[str, str], title: str = "",
    labels: Labels = LABELS["zh-hans"],
) -> Option:
    """Return what was expected beside what was found, a pair of bars a dimension, each with its interval."""
    results = [Result(one.indicator, one.version, one.period, {"name": name, "side": side}, one.value, one.n, one.low,
                      one.high, unit=one.unit)
               for name, pair in pairs.items() for side, one in zip(names, pair)]
    return grouped_bars(results, by="name", split="side", title=title, labels=labels)


def distribution_bars(
    rows: Mapping[str, Mapping[str, int]], *, answers: Sequence[str], title: str = "",
    labels: Labels = LABELS["zh-hans"],
) -> Option:
    """Return how often each answer was given, a stacked bar of 100 % an item; ``answers`` from the lowest on."""
    colours = ("#B35806", "#F1A340", "#C9C9C9", "#74ADD1", "#2166AC") if len(answers) == 5 else \
        [f"hsl({20 + 190 * place / max(len(answers) - 1, 1):.0f}, 45%, 58%)" for place in range(len(answers))]
    totals = {name: sum(counts.values()) for name, counts in rows.items()}
    series: list[Option] = []
    for place, answer in enumerate(answers):
        data = []
        for name, counts in rows.items():
            count, total = counts.get(answer, 0), totals[name]
            share = round(100 * count / total, 2) if total else None
            words = f"{plain(answer)}: {'—' if share is None else share}%"
            data.append({"value": share, "tooltip": {"formatter": f"{plain(name)}\n{words}\nn = {count:,}/{total:,}"}})
        series.append({"name": plain(answer), "type": "bar", "stack": "all", "data": data,
                       "itemStyle": {"color": colours[place]}, "barMaxWidth": 26})
    return frame(
        title, labels, series=series,
        legend={**legend(plain(answer) for answer in answers), "top": 26 if title else 0},
        xAxis={"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value}%"}},
        yAxis={"type": "category", "data": [plain(name) for name in rows], "inverse": True,
               "axisLabel": {"width": 110, "overflow": "break"}})


@dataclass(frozen=True)
class Driver:
    """One dimension of the importance-performance matrix; ``importance`` a share of the explained variance."""

    name: str
    performance: float
    importance: float
    n: int


def importance_performance(
    drivers: Sequence[Driver], *, middle: tuple[float, float], names: tuple[str, str],
    corners: tuple[str, str, str, str], title: str = "", labels: Labels = LABELS["zh-hans"],
) -> Option:
    """Return the four fields of Martilla and James 1977: performance across, importance up, cut at ``middle``.

    ``corners`` are the words of the fields: low performance and high importance, both high, both low, high performance
    and low importance.
    """
    across, up = [one.performance for one in drivers], [100 * one.importance for one in drivers]
    x_ends, y_ends = _around([*across, middle[0]], 0.1), _around([*up, 100 * middle[1]], 5, floor=0)
    sides = _label_sides([(one.name, (one.performance - x_ends[0]) / (x_ends[1] - x_ends[0]),
                           (100 * one.importance - y_ends[0]) / (y_ends[1] - y_ends[0])) for one in drivers])
    data = [{"name": plain(one.name), "value": [round(one.performance, 3), round(100 * one.importance, 2)],
             "label": {"show": True, "formatter": plain(one.name), "position": sides[one.name]},
             "itemStyle": {"color": SIGNAL if one.performance < middle[0] and one.importance >= middle[1] else LINE},
             "tooltip": {"formatter": f"{plain(one.name)}\n{plain(names[0])}: {one.performance:.2f}\n"
                                      f"{plain(names[1])}: {100 * one.importance:.1f}%\nn = {one.n:,}"}}
            for one in drivers]
    areas = [[{"coord": [x1, y1], "name": word}, {"coord": [x2, y2]}] for word, (x1, x2), (y1, y2) in zip(
        corners, ((x_ends[0], middle[0]), (middle[0], x_ends[1])) * 2,
        ((100 * middle[1], y_ends[1]),) * 2 + ((y_ends[0], 100 * middle[1]),) * 2)]
    series: Option = {
        "type": "scatter", "data": data, "symbolSize": 14,
        "markLine": {"silent": True, "symbol": "none", "lineStyle": {"color": LIMIT, "type": "dashed"},
                     "label": {"show": False},
                     "data": [{"xAxis": round(middle[0], 3)}, {"yAxis": round(100 * middle[1], 2)}]},
        "markArea": {"silent": True, "itemStyle": {"color": "rgba(0,0,0,0)"}, "data": areas,
                     "label": {"color": LIMIT, "position": "insideTopLeft", "fontSize": 12}}}
    return frame(
        title, labels, series=[series],
        xAxis={"type": "value", "min": x_ends[0], "max": x_ends[1], "name": plain(names[0]),
               "nameLocation": "middle", "nameGap": 28},
        yAxis={"type": "value", "min": y_ends[0], "max": y_ends[1], "name": plain(names[1]),
               "nameTextStyle": {"align": "left"}, "axisLabel": {"formatter": "{value}%"}},
        grid={"left": 16, "right": 32, "top": 64 if title else 40, "bottom": 40, "containLabel": True})


# About how large the matrix is drawn, a letter of its labels, and where a label's middle lies from its point.
WIDE, HIGH, LETTER, LINE_HIGH = 520.0, 220.0, 12.0, 15.0
SIDES = ("top", "bottom", "right", "left")


def _label_sides(points: Sequence[tuple[str, float, float]]) -> dict[str, str]:
    """On which side of its point each label stands so that it lies on no other: the first side that is free.

    ``points``: (name, x, y) with x and y from 0 to 1. Where none is free, the label stands on top all the same.
    """
    taken = [(WIDE * x, HIGH * y, 14.0, 14.0) for _name, x, y in points]
    found = {}
    for name, x, y in sorted(points, key=lambda point: (-point[2], point[1])):
        wide = LETTER * len(name)
        at = {"top": (0.0, 16.0), "bottom": (0.0, -16.0), "right": (wide / 2 + 12, 0.0), "left": (-wide / 2 - 12, 0.0)}
        boxes = {side: (WIDE * x + at[side][0], HIGH * y + at[side][1], wide, LINE_HIGH) for side in SIDES}
        side = next((one for one in SIDES if not any(_overlap(boxes[one], other) for other in taken)), "top")
        taken.append(boxes[side])
        found[name] = side
    return found


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return abs(one[0] - other[0]) < (one[2] + other[2]) / 2 and abs(one[1] - other[1]) < (one[3] + other[3]) / 2


def _around(figures: Sequence[float], step: float, floor: float | None = None) -> Ends:
    """Ends on whole steps with room around the figures, more above, where the words of the upper fields stand."""
    low, high = min(figures), max(figures)
    room = (high - low) * 0.2 or step
    bottom, top = (low - room) // step * step, -(-(high + 1.5 * room) // step) * step
    return round(bottom if floor is None else max(bottom, floor), 6), round(top, 6)


def _shown(result: Result | None) -> float | None:
    return None if result is None or result.suppressed else result.value
