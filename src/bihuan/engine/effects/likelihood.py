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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

YEAR = 365.2425
CARRY = np.array([-0.3, -0.15, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.87, 0.92, 0.96])
PROCESS = np.array([0.25, 0.5, 0.75, 1.0])   # share of the process in the variance; without any it is white
WAVE = (0.25, 1.0, 4.0, 16.0)                # variance of a yearly wave, over that of all else
ROOM = 1_500_000                             # numbers that the matrices of the members fitted at once may hold
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

    def below(self, value: float) -> np.ndarray:
        """The probability of the mixture below a value, for each series."""
        from scipy.special import stdtr

        told: np.ndarray = (self.weights * stdtr(self.degrees, (value - self.effects) / self.errors)).sum(axis=0)
        return told

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
    found = [_fitted(block, values, design, column, before)
             for block in blocks(tuple(np.asarray(n, float).tolist()), days)]
    carry, effects, rest, own, likely, early = (np.concatenate(one) for one in zip(*found))
    weights = np.exp(likely - likely.max(axis=0))
    return Fits(weights / weights.sum(axis=0), effects, np.sqrt(rest / degrees * own[:, None]), degrees,
                carry, np.clip(early / own, 0.0, 1.0))


def _fitted(block: Block, values: np.ndarray, design: np.ndarray, column: int, before: int) -> tuple[np.ndarray, ...]:
    """Return of each member: carry-over, effects, rest, the effect's own variance, log weights, its part before."""
    degrees = len(design) - design.shape[1]
    x, y = block.whitening @ design, block.whitening @ values
    inverse = np.linalg.inv(x.transpose(0, 2, 1) @ x)
    coefficients = inverse @ (x.transpose(0, 2, 1) @ y)
    rest = np.maximum(((y - x @ coefficients) ** 2).sum(axis=1), 1e-300)
    likely = (block.prior + 0.5 * np.linalg.slogdet(inverse)[1])[:, None] - 0.5 * degrees * np.log(rest)
    # The effect is the sum of how * values: how much of its variance comes from the values before the change.
    how = (x @ inverse)[:, None, :, column] @ block.whitening[:, :, :before]
    early = (how @ block.covariance[:, :before, :before] @ how.transpose(0, 2, 1))[:, 0, 0]
    return block.carry, coefficients[:, column], rest, inverse[:, column, column], likely, early


@dataclass(frozen=True)
class Block:
    """Each member's carry-over, covariance, the matrix that makes its errors white, and log prior less log root det."""

    carry: np.ndarray
    covariance: np.ndarray
    whitening: np.ndarray
    prior: np.ndarray


@dataclass(frozen=True)
class Member:
    """One way in which the errors may hang together: carry-over, share of the process, wave, weight beforehand."""

    carry: float
    share: float
    wave: float
    weight: float

    def covariance(self, own: np.ndarray, distance: np.ndarray, wave: np.ndarray | None) -> np.ndarray:
        """``own``: each period's sampling variance; ``distance`` and ``wave`` of each two periods."""
        told: np.ndarray = (1 - self.share) * own
        if self.share:
            told = told + self.share * (self.carry**distance if self.carry else np.eye(len(own)))
        return told if wave is None or not self.wave else told + self.wave * wave


@lru_cache(maxsize=2)
def members(waves: bool) -> tuple[Member, ...]:
    """Return the grid: every carry-over and every share is as likely as any other beforehand."""
    width = np.gradient(CARRY)
    plain = [Member(0.0, 0.0, 0.0, float(width.sum()))]
    plain += [Member(float(carry), float(share), 0.0, float(weight))
              for carry, weight in zip(CARRY, width) for share in PROCESS]
    if not waves:
        return tuple(plain)
    each = 4 * sum(one.weight for one in plain) / (len(WAVE) * len(BESIDE))
    return (*plain, *(Member(carry, share, size, each) for size in WAVE for carry, share in BESIDE))


def covariances(some: Sequence[Member], n: tuple[float, ...], days: tuple[int, ...]) -> np.ndarray:
    """Return the covariance of each member for periods of ``n`` rows: weeks of more rows have less noise of their own.
    """
    rows = np.array(n)
    own = np.diag(rows.mean() / np.maximum(rows, 1e-9))
    distance = np.abs(np.subtract.outer(np.arange(len(rows)), np.arange(len(rows))))
    wave = np.cos(2 * np.pi / YEAR * np.subtract.outer(days, days)) if days else None
    return np.array([one.covariance(own, distance, wave) for one in some])


def blocks(n: tuple[float, ...], days: tuple[int, ...]) -> Iterator[Block]:
    """The grid's members, all at once for weeks, few at a time for years of days: a matrix of each would not fit."""
    count = len(members(bool(days)))
    many = max(ROOM // len(n)**2, 1)
    if many >= count:
        yield _whole(n, days)
        return
    for first in range(0, count, many):
        yield _block(members(bool(days))[first:first + many], n, days)


@lru_cache(maxsize=4)
def _whole(n: tuple[float, ...], days: tuple[int, ...]) -> Block:
    return _block(members(bool(days)), n, days)


def _block(some: Sequence[Member], n: tuple[float, ...], days: tuple[int, ...]) -> Block:
    from scipy.linalg.lapack import dtrtri

    covariance = covariances(some, n, days)
    root = np.linalg.cholesky(covariance)
    prior = np.log([one.weight for one in some]) - np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    return Block(np.array([one.carry for one in some]), covariance,
                  np.array([dtrtri(one, lower=1)[0] for one in root]), prior)
