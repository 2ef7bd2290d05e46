"""How sure a number of answers makes a survey: the margin against n, with the n that was planned."""

from __future__ import annotations

from collections.abc import Sequence

from .frame import Option, Scale, frame, plain, value_axis
from .palette import SERIES, TARGET
from .wording import LABELS, Labels


def margin_curve(points: Sequence[tuple[int, float]], *, chosen: Sequence[tuple[int, str]] = (), title: str = "",
                 across: str = "n", up: str = "±", labels: Labels = LABELS["zh-hans"]) -> Option:
    """Return the curve of (valid answers, margin 0..1); ``chosen`` n are marked by a line with their words."""
    scale = Scale(100, "%")
    data = [[n, scale.of(margin)] for n, margin in points]
    highest = max((figure for _, figure in data if figure is not None), default=0.0)
    return frame(
        title, labels, tooltip={"trigger": "axis", "renderMode": "richText", "confine": True},
        xAxis={"type": "value", "name": plain(across), "nameLocation": "middle", "nameGap": 28, "min": 0,
               "max": max((n for n, _ in points), default=1)},
        yAxis=value_axis(scale, low=0.0, high=highest),
        grid={"left": 16, "right": 32, "top": 48, "bottom": 36, "containLabel": True},
        series=[{
            "name": plain(up), "type": "line", "showSymbol": False, "data": data, "lineStyle": {"color": SERIES[0]},
            "markLine": {"silent": True, "symbol": "none", "lineStyle": {"color": TARGET, "type": "dotted", "width": 2},
                         "data": [{"xAxis": n, "label": {"formatter": plain(words), "color": TARGET}}
                                  for n, words in chosen]}}])
