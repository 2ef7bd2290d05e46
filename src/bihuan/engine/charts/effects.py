"""A measure's indicator before and after: those it touched, those it did not, and what would have been without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .frame import Option, frame, legend, plain, scale_for, value_axis
from .palette import LIMIT, LINE, SIGNAL, TARGET
from .wording import LABELS, Labels, value_text

Values = Sequence[float | None]


@dataclass(frozen=True)
class EffectWords:
    """What the lines are called."""

    own: str = "受影响的一方"
    others: str = "对照"
    without: str = "没有改进时的估计"
    change: str = "新做法开始"


def effect_chart(
    periods: Sequence[str], own: Values, counts: Sequence[float], *, before: int, others: Values | None = None,
    level: float | None = None, without: tuple[float, float, float] | None = None, unit: str = "%", title: str = "",
    words: EffectWords | None = None, labels: Labels = LABELS["zh-hans"],
) -> Option:
    """Return the values of consecutive periods, ``before`` of them before the change, which is marked by a line.

    ``without``: (estimate, low, high) of the level after the change had nothing been done, drawn as a band over the
    periods after it; ``level`` is the mean that was found there.
    """
    said = words or EffectWords()
    everything = [*own, *(others or ()), *(without or ()), level]
    scale = scale_for(unit, everything, labels)
    figures = [figure for figure in map(scale.of, everything) if figure is not None]
    names = [plain(period) for period in periods]
    lines = [_line(said.own, own, counts, unit, scale, labels, LINE, before, names, said.change)]
    if others is not None:
        lines.append(_plain_line(said.others, [scale.of(value) for value in others], LIMIT, "dashed"))
    if without is not None:
        lines += _band(without, before, len(names), scale, said.without, labels)
    listed = [said.own, *([said.others] if others is not None else []), *([said.without] if without else [])]
    # The name of the change stands above the grid, below the legend.
    return frame(
        title, labels, series=lines, legend=legend(listed),
        grid={"left": 16, "right": 24, "top": 76, "bottom": 16, "containLabel": True},
        xAxis={"type": "category", "data": names, "boundaryGap": False},
        yAxis=value_axis(scale, low=min(figures, default=None), high=max(figures, default=None)) | {"scale": True})


def _line(name: str, values: Values, counts: Sequence[float], unit: str, scale, labels: Labels, colour: str,
          before: int, names: list[str], change: str) -> Option:
    data = [{"value": scale.of(value),
             "tooltip": {"formatter": f"{period}\n{value_text(value, unit, labels)}\nn = {int(count):,}"}}
            for value, count, period in zip(values, counts, names)]
    series: Option = {"name": name, "type": "line", "data": data, "symbol": "circle", "symbolSize": 6, "z": 5,
                      "lineStyle": {"color": colour, "width": 2}, "itemStyle": {"color": colour}}
    if 0 < before < len(names):
        series["markLine"] = {
            "silent": True, "symbol": "none", "data": [{"xAxis": names[before]}],
            "lineStyle": {"color": SIGNAL, "type": "dashed", "width": 1.5},
            "label": {"formatter": change, "position": "end", "color": SIGNAL}}
    return series


def _plain_line(name: str, values: Sequence[float | None], colour: str, kind: str) -> Option:
    return {"name": name, "type": "line", "data": list(values), "symbol": "none",
            "lineStyle": {"color": colour, "type": kind, "width": 1.6}, "itemStyle": {"color": colour}}


def _band(without: tuple[float, float, float], before: int, count: int, scale, name: str,
          labels: Labels) -> list[Option]:
    """A dashed line with the band around it, over the periods after the change only."""
    value, low, high = (scale.of(one) for one in without)
    gap: list[float | None] = [None] * before
    rest = count - before
    stacked = {"type": "line", "symbol": "none", "silent": True, "stack": "without",
               "lineStyle": {"opacity": 0}, "tooltip": {"show": False}}
    return [
        {**stacked, "name": f"{name} {labels.interval} 1", "data": [*gap, *([low] * rest)]},
        {**stacked, "name": f"{name} {labels.interval} 2", "data": [*gap, *([round(high - low, 6)] * rest)],
         "areaStyle": {"color": TARGET, "opacity": 0.18}},
        _plain_line(name, [*gap, *([value] * rest)], TARGET, "dashed"),
    ]
