"""Discrete Laplace noise on counts: what Laplace noise is on whole numbers, without the leaks of floating point.

Ghosh, Roughgarden, Sundararajan 2012 (SIAM J. Comput. 41:1673): with P(k) proportional to exp(-ε|k|), a count that
one record changes by at most 1 is ε-differentially private. Mironov 2012 (CCS): the continuous one, drawn as floats,
is not.
"""

from __future__ import annotations

import math
import secrets

import numpy as np


def fresh_dice() -> np.random.Generator:
    """Return a generator whose seed nobody keeps."""
    return np.random.default_rng(secrets.randbits(256))


def discrete_laplace(epsilon: float, dice: np.random.Generator, size: int = 1) -> np.ndarray:
    """Return whole numbers with P(k) = tanh(ε/2)·exp(-ε|k|): the difference of two geometric ones."""
    stop = 1 - math.exp(-epsilon)
    return dice.geometric(stop, size) - dice.geometric(stop, size)


def variance(epsilon: float) -> float:
    """Return the variance of that noise.

    >>> round(variance(1.0), 4)
    1.8413
    """
    return 2 * math.exp(-epsilon) / (1 - math.exp(-epsilon)) ** 2
