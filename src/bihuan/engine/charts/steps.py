"""A funnel as bars from the left: how many came how far, each with its share of the step before."""

from __future__ import annotations

from collections.abc import Sequence

from .frame import Option, Scale, frame, plain, value_axis
from .palette import SERIES
from .wording import LABELS, Labels


def steps(counts: Sequence[tuple[str, int]], *, title: str = "", labels: Labels = LABELS["zh-hans"]) -> Option:
    """Return one bar a step in the given order, the first on top; beside each count its share of the one before.

    >>> option = steps([("invited", 200), ("answered", 50)])
    >>> [bar["label"]["formatter"] for bar in option["series"][0]["data"]]
    ['200', '50 (25%)']
    """
    bars, before = [], None
    for _name, count in counts:
        share = f" ({100 * count / before:.0f}%)" if before else ""
        bars.append({"value": count, "label": {"formatter": f"{count:,}{share}"}})
        before = count
    most = max((count for _name, count in counts), default=0)
    return frame(
        title, labels, grid={"left": 8, "right": 96, "top": 40 if title else 8, "bottom": 8, "containLabel": True},
        xAxis={**value_axis(Scale(1, ""), low=0, high=float(most or 1)), "show": False},
        yAxis={"type": "category", "inverse": True, "data": [plain(name) for name, _count in counts],
               "axisTick": {"show": False}, "axisLine": {"show": False}},
        series=[{"name": labels.count, "type": "bar", "data": bars, "barMaxWidth": 28,
                 "itemStyle": {"color": SERIES[0]}, "label": {"show": True, "position": "right"}}])
