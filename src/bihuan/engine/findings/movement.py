"""What a change of an indicator between two periods is made of: the mix of its groups, and the groups themselves.

Kitagawa (1955, JASA 50:1168-1194): with w the share of the rows that lie in a group and r its value, a change of the
whole is the sum over the groups of

    mix  = (w1 - w0) * ((r0 + r1) / 2 - R)      more or fewer rows in a group that is better or worse than the whole
    rate = (w0 + w1) / 2 * (r1 - r0)            the group itself became better or worse

where R is the mean of the two totals; it cancels in the sum and says of each group only what it does against the whole.
The parts add up to the change exactly. Intervals are of the rate parts, by the spread of the rows within the groups;
the mix is taken as it was. A group with rows in one period only has no rate to compare: all of it is mix.
``Movement.alone`` says how many rows that concerns: of many dimensions the cells get so small that it hides the rate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .. import stats
from ..indicators.contracts import Passport, Result
from ..stats.normal import normal_p, z_value

FITTING = ("rate", "mean")


@dataclass(frozen=True)
class Part:
    """One group's part of the change. ``low`` and ``high`` are of ``rate``; ``q`` after Benjamini-Hochberg over all."""

    group: str
    n_before: int
    n_after: int
    value_before: float | None
    value_after: float | None
    share_before: float
    share_after: float
    mix: float
    rate: float
    low: float | None
    high: float | None
    q: float | None

    @property
    def total(self) -> float:
        return self.mix + self.rate


@dataclass(frozen=True)
class Movement:
    """A change with its parts, the largest first; ``mix`` and ``rate`` add up to ``change``."""

    before: float
    after: float
    n_before: int
    n_after: int
    mix: float
    rate: float
    rate_low: float
    rate_high: float
    parts: tuple[Part, ...]

    @property
    def change(self) -> float:
        return self.after - self.before

    @property
    def alone(self) -> float:
        """The share of all rows that lie in groups of one period only: whatever happened there is told as mix."""
        return sum(part.n_before + part.n_after for part in self.parts if not (part.n_before and part.n_after)) / (
            self.n_before + self.n_after)


def decompose(passport: Passport, before: Sequence[Result], after: Sequence[Result], by: str | tuple[str, ...]
              ) -> Movement | None:
    """Return the decomposition of a rate or mean by the groups of ``by``; None when a side has no rows.

    Of several dimensions a group is a cell, named by its values with ``\\x1f`` between them.

    Groups below the scope's minimum have no value and cannot be told apart: the caller must ask with a scope that
    withholds none, or show nothing.
    """
    if passport.aggregation not in FITTING:
        return None
    sides = [_side(passport, results, by) for results in (before, after)]
    names = sorted(set(sides[0]) | set(sides[1]))
    n0, total0, var0 = _columns(sides[0], names)
    n1, total1, var1 = _columns(sides[1], names)
    if not n0.sum() or not n1.sum():
        return None
    return _movement(names, (n0, total0, var0), (n1, total1, var1))


def _movement(names: Sequence[str], before: tuple[np.ndarray, ...], after: tuple[np.ndarray, ...]) -> Movement:
    (n0, total0, var0), (n1, total1, var1) = before, after
    w0, w1 = n0 / n0.sum(), n1 / n1.sum()
    whole0, whole1 = float(total0.sum() / n0.sum()), float(total1.sum() / n1.sum())
    both = (n0 > 0) & (n1 > 0)
    r0, r1 = _value(total0, n0), _value(total1, n1)
    # What was there on one side only is judged by that side.
    r0, r1 = np.where(n0 > 0, r0, r1), np.where(n1 > 0, r1, r0)
    mix = (w1 - w0) * ((r0 + r1) / 2 - (whole0 + whole1) / 2)
    rate = (w0 + w1) / 2 * (r1 - r0)
    variance = ((w0 + w1) / 2) ** 2 * np.where(both, var0 + var1, 0.0)
    half = z_value() * np.sqrt(variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(both & (variance > 0), normal_p(rate / np.sqrt(variance)), np.nan)
    q = stats.benjamini_hochberg(p)
    parts = [
        Part(name, int(n0[i]), int(n1[i]), float(r0[i]) if n0[i] else None, float(r1[i]) if n1[i] else None,
             float(w0[i]), float(w1[i]), float(mix[i]), float(rate[i]),
             float(rate[i] - half[i]) if both[i] else None, float(rate[i] + half[i]) if both[i] else None,
             None if np.isnan(q[i]) else float(q[i]))
        for i, name in enumerate(names)]
    error = z_value() * float(np.sqrt(variance.sum()))
    total = float(rate.sum())
    return Movement(whole0, whole1, int(n0.sum()), int(n1.sum()), float(mix.sum()), total, total - error, total + error,
                    tuple(sorted(parts, key=lambda part: (-abs(part.total), part.group))))


def _value(total: np.ndarray, n: np.ndarray) -> np.ndarray:
    return np.divide(total, n, out=np.zeros_like(total), where=n > 0)


def _side(passport: Passport, results: Sequence[Result], by: str | tuple[str, ...]
          ) -> Mapping[str, tuple[float, float, float]]:
    """(n, sum, variance of the mean) of each group; rows without the dimension are a group of their own."""
    found, names = {}, (by,) if isinstance(by, str) else by
    for result in results:
        if result.n and result.value is not None:
            n, mean = float(result.n), float(result.value)
            worth = float(result.extra.get("effective_n") or n)
            if passport.aggregation == "rate":
                # Where all rows agree the rate is that of one row more, half of it each way: few are not certain.
                p = (mean * worth + 0.5) / (worth + 1) if mean in (0.0, 1.0) else mean
                spread = p * (1 - p)
            else:
                squares = float(result.extra.get("sum_squares") or 0.0)
                spread = max(squares / n - mean**2, 0.0) * n / max(n - 1, 1)
            found["\x1f".join(result.group[name] or "" for name in names)] = (n, mean * n, spread / max(worth, 1.0))
    return found


def _columns(side: Mapping[str, tuple[float, float, float]], names: Sequence[str]) -> tuple[np.ndarray, ...]:
    table = np.array([side.get(name, (0.0, 0.0, 0.0)) for name in names], float).reshape(len(names), 3)
    return table[:, 0], table[:, 1], table[:, 2]
