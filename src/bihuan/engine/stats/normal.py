"""Quantiles and tails of the normal and t distributions; SciPy's special functions are loaded on first use."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray
LEVEL = 0.95


def z_value(level: float = LEVEL) -> float:
    """Return the two-sided normal quantile: 1.959964 for 0.95."""
    from scipy.special import ndtri

    return float(ndtri(0.5 + level / 2))


def t_value(degrees: Any, level: float = LEVEL) -> Array:
    """Return two-sided t quantiles for arrays of degrees of freedom; NaN where they are below 1."""
    from scipy.special import stdtrit

    degrees = np.asarray(degrees, float)
    return np.where(degrees >= 1, stdtrit(np.maximum(degrees, 1), 0.5 + level / 2), np.nan)


def normal_p(z: Any) -> Array:
    """Return two-sided p values of standard normal statistics."""
    from scipy.special import ndtr

    return 2 * ndtr(-np.abs(np.asarray(z, float)))


def t_p(t: Any, degrees: Any) -> Array:
    """Return two-sided p values of t statistics."""
    from scipy.special import stdtr

    return 2 * stdtr(np.asarray(degrees, float), -np.abs(np.asarray(t, float)))


def divide(top: Any, bottom: Any) -> Array:
    """Return top / bottom, NaN where bottom is 0: no data is not 0."""
    top, bottom = np.asarray(top, float), np.asarray(bottom, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(bottom != 0, top / np.where(bottom != 0, bottom, 1), np.nan)
