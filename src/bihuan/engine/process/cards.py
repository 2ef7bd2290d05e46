"""Problem cards: where cases lose most time, each as step and action with its cases, hours and complaints.

- ``wait``: an arrow on which all cases together waited long. Lost hours are those beyond the arrow's own median:
  what half of its passages show to be possible.
- ``rework``: an activity that comes again in a case. Lost hours are the gaps that led to its repetitions.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .conformance import Share, share_of
from .graph import Clock
from .log import EventIndex
from .steps import Difference, against


@dataclass(frozen=True)
class Card:
    """``source`` is empty for rework. ``numbers`` are the cases of the index, those that lost most first."""

    kind: str
    source: str
    target: str
    count: int
    cases: Share
    hours: float
    lost_hours: float
    median_s: float
    complaints: Difference | None
    numbers: np.ndarray


def find_cards(index: EventIndex, clock: Clock, complaint: np.ndarray, *, top: int = 8, minimum: int = 0) -> list[Card]:
    """Return the ``top`` cards of each kind with at least ``minimum`` cases, most hours lost first.

    ``complaint`` holds 1 or 0 a case, NaN where unknown.
    """
    steps = index.steps
    if len(steps) == 0:
        return []
    gaps, case = clock(index, steps), index.case_of(steps)
    size = len(index.activities)
    pair = index.activity[steps].astype(np.int64) * size + index.activity[steps + 1]
    again = _again(index)[steps + 1]
    found = [_card(index, "wait", (index.activities[code // size], index.activities[code % size]), gaps[here],
                   case[here], complaint)
             for code in _largest(pair, gaps, top) if len(here := np.flatnonzero(pair == code))]
    target = index.activity[steps + 1]
    found += [_card(index, "rework", ("", index.activities[code]), gaps[here], case[here], complaint)
              for code in _largest(target[again], gaps[again], top)
              if len(here := np.flatnonzero(again & (target == code)))]
    kept = [card for card in found if card.cases.count >= max(1, minimum) and card.lost_hours > 0]
    return sorted(kept, key=lambda card: (-card.lost_hours, card.kind, card.source, card.target))


def _again(index: EventIndex) -> np.ndarray:
    """Whether the activity of each event was already in its case."""
    size, found = max(1, len(index.activities)), [np.zeros(0, dtype=bool)]
    for part in index.parts():
        case = np.repeat(np.arange(len(part.cases)), np.diff(part.starts))
        again = np.ones(part.events, dtype=bool)
        again[np.unique(case * size + part.activity, return_index=True)[1]] = False
        found.append(again)
    return np.concatenate(found)


def _largest(codes: np.ndarray, gaps: np.ndarray, top: int) -> list[int]:
    """The codes with most time in all, largest first."""
    if len(codes) == 0:
        return []
    found, place = np.unique(codes, return_inverse=True)
    total = np.bincount(place, weights=gaps)
    return [int(found[one]) for one in np.argsort(-total, kind="stable")[:top] if total[one] > 0]


def _card(index: EventIndex, kind: str, names: tuple[str, str], gaps: np.ndarray, case: np.ndarray, complaint) -> Card:
    median = float(np.median(gaps))
    lost = np.maximum(0, gaps - median) if kind == "wait" else gaps
    numbers, place = np.unique(case, return_inverse=True)
    by_case = np.bincount(place, weights=lost)
    did = np.zeros(len(index.cases), dtype=bool)
    did[numbers] = True
    return Card(kind, *names, len(gaps), share_of(len(numbers), len(index.cases)), float(gaps.sum()) / 3600,
                float(lost.sum()) / 3600, median, against(complaint, did), numbers[np.argsort(-by_case, kind="stable")])
