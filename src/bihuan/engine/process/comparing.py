"""Two stretches of a process side by side: how often each arrow is taken and how long it takes, with intervals.

A case counts once for an arrow, however often it took it: repeated waits of one case are no independent
observations. Volumes are shares of the cases of each side (Newcombe), waits the mean over cases of the case's own
mean wait (Welch); the p values of all arrows are corrected together (Benjamini-Hochberg).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..stats.comparisons import benjamini_hochberg, compare_means, compare_rates
from .graph import Clock
from .log import EventIndex

Pair = tuple[str, str]


@dataclass(frozen=True)
class Side:
    """One arrow in one period: cases that took it of all cases, and the mean of their waits (None without one)."""

    taken: int
    cases: int
    mean_s: float | None

    @property
    def share(self) -> float | None:
        return self.taken / self.cases if self.cases else None


@dataclass(frozen=True)
class Change:
    """After minus before with a 95 % interval; None where it cannot be computed. ``q`` is the corrected p value."""

    value: float | None
    low: float | None
    high: float | None
    q: float | None

    @property
    def stands(self) -> bool:
        return self.q is not None and self.q < 0.05


@dataclass(frozen=True)
class EdgeChange:
    source: str
    target: str
    before: Side
    after: Side
    share: Change
    wait: Change


def compare_edges(before: EventIndex, after: EventIndex, clock: Clock, *, minimum: int = 0) -> list[EdgeChange]:
    """Return every arrow that at least ``minimum`` cases took on both sides together, the most frequent first."""
    sides = [_waits(before, clock), _waits(after, clock)]
    sizes = [len(before.cases), len(after.cases)]
    pairs = [pair for pair in {**sides[0], **sides[1]}
             if sum(len(side.get(pair, ())) for side in sides) >= max(1, minimum)]
    pairs.sort(key=lambda pair: (-sum(len(side.get(pair, ())) for side in sides), pair))
    if not pairs:
        return []
    waits = [[side.get(pair, np.zeros(0)) for pair in pairs] for side in sides]
    taken = [np.array([len(one) for one in side]) for side in waits]
    shares = _changes(compare_rates(before=(taken[0], np.full(len(pairs), sizes[0])),
                                    after=(taken[1], np.full(len(pairs), sizes[1]))))
    sums = [(np.array([len(one) for one in side]), np.array([one.sum() for one in side]),
             np.array([(one * one).sum() for one in side])) for side in waits]
    means = _changes(compare_means(before=sums[0], after=sums[1]))
    return [
        EdgeChange(pair[0], pair[1], _side(waits[0][place], sizes[0]), _side(waits[1][place], sizes[1]),
                   shares[place], means[place])
        for place, pair in enumerate(pairs)
    ]


def _side(waits: np.ndarray, cases: int) -> Side:
    return Side(len(waits), cases, float(waits.mean()) if len(waits) else None)


def _waits(index: EventIndex, clock: Clock) -> dict[Pair, np.ndarray]:
    """Return, for each arrow, the mean wait of every case that took it."""
    steps = index.steps
    if len(steps) == 0:
        return {}
    size = len(index.activities)
    pair = index.activity[steps].astype(np.int64) * size + index.activity[steps + 1]
    keys, place, counts = np.unique(
        pair * len(index.cases) + index.case_of(steps), return_inverse=True, return_counts=True)
    mean = np.bincount(place, weights=clock(index, steps), minlength=len(keys)) / counts
    found, begins = np.unique(keys // len(index.cases), return_index=True)
    parts = np.split(mean, begins[1:])
    return {(index.activities[int(code) // size], index.activities[int(code) % size]): part
            for code, part in zip(found, parts)}


def _changes(compared) -> list[Change]:
    q = benjamini_hochberg(compared.p)
    return [Change(*(None if np.isnan(part) else float(part) for part in parts))
            for parts in zip(compared.difference, compared.low, compared.high, q)]
