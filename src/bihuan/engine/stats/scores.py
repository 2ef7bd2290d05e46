"""Net promoter score."""

from __future__ import annotations

from typing import Any

import numpy as np

from .normal import LEVEL, Array, divide, z_value
from .proportions import wilson


def nps(promoters: Any, detractors: Any, n: Any, level: float = LEVEL) -> tuple[Array, Array, Array]:
    """Return (score, low, high) in points -100..100, from counts, by the multinomial variance p + d - (p - d)^2.

    Where all answers fall into one class that variance is 0 and would claim certainty; then the interval takes
    Wilson's bound on the share of the class and puts the rest where it hurts most.
    """
    n = np.asarray(n, float)
    p, d, z = divide(promoters, n), divide(detractors, n), z_value(level)
    score = p - d
    half = z * np.sqrt(divide(np.maximum(p + d - score**2, 0), n))
    low, high = score - half, score + half
    floor, _ = wilson(n, n, level)  # the least share the only class may have
    low = np.where(p == 1, 2 * floor - 1, np.where((p == 0) & (d == 0), floor - 1, low))
    high = np.where(d == 1, 1 - 2 * floor, np.where((p == 0) & (d == 0), 1 - floor, high))
    return 100 * score, 100 * np.maximum(low, -1), 100 * np.minimum(high, 1)
