"""Activities that may not be needed: done again, done by some and left out by others, or named as a check.

Three signs, each counted; an activity with none is no candidate:

- it comes again in the same case (``repeats``);
- cases went the same way without it and came to the same end (``spared``: cases on a path that, with this activity
  taken out, is a path other cases ran; ``without``: those other cases), and these are no stray few: at least one in
  twenty of its cases could have gone without it, and one in twenty of both did;
- its name says that it checks or approves.

Ranked by the time of all cases before it (wait x volume). A sign is no proof: what a check prevents is not in the log.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from .conformance import Share, share_of
from .graph import Clock
from .log import EventIndex
from .variants import group_members

CHECKS = re.compile(r"验证|核实|核对|复核|审批|审核|批准|会签|确认|verif|check|approv|review|confirm", re.IGNORECASE)


# Below this a path without the activity is a gap in the log or an accident, and no other way to work.
STRAY = 0.05


@dataclass(frozen=True)
class Candidate:
    """``hours``: time before the activity over all cases. ``repeat_hours``: the part before its repetitions."""

    activity: str
    count: int
    cases: Share
    hours: float
    repeats: int
    repeat_hours: float
    spared: int
    without: int
    is_check: bool


def find_redundant(index: EventIndex, clock: Clock, *, minimum: int = 0) -> list[Candidate]:
    """Return the candidates that at least ``minimum`` cases ran, by the time spent on them, largest first."""
    if index.events == 0:
        return []
    waits = np.zeros(index.events)
    steps = index.steps
    waits[steps + 1] = clock(index, steps) if len(steps) else 0
    case = np.repeat(np.arange(len(index.cases)), np.diff(index.starts))
    spared = _spared(index)
    found = []
    for code, name in enumerate(index.activities):
        events = np.flatnonzero(index.activity == code)
        if len(events) == 0:
            continue
        _cases, first = np.unique(case[events], return_index=True)
        again = np.ones(len(events), dtype=bool)
        again[first] = False
        went, without = spared.get(code, (0, 0))
        if went < STRAY * len(first) or without < STRAY * (went + without):
            went = without = 0
        one = Candidate(
            name, len(events), share_of(len(first), len(index.cases)), float(waits[events].sum()) / 3600,
            int(again.sum()), float(waits[events[again]].sum()) / 3600, went, without,
            bool(CHECKS.search(name)))
        if one.cases.count >= max(1, minimum) and (one.repeats or one.without >= max(1, minimum) or one.is_check):
            found.append(one)
    return sorted(found, key=lambda one: (-one.hours, one.activity))


def _spared(index: EventIndex) -> dict[int, tuple[int, int]]:
    """Return {activity: (cases on paths that exist without it too, cases on those shorter paths)}."""
    representative, group = group_members(index)
    counts = np.bincount(group, minlength=len(representative))
    paths = {tuple(index.activity[index.starts[case]:index.starts[case + 1]].tolist()): int(count)
             for case, count in zip(representative.tolist(), counts)}
    longer: dict[int, int] = {}
    shorter: dict[int, set[tuple[int, ...]]] = {}
    for path, count in paths.items():
        for code in set(path):
            rest = tuple(one for one in path if one != code)
            if rest in paths:
                longer[code] = longer.get(code, 0) + count
                shorter.setdefault(code, set()).add(rest)
    return {code: (count, sum(paths[rest] for rest in shorter[code])) for code, count in longer.items()}
