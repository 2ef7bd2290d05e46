"""A change of level in a series whose errors hang together: every likely strength of that is weighed, none is picked.

The errors are white noise (each period's own sampling error, smaller where n is larger) plus a process that carries
over from period to period (AR(1)). For a grid of shares and carry-overs the generalised least-squares fit and its
restricted likelihood are computed; the interval is that of the mixture of their t distributions. Picking the most
likely carry-over instead, as is usual, gives intervals that are too short for short series (Turner et al. 2021, BMC
Medical Research Methodology 21:181).

Below a year and a half a yearly wave and a change of level look alike, so that it can be no term of the design. It may
still be there: four fifths of the weight beforehand lie on errors that hold a wave of unknown phase, by its covariance
cos(2 pi distance / year), small to large beside the rest. Otherwise a season is taken for an effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

YEAR = 365.2425
CARRY = np.array([-0.3, -0.15, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.87, 0.92, 0.96])
PROCESS = np.array([0.25, 0.5, 0.75, 1.0])   # share of the process in the variance; without any it is white
WAVE = (0.25, 1.0, 4.0, 16.0)                # variance of a yearly wave, over that of all else
BESIDE = ((0.0, 0.0), *((carry, share) for carry in (0.2, 0.4, 0.6, 0.8) for share in (0.5, 1.0)))   # what else varies


@dataclass(frozen=True)
class Fits:
    """One row a member of the grid, one column a series: weight, effect, standard error; ``parts`` how much of the
    variance comes from the data before the change."""

    weights: np.ndarray
    effects: np.ndarray
    errors: np.ndarray
    degrees: int
    carry: np.ndarray
    part_before: np.ndarray

    @property
    def effect(self) -> np.ndarray:
        return (self.weights * self.effects).sum(axis=0)

    @property
    def error(self) -> np.ndarray:
        inside = self.errors**2 * self.degrees / max(self.degrees - 2, 1)
        return np.sqrt((self.weights * (inside + (self.effects - self.effect) ** 2)).sum(axis=0))

    def quantile(self, p: float) -> np.ndarray:
        """The p quantile of the mixture, for each series: Newton's steps, kept inside a bracket that shrinks."""
        from scipy.special import gammaln, stdtr

        free = self.degrees
        height = np.exp(gammaln((free + 1) / 2) - gammaln(free / 2)) / np.sqrt(free * np.pi)
        middle, error = self.effect, self.error
        low, high = middle - 60 * error, middle + 60 * error
        for _ in range(60):
            with np.errstate(divide="ignore", invalid="ignore"):
                away = (middle - self.effects) / self.errors
                off = (self.weights * stdtr(free, away)).sum(axis=0) - p
                slope = (self.weights * height * (1 + away**2 / free) ** (-(free + 1) / 2) / self.errors).sum(axis=0)
                low, high = np.where(off < 0, middle, low), np.where(off < 0, high, middle)
                to = middle - off / slope
            to = np.where((to > low) & (to < high), to, (low + high) / 2)
            still, middle = np.abs(to - middle) > 1e-12 * error, to
            if not still.any():
                break
        return middle


def fit(values: np.ndarray, design: np.ndarray, n: np.ndarray, *, column: int = 1, before: int,
        days: tuple[int, ...] = ()) -> Fits:
    """Fit ``design`` (periods x terms) to ``values`` (periods x series); ``column`` holds the change.

    ``n`` (periods) are the rows of each period, ``before`` how many periods lie before the change. ``days``: the day of
    each period, where the errors may hold a yearly wave.
    """
    values = values.reshape(len(design), -1)
    degrees = len(design) - design.shape[1]
    grid = _grid(tuple(np.asarray(n, float).tolist()), days)
    x, y = grid.whitening @ design, grid.whitening @ values
    inverse = np.linalg.inv(x.transpose(0, 2, 1) @ x)
    coefficients = inverse @ (x.transpose(0, 2, 1) @ y)
    rest = np.maximum(((y - x @ coefficients) ** 2).sum(axis=1), 1e-300)
    own = inverse[:, column, column]
    likely = (grid.prior + 0.5 * np.linalg.slogdet(inverse)[1])[:, None] - 0.5 * degrees * np.log(rest)
    weights = np.exp(likely - likely.max(axis=0))
    # The effect is the sum of how * values: how much of its variance comes from the values before the change.
    how = (x @ inverse)[:, None, :, column] @ grid.whitening[:, :, :before]
    early = (how @ grid.covariance[:, :before, :before] @ how.transpose(0, 2, 1))[:, 0, 0]
    return Fits(weights / weights.sum(axis=0), coefficients[:, column], np.sqrt(rest / degrees * own[:, None]), degrees,
                grid.carry, np.clip(early / own, 0.0, 1.0))


@dataclass(frozen=True)
class _Grid:
    """Each member's carry-over, covariance, the matrix that makes its errors white, and log prior less log root det."""

    carry: np.ndarray
    covariance: np.ndarray
    whitening: np.ndarray
    prior: np.ndarray


@lru_cache(maxsize=4)
def _grid(n: tuple[float, ...], days: tuple[int, ...] = ()) -> _Grid:
    """The grid for periods of ``n`` rows: weeks of more rows have less noise of their own."""
    rows = np.array(n)
    own = np.diag(rows.mean() / np.maximum(rows, 1e-9))
    distance = np.abs(np.subtract.outer(np.arange(len(rows)), np.arange(len(rows))))
    width = np.gradient(CARRY)  # every carry-over and every share is as likely as any other beforehand
    members = [(0.0, own, width.sum())]
    for carry, weight in zip(CARRY, width):
        process = carry**distance if carry else np.eye(len(rows))
        members += [(float(carry), share * process + (1 - share) * own, weight) for share in PROCESS]
    if days:
        wave = np.cos(2 * np.pi / YEAR * np.subtract.outer(days, days))
        each = 4 * sum(weight for *_rest, weight in members) / (len(WAVE) * len(BESIDE))
        members += [(carry, share * carry**distance + (1 - share) * own + size * wave, each)
                    for size in WAVE for carry, share in BESIDE]
    carries, weights = (np.array([one[place] for one in members]) for place in (0, 2))
    covariance = np.array([one[1] for one in members])
    root = np.linalg.cholesky(covariance)
    prior = np.log(weights) - np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    return _Grid(carries, covariance, np.linalg.inv(root), prior)
