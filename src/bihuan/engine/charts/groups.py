"""Groups side by side: bars with error bars, and the radar of band scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..indicators.contracts import Result
from .frame import Option, Scale, frame, legend, plain, point, scale_for, value_axis
from .palette import LIMIT, SERIES, TARGET, band_colour
from .wording import LABELS, Labels, missing

# ECharts shares a category among boxplots with a gap of 0.3 / count; bars get the same, so that both stand together.
GAP = 0.3


def grouped_bars(
    results: Sequence[Result], *, by: str, split: str | None = None, title: str = "", target: float | None = None,
    names: Mapping[str, str] | None = None, labels: Labels = LABELS["zh-hans"],
) -> Option:
    """Return bars with 95% error bars: one category a value of ``by``, one colour a value of ``split``.

    ``by`` and ``split`` name a dimension of ``Result.group``, or "period" or "indicator". ``names`` gives the words
    for raw values. A combination without data has no bar. Without ``split`` a bar has the colour of its band.
    """
    categories = _distinct(results, by)
    parts = _distinct(results, split) if split else [""]
    scale = scale_for(results[0].unit if results else "", _ends(results), labels)
    at = {(_key(result, by), _key(result, split) if split else ""): result for result in results}
    series: list[Option] = []
    for place, part in enumerate(parts):
        found = [at.get((category, part)) for category in categories]
        name = _word(part, names) if split else labels.value
        colour = SERIES[place % len(SERIES)] if split else None
        words = [_word(category, names) for category in categories]
        series += [_bars(name, words, found, scale, labels, len(parts), colour), _error_bars(name, found, scale)]
    figures = [figure for figure in map(scale.of, [*_ends(results), target]) if figure is not None]
    if target is not None and series:
        series[0]["markLine"] = _target_line(scale.of(target), labels)
    return frame(
        title, labels, series=series, **({"legend": legend(_word(part, names) for part in parts)} if split else {}),
        xAxis={"type": "category", "data": [_word(value, names) for value in categories],
               "axisLabel": {"interval": 0, "width": 110, "overflow": "break"}},
        yAxis=value_axis(scale, low=min([0.0, *figures]), high=max([0.0, *figures])) if figures else value_axis(scale),
    )


def _bars(
    name: str, words: Sequence[str], found: Sequence[Result | None], scale: Scale, labels: Labels, count: int,
    colour: str | None,
) -> Option:
    data: list[Option | None] = []
    for word, result in zip(words, found):
        if result is None:
            data.append(None)
            continue
        item = point(word, result, scale, labels)
        item["itemStyle"] = {"color": colour or band_colour(result.band)}
        data.append(item)
    gap = GAP / (1 - GAP * (count - 1) / count)
    series: Option = {
        "name": name, "type": "bar", "data": data, "barCategoryGap": "20%", "barGap": f"{100 * gap:.1f}%",
        "barMaxWidth": 64 if count == 1 else None,
    }
    if colour:
        series["itemStyle"] = {"color": colour}
    return {key: value for key, value in series.items() if value is not None}


def _error_bars(name: str, found: Sequence[Result | None], scale: Scale) -> Option:
    """Return the intervals as a boxplot whose box is flat: its whiskers and caps are the error bar, in pure data."""
    data: list[list[float | None]] = []
    for result in found:
        ends = (None, None) if result is None or result.suppressed else (scale.of(result.low), scale.of(result.high))
        value = None if result is None else scale.of(result.value)
        whole = None not in ends and value is not None
        data.append([ends[0], value, value, value, ends[1]] if whole else [None] * 5)
    return {
        "name": name, "type": "boxplot", "data": data, "silent": True, "z": 5, "boxWidth": [8, 12],
        "itemStyle": {"color": "#333333", "borderColor": "#333333", "borderWidth": 1.3}, "tooltip": {"show": False},
    }


def _target_line(figure: float | None, labels: Labels) -> Option:
    return {
        "silent": True, "symbol": "none", "data": [{"yAxis": figure}],
        "lineStyle": {"color": TARGET, "type": "dotted", "width": 2},
        "label": {"formatter": labels.target, "position": "insideEndTop", "color": TARGET},
    }


def band_radar(
    shapes: Mapping[str, Sequence[Result | None]], *, axes: Sequence[str], title: str = "",
    labels: Labels = LABELS["zh-hans"],
) -> Option:
    """Return a radar of band scores 1-5: one shape a segment or period, one spoke an indicator (``axes``, in order).

    A spoke on which one of the shapes has no band is left out and named below the title: a radar would draw it as 0.
    """
    bands = {name: [_shown_band(one) for one in shape] for name, shape in shapes.items()}
    whole = [place for place in range(len(axes)) if all(shape[place] is not None for shape in bands.values())]
    left_out = [plain(axes[place]) for place in range(len(axes)) if place not in whole]
    data = [
        {
            "name": plain(name), "value": [shape[place] for place in whole],
            "areaStyle": {"opacity": 0.12}, "lineStyle": {"type": "solid" if order == 0 else "dashed"},
        }
        for order, (name, shape) in enumerate(bands.items())
    ]
    option = frame(
        title, labels, legend=legend(plain(name) for name in shapes),
        radar={
            "indicator": [{"name": plain(axes[place]), "min": 0, "max": 5} for place in whole], "splitNumber": 5,
            "radius": "62%", "center": ["50%", "58%"], "axisName": {"color": LIMIT},
        },
        series=[{"type": "radar", "data": data, "symbolSize": 6}],
    )
    if left_out:
        option.setdefault("title", {"text": "", "left": 0, "top": 0})
        option["title"]["subtext"] = f"{labels.no_data}: " + "、".join(left_out)
    return option


def _shown_band(result: Result | None) -> int | None:
    return None if result is None or result.suppressed else result.band


def _key(result: Result, dimension: str) -> str:
    if dimension in ("period", "indicator"):
        return str(getattr(result, dimension))
    return result.group.get(dimension) or ""


def _distinct(results: Sequence[Result], dimension: str) -> list[str]:
    return list(dict.fromkeys(_key(result, dimension) for result in results))


def _word(value: str, names: Mapping[str, str] | None) -> str:
    return plain((names or {}).get(value, value) or "—")


def _ends(results: Sequence[Result]) -> list[float | None]:
    shown = [result for result in results if not result.suppressed]
    values = [end for result in shown for end in (result.value, result.low, result.high)]
    return [None if missing(value) else value for value in values]
