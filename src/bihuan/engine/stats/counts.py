"""Intervals of counts and of events per exposure."""

from __future__ import annotations

from typing import Any

import numpy as np

from .normal import LEVEL, Array, divide


def poisson_interval(events: Any, exposure: Any = 1.0, level: float = LEVEL) -> tuple[Array, Array, Array]:
    """Return (rate, low, high) of events per exposure by Garwood's exact interval (1936, Biometrika 28:437-442).

    NaN where the exposure is 0.
    """
    from scipy.special import gammaincinv

    events, tail = np.asarray(events, float), (1 - level) / 2
    low = np.where(events > 0, gammaincinv(np.maximum(events, 1), tail), 0.0)
    high = gammaincinv(events + 1, 1 - tail)
    return divide(events, exposure), divide(low, exposure), divide(high, exposure)
