"""How long answering took by the clock, to be held against what was estimated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..stats.quantiles import grouped_quantile


@dataclass(frozen=True)
class Minutes:
    """The median of ``n`` answers in minutes; its ends None below the six answers that an interval takes."""

    median: float
    low: float | None
    high: float | None
    n: int


def minutes_of(seconds: Any) -> Minutes | None:
    """Return the median time with the interval between its order statistics; None without any answer.

    The median, because whoever leaves the page open over lunch must not count for twenty others.

    >>> minutes_of([240, 300, 360])
    Minutes(median=5.0, low=None, high=None, n=3)
    """
    values = np.asarray(seconds, float)
    values = values[values > 0]
    if not values.size:
        return None
    _n, middle, low, high = grouped_quantile(np.zeros(values.size, np.int64), values / 60, np.ones(values.size), 1)
    ends = [None if np.isnan(end[0]) else float(end[0]) for end in (low, high)]
    return Minutes(float(middle[0]), ends[0], ends[1], int(values.size))
