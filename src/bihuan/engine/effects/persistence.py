"""Errors that carry over from period to period, as AR(1): the spread of a change in a long series at little cost.

The covariance carry^|i-j| has an inverse of three diagonals (Siddiqui 1958, Annals of Mathematical Statistics 29:585),
so that years of days cost no more than their number, where solving the whole matrix costs its third power.
"""

from __future__ import annotations

import numpy as np


def spread_of_change(x: np.ndarray, carry: float, before: int) -> tuple[float, float]:
    """Return the standard error of column 1 of a design for errors of unit variance, and the part before the change.

    ``x``: periods x terms; ``carry`` in [0, 1); ``before``: the periods before the change. The part is the share of the
    variance that comes from them, between 0 and 1.
    """
    white = _whitened(x, carry)
    inverse = np.linalg.inv(white.T @ white)
    how = _whitened_back(white @ inverse[:, 1], carry)[:before]
    part = how @ _covered(how, carry) / inverse[1, 1]
    return float(np.sqrt(inverse[1, 1])), float(np.clip(part, 0, 1))


def _whitened(columns: np.ndarray, carry: float) -> np.ndarray:
    """Return the columns as seen where the errors are white."""
    out = columns.astype(float)
    out[1:] = (columns[1:] - carry * columns[:-1]) / np.sqrt(1 - carry**2)
    return out


def _whitened_back(white: np.ndarray, carry: float) -> np.ndarray:
    """Apply the transposed matrix of ``_whitened``."""
    scaled = np.append(white[:1], white[1:] / np.sqrt(1 - carry**2))
    out = scaled.copy()
    out[:-1] -= carry * scaled[1:]
    return out


def _covered(values: np.ndarray, carry: float) -> np.ndarray:
    """Return the covariance carry^|i-j| times a vector, by one pass each way."""
    passes = []
    for way in (values, values[::-1]):
        kept, run = np.empty(len(values)), 0.0
        for place, value in enumerate(way.tolist()):
            run = value + carry * run
            kept[place] = run
        passes.append(kept)
    covered: np.ndarray = passes[0] + passes[1][::-1] - values
    return covered
