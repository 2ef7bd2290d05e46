"""The cases behind what a process page shows: each arrow, activity, path, loop and hand-over opens to them.

``Behind`` names one thing on the page; ``occurrences`` finds every time it happened. The counts add up: the
occurrences of an arrow, summed over the cases listed, are the arrow's count.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from .graph import Clock
from .log import EventIndex
from .variants import group_members

# What may be opened, and how many names it takes.
KINDS = {"edge": 2, "activity": 1, "start": 1, "end": 1, "variant": 1, "rework": 1, "handover": 2}


@dataclass(frozen=True)
class Behind:
    """One thing on the page: an arrow (from, to), an activity, a first or last one, a path by its key, a loop."""

    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """``case`` numbers of an index, ascending, with how often it happened in each and the seconds it took in all.

    ``seconds`` is NaN where the thing has no duration of its own (an activity, a path).
    """

    case: np.ndarray
    times: np.ndarray
    seconds: np.ndarray

    @property
    def total(self) -> int:
        return int(self.times.sum())


def keep_cases(index: EventIndex, keep: np.ndarray) -> EventIndex:
    """Return the index of the cases where ``keep`` (bool, one a case) is true; names stay as they are."""
    lengths = np.diff(index.starts)
    events = np.repeat(keep, lengths)
    return replace(
        index, cases=index.cases.filter(pa.array(keep)), starts=np.append(0, np.cumsum(lengths[keep])),
        activity=index.activity[events], at=index.at[events], actor=index.actor[events])


def path_of(index: EventIndex, case: int) -> tuple[str, ...]:
    """Return the names of a case's activities in order."""
    return tuple(index.activities[code] for code in index.activity[index.starts[case]:index.starts[case + 1]])


def path_key(path: tuple[str, ...]) -> str:
    """Return a short name of a path for addresses: equal paths have equal keys, in every workspace.

    >>> path_key(("受理", "办结"))
    '3a1902f4c406'
    """
    return hashlib.sha256("\x1f".join(path).encode()).hexdigest()[:12]


def cases_of_path(index: EventIndex, key: str) -> np.ndarray:
    """Return a mask (one a case) of the cases that ran the path with this key; all false when there is none."""
    if len(index.cases) == 0:
        return np.zeros(0, dtype=bool)
    representative, group = group_members(index)
    found = [place for place, case in enumerate(representative.tolist()) if path_key(path_of(index, case)) == key]
    return np.isin(group, found)


def occurrences(index: EventIndex, behind: Behind, clock: Clock) -> Found:
    """Return the cases behind one thing of the page. Raises ValueError for a kind that is not in ``KINDS``."""
    if KINDS.get(behind.kind) != len(behind.names):
        raise ValueError(f"{behind.kind} with {len(behind.names)} names; one of {', '.join(KINDS)}")
    if behind.kind == "variant":
        return _once(np.flatnonzero(cases_of_path(index, behind.names[0])))
    if behind.kind == "handover":
        return _handovers(index, behind.names, clock)
    codes = [_code(index.activities, name) for name in behind.names]
    if behind.kind == "edge":
        steps = index.steps
        steps = steps[(index.activity[steps] == codes[0]) & (index.activity[steps + 1] == codes[1])]
        return _summed(index, steps, clock(index, steps) if len(steps) else np.zeros(0))
    if behind.kind == "start":
        return _once(np.flatnonzero(index.activity[index.starts[:-1]] == codes[0]))
    if behind.kind == "end":
        return _once(np.flatnonzero(index.activity[index.starts[1:] - 1] == codes[0]))
    events = np.flatnonzero(index.activity == codes[0])
    found = _summed(index, events, np.full(len(events), np.nan))
    if behind.kind == "activity":
        return found
    again = found.times > 1
    return Found(found.case[again], found.times[again] - 1, found.seconds[again])


def _handovers(index: EventIndex, names: tuple[str, ...], clock: Clock) -> Found:
    """Neighbouring events of two people, those of customers, bots and systems between them passed over."""
    giver, taker = (_code(index.actors, name) for name in names)
    held = np.flatnonzero(index.actor >= 0)
    if len(held) == 0:
        return _once(np.zeros(0, dtype=np.int64))
    case = index.case_of(held)
    place = np.flatnonzero(
        (np.diff(case) == 0) & (index.actor[held[:-1]] == giver) & (index.actor[held[1:]] == taker))
    seconds = (index.at[held[place + 1]] - index.at[held[place]]) / 1_000_000
    return _summed(index, held[place], seconds)


def _code(names: tuple[str, ...], name: str) -> int:
    """The code of a name; -2, which no event has, when the index does not know it."""
    return names.index(name) if name in names else -2


def _once(cases: np.ndarray) -> Found:
    return Found(cases, np.ones(len(cases), dtype=np.int64), np.full(len(cases), np.nan))


def _summed(index: EventIndex, events: np.ndarray, seconds: np.ndarray) -> Found:
    cases, place = np.unique(index.case_of(events), return_inverse=True)
    return Found(cases, np.bincount(place, minlength=len(cases)),
                 np.bincount(place, weights=seconds, minlength=len(cases)))
