"""Two stretches of a process side by side: how often each arrow is taken and how long it takes, with intervals.

A case counts once for an arrow, however often it took it: repeated waits of one case are no independent
observations. Volumes are shares of the cases of each side (Newcombe), waits the mean over cases of the case's own
mean wait (Welch); the p values of all arrows, shares and waits, are corrected together (Benjamini-Hochberg). Fewer than
``LEAST`` cases on a side are shown and not tested.

Cases that began shortly before the data end have not had the time to take later steps: a month beside the month before
it would look like a change. ``same_follow_up`` lets every case be seen for the same time after its first event. Cases
that began before a change and went on after it belong to neither: each side may have an end of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..stats.comparisons import Comparison, benjamini_hochberg, compare_means, compare_rates
from .behind import keep_cases
from .graph import MICRO, Clock
from .log import EventIndex

Pair = tuple[str, str]
LEAST = 10          # cases of a side
LONG_ENOUGH = 0.95  # of all cases are over by then, as far as the data show


@dataclass(frozen=True)
class Side:
    """One arrow in one period: cases that took it of all cases, and the mean of their waits (None without one)."""

    taken: int
    cases: int
    mean_s: float | None

    @property
    def share(self) -> float | None:
        return self.taken / self.cases if self.cases else None

    @property
    def waited_s(self) -> float:
        """How long a case of the period waits here, those that never came here with 0."""
        return (self.mean_s or 0.0) * self.taken / self.cases if self.cases else 0.0


@dataclass(frozen=True)
class Change:
    """After minus before with a 95 % interval; None where it cannot be computed. ``q`` is the corrected p value."""

    value: float | None
    low: float | None
    high: float | None
    q: float | None

    @property
    def stands(self) -> bool:
        if self.q is None or self.low is None or self.high is None:
            return False
        return self.q < 0.05 and not self.low <= 0 <= self.high


@dataclass(frozen=True)
class EdgeChange:
    source: str
    target: str
    before: Side
    after: Side
    share: Change
    wait: Change

    @property
    def stands(self) -> bool:
        return self.share.stands or self.wait.stands

    @property
    def moved_s(self) -> float:
        """How much longer a case waits here than before; below 0: shorter."""
        return self.after.waited_s - self.before.waited_s


def largest_first(changes: Sequence[EdgeChange]) -> list[EdgeChange]:
    """Return differences that stand before those that may be chance, each by the time a case waits more or less."""
    return sorted(changes, key=lambda one: (not one.stands, -abs(one.moved_s)))


@dataclass(frozen=True)
class FollowUp:
    """For how long after its first event every case was looked at, and how many had not run so long by then."""

    seconds: float
    left_before: int
    left_after: int


def same_follow_up(before: EventIndex, after: EventIndex, until: int, before_until: int | None = None
                   ) -> tuple[EventIndex, EventIndex, FollowUp]:
    """Return both sides' cases that have run long enough by ``until``, each cut at the same time after it began.

    ``until`` is the moment the data reach (microseconds since 1970 UTC), ``before_until`` that up to which the cases of
    before are looked at where it is another. The time is that within which ``LONG_ENOUGH`` of all cases had their last
    event, or less, so that at least half of the cases of each side have run so long.
    """
    ends = (until if before_until is None else before_until, until)
    sides = [(one, end) for one, end in zip((before, after), ends) if len(one.cases)]
    if not sides:
        return before, after, FollowUp(0.0, 0, 0)
    lasted = np.concatenate([one.at[one.starts[1:] - 1] - one.at[one.starts[:-1]] for one, _end in sides])
    window = min([np.quantile(lasted, LONG_ENOUGH, method="higher"),
                  *(np.quantile(end - one.at[one.starts[:-1]], 0.5, method="lower") for one, end in sides)])
    window = max(int(window), 0)
    (one, left_before), (other, left_after) = (
        _seen_for(side, window, end) for side, end in zip((before, after), ends))
    return one, other, FollowUp(window / MICRO, left_before, left_after)


def _seen_for(index: EventIndex, window: int, until: int) -> tuple[EventIndex, int]:
    """The cases that began ``window`` or more before ``until``, without what came later, and how many are too young."""
    old = until - index.at[index.starts[:-1]] >= window
    kept = keep_cases(index, old)
    began = np.repeat(kept.at[kept.starts[:-1]], np.diff(kept.starts))
    inside = kept.at - began <= window
    starts = np.append(0, np.cumsum(inside))[kept.starts]
    return replace(kept, starts=starts, activity=kept.activity[inside], at=kept.at[inside],
                   actor=kept.actor[inside]), int((~old).sum())


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
    rates = compare_rates(before=(taken[0], np.full(len(pairs), sizes[0])),
                          after=(taken[1], np.full(len(pairs), sizes[1])))
    sums = [(np.array([len(one) for one in side]), np.array([one.sum() for one in side]),
             np.array([(one * one).sum() for one in side])) for side in waits]
    means = compare_means(before=sums[0], after=sums[1])
    p = np.concatenate([np.where(min(sizes) < LEAST, np.nan, rates.p),
                        np.where(np.minimum(*taken) < LEAST, np.nan, means.p)])
    q = benjamini_hochberg(p).reshape(2, -1)
    shares, gaps = _changes(rates, q[0]), _changes(means, q[1])
    return [
        EdgeChange(pair[0], pair[1], _side(waits[0][place], sizes[0]), _side(waits[1][place], sizes[1]),
                   shares[place], gaps[place])
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


def _changes(compared: Comparison, q: np.ndarray) -> list[Change]:
    return [Change(*(None if np.isnan(part) else float(part) for part in parts))
            for parts in zip(compared.difference, compared.low, compared.high, q)]
