"""Shares and relations: the heat map of the week, the Pareto chart, and the scatter with a fitted line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..indicators.contracts import Result
from .frame import Option, Scale, describe, frame, legend, plain, scale_for, value_axis
from .palette import HEAT, LIMIT, LINE, SIGNAL
from .wording import LABELS, Labels

HOURS, DAYS = range(24), range(7)


def week_heat_map(results: Sequence[Result], *, title: str = "", labels: Labels = LABELS["zh-hans"]) -> Option:
    """Return a map hour x weekday of results grouped by ``hour`` ("0".."23") and ``weekday`` ("1" Monday .. "7").

    A cell without data stays empty; it is not the colour of 0.
    """
    scale = scale_for(results[0].unit if results else "", [result.value for result in results], labels)
    data: list[Option] = []
    figures: list[float] = []
    for result in results:
        value = None if result.suppressed else scale.of(result.value)
        hour, day = result.group.get("hour"), result.group.get("weekday")
        if value is None or hour is None or day is None:
            continue
        figures.append(value)
        name = f"{labels.weekdays[int(day) - 1]} {labels.oclock.format(int(hour))}"
        tooltip = {"formatter": describe(name, result, labels)}
        data.append({"value": [int(hour), int(day) - 1, value], "tooltip": tooltip})
    low, high = min(figures, default=0), max(figures, default=1)
    edge = {"borderColor": "#ffffff", "borderWidth": 1}
    return frame(
        title, labels, series=[{"type": "heatmap", "data": data, "itemStyle": edge}],
        grid={"left": 16, "right": 90, "top": 48 if title else 16, "bottom": 16, "containLabel": True},
        xAxis={"type": "category", "data": [labels.oclock.format(hour) for hour in HOURS]},
        yAxis={"type": "category", "data": list(labels.weekdays), "inverse": True},
        visualMap={
            "min": low, "max": high, "calculable": False, "right": 0, "top": "middle", "inRange": {"color": list(HEAT)},
            "precision": 1, "text": [f"{high:.4g}{scale.suffix}", f"{low:.4g}{scale.suffix}"],
        },
    )


def pareto(
    counts: Mapping[str, float], *, title: str = "", cut: float = 0.8, labels: Labels = LABELS["zh-hans"]
) -> Option:
    """Return bars from the most frequent to the rarest with the cumulative share and the ``cut`` line.

    Bars up to and including the one that reaches the cut are in the line's colour, the others grey.
    """
    ranked = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    total = sum(counts.values())
    bars: list[Option] = []
    shares: list[float] = []
    running = 0.0
    for name, count in ranked:
        vital = total > 0 and running / total < cut
        running += count
        bars.append({"name": plain(name), "value": count, "itemStyle": {"color": LINE if vital else LIMIT}})
        shares.append(round(100 * running / total, 2) if total else 0.0)
    bar: Option = {
        "name": labels.count, "type": "bar", "data": bars, "itemStyle": {"color": LINE}, "barMaxWidth": 56,
    }
    line: Option = {
        "name": labels.cumulative, "type": "line", "yAxisIndex": 1, "data": shares, "symbolSize": 6,
        "itemStyle": {"color": SIGNAL}, "tooltip": {"formatter": "{b}\n{a}: {c}%"},
        "markLine": {"silent": True, "symbol": "none", "data": [{"yAxis": 100 * cut}],
                     "lineStyle": {"color": SIGNAL, "type": "dotted"},
                     "label": {"formatter": f"{100 * cut:g}%", "position": "insideStartTop"}},
    }
    return frame(
        title, labels, legend=legend([labels.count, labels.cumulative]),
        xAxis={"type": "category", "data": [plain(name) for name, _ in ranked],
               "axisLabel": {"interval": 0, "width": 90, "overflow": "break"}},
        yAxis=[
            {"type": "value", "min": 0, "max": total or 1},
            value_axis(Scale(100, "%", 100)) | {"min": 0, "max": 100, "splitLine": {"show": False}},
        ],
        series=[bar, line],
    )


@dataclass(frozen=True)
class Dot:
    """One group in a scatter: both values in their indicators' units, and the rows behind them."""

    name: str
    x: float
    y: float
    n: int


@dataclass(frozen=True)
class Fit:
    """A fitted line drawn over [start, end] of x: heights of the line and of its interval at both ends and between.

    ``x``, ``y``, ``low``, ``high`` have one entry a place.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


def scatter_fit(
    dots: Sequence[Dot], fit: Fit | None, *, x_name: str, y_name: str, x_unit: str, y_unit: str, title: str = "",
    labels: Labels = LABELS["zh-hans"],
) -> Option:
    """Return groups as dots whose area grows with n, and the fitted line with its interval, when there is one."""
    across = scale_for(x_unit, [dot.x for dot in dots], labels)
    up = scale_for(y_unit, [dot.y for dot in dots], labels)
    largest = max((dot.n for dot in dots), default=1)
    data = [
        {
            "name": plain(dot.name), "value": [across.of(dot.x), up.of(dot.y)],
            "symbolSize": round(6 + 22 * (dot.n / largest) ** 0.5, 1),
            "tooltip": {"formatter": f"{plain(dot.name)}\nn = {dot.n:,}"},
        }
        for dot in dots
    ]
    series: list[Option] = [{"type": "scatter", "data": data, "itemStyle": {"color": LINE, "opacity": 0.65}}]
    for name, heights, kind in _lines(fit, labels):
        places = [[across.of(x), up.of(y)] for x, y in zip(fit.x, heights)] if fit else []
        series.append({
            "name": name, "type": "line", "data": places, "symbol": "none", "silent": True, "tooltip": {"show": False},
            "lineStyle": {"color": SIGNAL, "type": kind, "width": 2 if kind == "solid" else 1},
            "itemStyle": {"color": SIGNAL},
        })
    return frame(
        title, labels, series=series, legend=legend([labels.fit, labels.bounds] if fit else []),
        xAxis=_across(across) | {"name": plain(x_name), "nameLocation": "middle", "nameGap": 28, "scale": True},
        yAxis=value_axis(up) | {"name": plain(y_name), "scale": True},
        grid={"left": 16, "right": 24, "top": 72 if title else 48, "bottom": 36, "containLabel": True},
    )


def _across(scale: Scale) -> Option:
    """The axis along the foot: on a phone its labels would run into each other."""
    axis = value_axis(scale)
    return axis | {"axisLabel": axis.get("axisLabel", {}) | {"hideOverlap": True}}


def _lines(fit: Fit | None, labels: Labels) -> list[tuple[str, tuple[float, ...], str]]:
    if fit is None:
        return []
    return [(labels.fit, fit.y, "solid"), (labels.bounds, fit.low, "dashed"), (labels.bounds, fit.high, "dashed")]
