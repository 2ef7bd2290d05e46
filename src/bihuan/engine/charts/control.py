"""The control chart of an indicator over periods, and its small sister, the trend spark."""

from __future__ import annotations

from collections.abc import Sequence

from ..indicators.contracts import Point, Result
from .frame import Option, Scale, frame, legend, plain, point, scale_for, value_axis
from .palette import LIMIT, LINE, SIGNAL, TARGET
from .wording import LABELS, Labels

Numbers = Sequence[float | None]


def control_chart(
    points: Sequence[Point], *, title: str = "", target: float | None = None, labels: Labels = LABELS["zh-hans"],
) -> Option:
    """Return the values of consecutive periods with their centre line and control limits.

    ``points`` are of one indicator in order of time. n stands below each period, a running one is a hollow point; the
    axis shows limits, values and target whole, because ECharts does not extend it for lines.
    """
    results = [point.result for point in points]
    centre, lower, upper = ([getattr(point, name) for point in points] for name in ("centre", "lower", "upper"))
    everything = [result.value for result in results if not result.suppressed] + [*centre, *lower, *upper, target]
    scale = scale_for(results[0].unit if results else "", everything, labels)
    known = [figure for figure in map(scale.of, everything) if figure is not None]
    names = [f"{plain(one.result.period)}\nn={one.result.n:,}" + (f"\n{labels.running}" if one.running else "")
             for one in points]
    series = [
        _limit(labels.upper, upper, scale, "dashed"), _limit(labels.centre, centre, scale, "solid"),
        _limit(labels.lower, lower, scale, "dashed"), _values(points, scale, labels, target),
    ]
    return frame(
        title, labels, series=series, legend=legend([labels.value, labels.centre, labels.upper, labels.lower]),
        xAxis={"type": "category", "data": names, "boundaryGap": True},
        yAxis=value_axis(scale, low=min(known, default=None), high=max(known, default=None)),
    )


def _values(points: Sequence[Point], scale: Scale, labels: Labels, target: float | None) -> Option:
    data = []
    for one in points:
        item = point(one.result.period, one.result, scale, labels)
        if one.signal:
            item |= {"symbol": "diamond", "symbolSize": 13, "itemStyle": {"color": SIGNAL}}
            item["tooltip"]["formatter"] += f"\n{labels.signal}"
        if one.running:
            item |= {"symbol": "emptyCircle"}
            item["tooltip"]["formatter"] += f"\n{labels.not_judged}"
        data.append(item)
    series: Option = {
        "name": labels.value, "type": "line", "data": data, "symbol": "circle", "symbolSize": 7, "z": 5,
        "lineStyle": {"color": LINE, "width": 2}, "itemStyle": {"color": LINE},
    }
    goal = scale.of(target)
    if goal is not None:
        series["markLine"] = {
            "silent": True, "symbol": "none", "data": [{"yAxis": goal}],
            "lineStyle": {"color": TARGET, "type": "dotted", "width": 2},
            "label": {"formatter": labels.target, "position": "insideEndTop", "color": TARGET},
        }
    return series


def _limit(name: str, values: Numbers, scale: Scale, kind: str) -> Option:
    return {
        "name": name, "type": "line", "data": [scale.of(value) for value in values], "step": "middle", "silent": True,
        "symbol": "none", "lineStyle": {"color": LIMIT, "type": kind, "width": 1.2}, "itemStyle": {"color": LIMIT},
        "tooltip": {"show": False},
    }


def trend_spark(results: Sequence[Result], *, labels: Labels = LABELS["zh-hans"]) -> Option:
    """Return a line without axes for a table cell; the last value is marked, a period without data is a gap."""
    scale = scale_for(results[0].unit if results else "", [result.value for result in results], labels)
    data = [point(result.period, result, scale, labels) | {"symbol": "none"} for result in results]
    known = [item["value"] is not None for item in data]
    for place, item in enumerate(data):
        neighbours = known[max(place - 1, 0):place] + known[place + 1:place + 2]
        if known[place] and (not any(neighbours) or not any(known[place + 1:])):
            item["symbol"] = "circle"   # the last value, and one that no line reaches
    spark = frame(
        "", labels, xAxis={"type": "category", "show": False, "data": [plain(result.period) for result in results]},
        yAxis={"type": "value", "show": False, "scale": True},
        series=[{"type": "line", "data": data, "symbolSize": 5, "lineStyle": {"width": 1.5}}],
    )
    return spark | {"grid": {"left": 4, "right": 6, "top": 4, "bottom": 4}}
