"""What all charts share: the frame of the option, scales that need no function, and texts safe for rich text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ..indicators.contracts import Result
from .palette import SERIES
from .wording import DAY, HOUR, MINUTE, Labels, interval_text, missing, value_text

Option = dict[str, Any]


@dataclass(frozen=True)
class Scale:
    """How values become axis figures: value * factor, with ``suffix`` behind the numbers; ``ceiling`` in axis units."""

    factor: float
    suffix: str
    ceiling: float | None = None

    def of(self, value: float | None) -> float | None:
        """Return the figure for the axis, None for no data."""
        return None if value is None or missing(value) else round(value * self.factor, 6)


def scale_for(unit: str, values: Iterable[float | None], labels: Labels) -> Scale:
    """Return percent for shares, the fitting unit of time for seconds, the plain number for the rest."""
    if unit == "%":
        return Scale(100, "%", 100)
    if unit != "s":
        return Scale(1, "")
    largest = max((abs(value) for value in values if value is not None and not missing(value)), default=0)
    for size, name in ((DAY, labels.day), (HOUR, labels.hour), (MINUTE, labels.minute)):
        if largest >= 2 * size:
            return Scale(1 / size, f" {name}")
    return Scale(1, f" {labels.second}")


def frame(title: str, labels: Labels, **parts: Any) -> Option:
    """Return an option with the parts that every chart has, and ``parts`` (series, axes ...) of its own."""
    option: Option = {
        "animation": False,
        "color": list(SERIES),
        "aria": {"enabled": True},
        "tooltip": {"trigger": "item", "renderMode": "richText", "confine": True},
        "grid": {"left": 16, "right": 24, "top": 64 if title else 40, "bottom": 16, "containLabel": True},
    }
    if title:
        style = {"fontSize": 15, "fontWeight": "normal"}
        option["title"] = {"text": plain(title), "left": 0, "top": 0, "textStyle": style}
    return option | parts


def legend(names: Iterable[str]) -> Option:
    """Return the legend entry of an option, at the top right."""
    return {"data": list(names), "top": 26, "right": 0, "itemWidth": 16, "itemHeight": 10}


def value_axis(scale: Scale, *, low: float | None = None, high: float | None = None) -> Option:
    """Return a value axis with its unit; ``low`` and ``high`` (axis units) fix its range, cut at the possible."""
    axis: Option = {"type": "value", "axisLabel": {"formatter": "{value}" + scale.suffix}}
    if low is None or high is None:
        return axis
    room = (high - low) * 0.08 or max(abs(high) * 0.05, 0.5)
    bottom = max(low - room, 0) if low >= 0 else low - room
    top = high + room if scale.ceiling is None else min(high + room, scale.ceiling)
    step = _nice_step(top - bottom)
    axis |= {"min": round(bottom // step * step, 6), "max": round(-(-top // step) * step, 6)}
    return axis


def _nice_step(span: float) -> float:
    """Return 1, 2 or 5 times a power of ten, about a fifth of the span, so that axis ends are round numbers."""
    size = 10.0 ** len(str(int(span / 5))) / 10 if span >= 5 else 0.1 if span >= 0.5 else 0.01
    return next((size * step for step in (1, 2, 5) if span / (size * step) <= 6), size * 10)


def plain(text: str | None) -> str:
    """Return the text with braces made harmless: in ECharts' rich text and templates they are commands."""
    return (text or "").replace("{", "｛").replace("}", "｝")


def describe(name: str, result: Result, labels: Labels) -> str:
    """Return the tooltip of one number: name, value, interval and n."""
    if result.suppressed:
        return f"{plain(name)}\n{labels.suppressed}"
    lines = [plain(name), value_text(result.value, result.unit, labels)]
    if result.low is not None or result.high is not None:
        lines.append(f"{labels.interval}: {interval_text(result.low, result.high, result.unit, labels)}")
    return "\n".join([*lines, f"n = {result.n:,}"])


def point(name: str, result: Result, scale: Scale, labels: Labels) -> Option:
    """Return a data item: figure and own tooltip; the figure is None (a gap, not 0) where there is no data."""
    value = None if result.suppressed else scale.of(result.value)
    return {"name": plain(name), "value": value, "tooltip": {"formatter": describe(name, result, labels)}}
