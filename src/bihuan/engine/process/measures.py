"""What the map alone does not say: work done twice, work handed over, and how long whole cases take."""

from __future__ import annotations

from typing import Any

import numpy as np

from .graph import MICRO, count_codes
from .log import EventIndex


def rework(index: EventIndex) -> list[dict[str, Any]]:
    """Return per activity how often it came again within a case, worst first.

    ``loops``: directly after itself; ``repeats``: any occurrence in a case after the first; ``cases``: cases with
    a repeat. Activities that never came again are left out.
    """
    size = len(index.activities)
    loops, repeats, cases = (np.zeros(size, dtype=np.int64) for _ in range(3))
    for part in index.parts():
        steps = part.steps
        same = part.activity[steps] == part.activity[steps + 1]
        loops += np.bincount(part.activity[steps][same], minlength=size)
        case = np.repeat(np.arange(len(part.cases)), np.diff(part.starts))
        pairs, counts = np.unique(case * max(size, 1) + part.activity, return_counts=True)
        again = counts > 1
        activity = pairs[again] % max(size, 1)
        repeats += np.bincount(activity, weights=counts[again] - 1, minlength=size).astype(np.int64)
        cases += np.bincount(activity, minlength=size)
    return [
        {
            "activity": index.activities[code], "loops": int(loops[code]), "repeats": int(repeats[code]),
            "cases": int(cases[code]),
        }
        for code in np.argsort(-repeats, kind="stable") if repeats[code]
    ]


def handovers(index: EventIndex) -> dict[str, Any]:
    """Return ``cases`` with a hand-over, ``total`` hand-overs and the ``pairs`` of people, most frequent first.

    A hand-over is two neighbouring events of different people in one case; events of customers, bots and systems
    between them are passed over, they do not hold the work.
    """
    size, codes, cases = len(index.actors), [], 0
    for part in index.parts():
        held = np.flatnonzero(part.actor >= 0)
        case = np.repeat(np.arange(len(part.cases)), np.diff(part.starts))[held]
        step = np.flatnonzero((np.diff(case) == 0) & (np.diff(part.actor[held]) != 0))
        codes.append(part.actor[held[step]].astype(np.int64) * size + part.actor[held[step + 1]])
        cases += len(np.unique(case[step]))
    found = np.concatenate(codes) if codes else np.zeros(0, dtype=np.int64)
    if len(found) == 0:
        return {"cases": 0, "total": 0, "pairs": []}
    pairs, counts = count_codes(found, size * size)
    rows = [
        {"from": index.actors[pair // size], "to": index.actors[pair % size], "count": int(count)}
        for pair, count in sorted(zip(pairs.tolist(), counts.tolist()), key=lambda row: (-row[1], row[0]))
    ]
    return {"cases": cases, "total": len(found), "pairs": rows}


def throughput(index: EventIndex) -> dict[str, float | int | None]:
    """Return the number of cases and the mean, median and 90th percentile of seconds from first to last event.

    None (not 0) where there is no case. The percentile interpolates linearly, as NumPy and Excel's PERCENTILE.INC.
    """
    if len(index.cases) == 0:
        return {"cases": 0, "median_s": None, "mean_s": None, "p90_s": None}
    seconds = (index.at[index.starts[1:] - 1] - index.at[index.starts[:-1]]) / MICRO
    median, p90 = np.percentile(seconds, [50, 90])
    return {"cases": len(seconds), "median_s": float(median), "mean_s": float(seconds.mean()), "p90_s": float(p90)}


