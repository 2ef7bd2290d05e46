"""The four numbers of each step of a procedure, from the events: wait, handling time, repetitions, satisfaction.

- wait: from the case's previous event to the first event of the step, on the chosen clock;
- handling time: from the last event that marks the step's beginning to the step's event after it; None for a step
  whose beginning the log does not record: a gap between two completions is no handling time;
- repetitions: times beyond the first, and the share of its cases with any (Wilson);
- satisfaction: mean of the cases' CSAT with Student's interval, beside the mean of the cases without the step;
- complaints: share of its cases that are complaints, against the cases without the step (Newcombe).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..stats.comparisons import benjamini_hochberg, compare_rates
from ..stats.means import mean_from_sums
from ..stats.quantiles import quantile_ranks
from .conformance import ModelStep, Share, share_of, steps_of
from .graph import Clock
from .log import EventIndex


@dataclass(frozen=True)
class Amount:
    """A number with n and its 95 % interval; ``value`` None without a row, the ends None where too few."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True)
class Difference:
    """A share against the others': ``value`` is the step's minus the others', None where either side is empty.

    ``p`` is that of this step alone: of several steps they are to be corrected together.
    """

    share: Share
    others: Share
    value: float | None
    low: float | None
    high: float | None
    p: float | None = None


@dataclass(frozen=True)
class StepNumbers:
    name: str
    cases: int
    wait: Amount                    # median of seconds
    handling: Amount                # median of seconds
    repeated: Share
    repeats: int
    csat: Amount                    # mean
    csat_others: Amount
    complaints: Difference | None   # None: the source does not tell complaints from other cases
    numbers: np.ndarray             # of the cases that did the step


def measure_steps(
    index: EventIndex, steps: Sequence[ModelStep], started_by: Sequence[Sequence[str]], clock: Clock,
    csat: np.ndarray, complaint: np.ndarray,
) -> list[StepNumbers]:
    """Return the numbers of each step. ``csat`` and ``complaint`` (1, 0) hold one value a case, NaN where unknown."""
    step_of = steps_of(index, steps)
    step = step_of[index.activity]
    case = np.repeat(np.arange(len(index.cases)), np.diff(index.starts))
    return [_numbers(index, one, step == place, np.isin(index.activity, [
        code for code, name in enumerate(index.activities) if name in started_by[place]]), case, clock, csat, complaint)
        for place, one in enumerate(steps)]


def _numbers(index, one: ModelStep, here, begins, case, clock: Clock, csat, complaint) -> StepNumbers:
    events = np.flatnonzero(here)
    numbers, first, times = np.unique(case[events], return_index=True, return_counts=True)
    heads = events[first] if len(events) else events
    entered = heads[heads > index.starts[numbers]] if len(heads) else heads
    waits = clock(index, entered - 1) if len(entered) else np.zeros(0)
    did = np.zeros(len(index.cases), dtype=bool)
    did[numbers] = True
    return StepNumbers(
        one.name, len(numbers), median_of(waits), median_of(_handling(here, begins, case, index, clock)),
        share_of(int((times > 1).sum()), len(numbers)), int(times.sum() - len(numbers)), mean_of(csat[did]),
        mean_of(csat[~did]), against(complaint, did), numbers)


def _handling(here, begins, case, index: EventIndex, clock: Clock) -> np.ndarray:
    """Seconds from the last beginning before each event of the step, within the case and after the step before it."""
    if not begins.any():
        return np.zeros(0)
    place = np.arange(len(here))
    last = np.maximum.accumulate(np.where(begins, place, -1))
    before = np.concatenate([[-1], np.maximum.accumulate(np.where(here, place, -1))[:-1]])
    events = np.flatnonzero(here & (last >= 0) & (last < place) & (last > before))
    events = events[case[events] == case[last[events]]]
    if len(events) == 0:
        return np.zeros(0)
    # The clock measures neighbouring events: the time from a beginning is the sum of the gaps up to the step.
    gaps = np.zeros(len(here))
    gaps[index.steps + 1] = clock(index, index.steps)
    run = np.cumsum(gaps)
    return run[events] - run[last[events]]


def median_of(values: np.ndarray) -> Amount:
    """Return the median with the interval of its order statistics."""
    if len(values) == 0:
        return Amount(None, None, None, 0)
    ordered = np.sort(values)
    low, high = (int(rank) for rank in quantile_ranks(len(ordered)))
    return Amount(float(np.median(ordered)), float(ordered[low - 1]) if low else None,
                  float(ordered[high - 1]) if high else None, len(ordered))


def mean_of(values: np.ndarray) -> Amount:
    """Return the mean of what is known with Student's interval."""
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return Amount(None, None, None, 0)
    mean, low, high = (float(part) for part in mean_from_sums(len(known), known.sum(), (known * known).sum()))
    return Amount(mean, None if np.isnan(low) else low, None if np.isnan(high) else high, len(known))


def against(flags: np.ndarray, did: np.ndarray) -> Difference | None:
    """Return the share of flagged cases among those that did it, against the others; None where nothing is known."""
    known = ~np.isnan(flags)
    if not known.any():
        return None
    sides = [(int(flags[known & side].sum()), int((known & side).sum())) for side in (did, ~did)]
    if not all(n for _count, n in sides):
        return Difference(share_of(*sides[0]), share_of(*sides[1]), None, None, None)
    compared = compare_rates(before=sides[1], after=sides[0])
    return Difference(share_of(*sides[0]), share_of(*sides[1]), float(compared.difference), float(compared.low),
                      float(compared.high), float(compared.p))


def hot_spots(numbers: Sequence[StepNumbers]) -> tuple[str, ...]:
    """Return the steps whose cases are more often complaints than the others: beyond chance among all steps (q below
    0.05, Benjamini-Hochberg), and the interval of the difference above 0."""
    told = [(one.name, one.complaints) for one in numbers if one.complaints and one.complaints.p is not None]
    q = benjamini_hochberg([one.p for _name, one in told])
    return tuple(name for (name, one), value in zip(told, q)
                 if value < 0.05 and one.low is not None and one.low > 0)
