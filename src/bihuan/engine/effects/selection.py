"""What looks worst of many looks better next time by itself: how far an effect must reach beyond that.

The place was picked because the data before the change were the worst of N. In the case in which that misleads most,
all N are alike, and the part of the effect that comes from the data before is the least of N draws. The value that the
effect, in standard errors, then exceeds with the wanted risk replaces the usual 1.96.
"""

from __future__ import annotations

import numpy as np


def critical_value(part_before: float, among: int, risk: float) -> float:
    """Return c such that, without any effect, effect / standard error exceeds c with probability ``risk``.

    ``part_before``: the share of the effect's variance that the data before the change have. For ``among`` 1 it is
    the normal quantile.
    """
    from scipy.special import ndtri

    if among <= 1 or part_before <= 0:
        return float(ndtri(1 - risk))
    low, high = 0.0, 12.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _exceeds(middle, part_before, among) > risk else (low, middle)
    return (low + high) / 2


def _exceeds(c: float, part_before: float, among: int) -> float:
    """P(after - least of the befores > c) with variances 1 - part_before and part_before."""
    from scipy.special import ndtr

    grid = np.linspace(-10, 10, 2001)
    density = np.exp(-0.5 * grid**2) / np.sqrt(2 * np.pi)
    least_below = 1 - (1 - ndtr((np.sqrt(1 - part_before) * grid - c) / np.sqrt(part_before))) ** among
    return float((density * least_below).sum() * (grid[1] - grid[0]))
