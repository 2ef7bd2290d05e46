"""Does the log keep to the steps of a procedure? Replay of every case against an ordered list of steps.

A step stands for one or more activities of the log. Per case and step only the first time counts for order, later
times are repetitions. Five things can be wrong:

- ``skipped``: a step that must be done is missing although the case reached a later one;
- ``unfinished``: a step that must be done is missing and the case reached no later one (it may still come);
- ``order``: a step was first done after a later one had been done;
- ``repeated``: a step that may be done once was done again;
- ``extra``: an activity that belongs to no step, and begins none.

``unfinished`` is told apart because an open case is not a breach. Whether a case conforms is known when it is finished:
no step is to come. Those under way may still break a rule; counted among the others they would make them look better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..stats.proportions import wilson
from .log import EventIndex
from .variants import group_members

DEVIATIONS = ("skipped", "order", "repeated", "extra", "unfinished")
BREACHES = DEVIATIONS[:4]
NEVER = np.iinfo(np.int64).max
NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class ModelStep:
    """One step of the procedure and the activities of the log that are it; ``begun`` only begin it."""

    name: str
    activities: tuple[str, ...]
    optional: bool = False
    repeatable: bool = False
    begun: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share:
    """``count`` of ``n`` cases with Wilson's 95 % interval; share None where n is 0."""

    count: int
    n: int
    low: float | None
    high: float | None

    @property
    def share(self) -> float | None:
        return self.count / self.n if self.n else None


@dataclass(frozen=True)
class StepResult:
    """One step, or for ``extra`` one activity outside the procedure, and one kind of deviation.

    ``cases`` are case numbers of the index, ``times`` how often it happened in each. ``share.n`` are the cases in
    which it could happen: for ``skipped`` those that did the step or a later one, for ``order`` and ``repeated`` those
    that did the step, for ``unfinished`` and ``extra`` all.
    """

    name: str
    kind: str
    share: Share
    cases: np.ndarray
    times: np.ndarray


@dataclass(frozen=True)
class Conformance:
    """``conforming``: cases without a breach, of those that are finished; ``underway``: the same of those that are not.

    ``complete``: cases that did every step that must be done, of all. ``unreached`` are steps whose activities the log
    never has.
    """

    conforming: Share
    underway: Share
    complete: Share
    results: tuple[StepResult, ...]
    unreached: tuple[str, ...]
    breaches: np.ndarray              # number of different breaches (step and kind) of each case

    def of(self, name: str, kind: str) -> StepResult | None:
        return next((one for one in self.results if (one.name, one.kind) == (name, kind)), None)


def check_conformance(index: EventIndex, steps: Sequence[ModelStep]) -> Conformance:
    """Replay the cases of an index. Raises ValueError for no step, or an activity that belongs to two steps."""
    step_of = steps_of(index, steps)
    representative, group = group_members(index) if len(index.cases) else (NOBODY, NOBODY)
    variants = _Variants(index, group, np.bincount(group, minlength=len(representative)))
    activity, case = _paths(index, representative)
    step = step_of[activity]
    inside = step >= 0
    first, times = _first_and_times(case[inside], step[inside], np.flatnonzero(inside), len(representative), len(steps))
    done = times > 0
    later = _later_done(done)
    results: list[StepResult] = []
    breaches = np.zeros(len(representative), dtype=np.int64)
    missed, finished = np.zeros(len(representative), dtype=bool), np.ones(len(representative), dtype=bool)
    for place, one in enumerate(steps):
        must = not one.optional
        skipped = ~done[:, place] & later[:, place] & must
        open_ = ~done[:, place] & ~later[:, place] & must
        before = first[:, place + 1:].min(axis=1, initial=NEVER)
        order = done[:, place] & (before < first[:, place])
        again = np.where(done[:, place] & (not one.repeatable), times[:, place] - 1, 0)
        missed |= skipped | open_
        finished &= ~open_
        did = variants.cases(done[:, place])
        passed = variants.cases(done[:, place] | later[:, place])
        for kind, hits, n in (("skipped", skipped, passed), ("order", order, did), ("repeated", again, did),
                              ("unfinished", open_, variants.n)):
            if hits.any():
                results.append(variants.result(one.name, kind, hits.astype(np.int64), n))
                if kind in BREACHES:
                    breaches += hits > 0
    beginnings = {name for one in steps for name in one.begun}
    known = np.array([name in beginnings for name in index.activities], dtype=bool)
    outside = (step < 0) & ~known[activity]
    for code in np.unique(activity[outside]):
        hits = np.bincount(case[outside & (activity == code)], minlength=len(representative))
        breaches += hits > 0
        results.append(variants.result(index.activities[code], "extra", hits, variants.n))
    return Conformance(
        conforming=share_of(variants.cases(finished & (breaches == 0)), variants.cases(finished)),
        underway=share_of(variants.cases(~finished & (breaches == 0)), variants.cases(~finished)),
        complete=share_of(variants.cases(~missed), variants.n),
        results=tuple(sorted(results, key=lambda one: (DEVIATIONS.index(one.kind), -len(one.cases), one.name))),
        unreached=tuple(one.name for place, one in enumerate(steps) if not done[:, place].any()),
        breaches=breaches[group])


@dataclass(frozen=True)
class _Variants:
    """What holds of a path holds of every case that took it: of each case its path, of each path its cases."""

    index: EventIndex
    group: np.ndarray
    counts: np.ndarray

    @property
    def n(self) -> int:
        return len(self.index.cases)

    def cases(self, chosen: np.ndarray) -> int:
        return int(self.counts[chosen].sum())

    def result(self, name: str, kind: str, times: np.ndarray, n: int) -> StepResult:
        each = times[self.group]
        cases = np.flatnonzero(each)
        return StepResult(name, kind, share_of(len(cases), n), cases, each[cases])


def _paths(index: EventIndex, cases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the activities of some cases one after the other, and for each the place of its case among them."""
    lengths = index.starts[cases + 1] - index.starts[cases]
    case = np.repeat(np.arange(len(cases)), lengths)
    place = np.arange(len(case)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return index.activity[index.starts[cases][case] + place], case


def steps_of(index: EventIndex, steps: Sequence[ModelStep]) -> np.ndarray:
    """Return for each activity code the place of its step, -1 for none; refuses what ``check_conformance`` refuses."""
    if not steps:
        raise ValueError("A procedure without steps has nothing to check against.")
    owner: dict[str, int] = {}
    for place, one in enumerate(steps):
        for name in one.activities:
            if owner.setdefault(name, place) != place:
                raise ValueError(f"The activity {name!r} belongs to two steps; give each activity to one.")
    return np.array([owner.get(name, -1) for name in index.activities] or [-1], dtype=np.int64)


def _first_and_times(case, step, position, cases: int, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """Return arrays cases x steps: the place of the first event of each step (NEVER for none), and how many."""
    slot = case * steps + step
    times = np.bincount(slot, minlength=cases * steps).reshape(cases, steps)
    first = np.full(cases * steps, NEVER, dtype=np.int64)
    np.minimum.at(first, slot, position)
    return first.reshape(cases, steps), times


def _later_done(done: np.ndarray) -> np.ndarray:
    """Whether any step behind each one was done in the case."""
    behind = np.zeros_like(done)
    if done.shape[1] > 1:
        behind[:, :-1] = np.logical_or.accumulate(done[:, :0:-1], axis=1)[:, ::-1]
    return behind


def share_of(count: int, n: int) -> Share:
    """Return a share with Wilson's interval; no interval without a case."""
    if n == 0:
        return Share(count, n, None, None)
    low, high = wilson(count, n)
    return Share(count, n, float(low), float(high))
