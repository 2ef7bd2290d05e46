"""The directly-follows graph of an index: activities, first and last steps, edges with their waiting times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..stats.quantiles import quantile_ranks
from .log import EventIndex
from .variants import find_variants

MICRO = 1_000_000
# Measures steps: (index, positions of the earlier events) -> float seconds to the next event of the case.
Clock = Callable[[EventIndex, np.ndarray], np.ndarray]


def describe(
    index: EventIndex, *, top: int | None, seconds: Clock, minimum: int = 0, intervals: bool = False,
) -> dict[str, Any]:
    """Return the mapping of ``discover`` for one index; lists leave out what occurs fewer than ``minimum`` times.

    With ``intervals`` every edge carries ``low_s`` and ``high_s``, the 95 % interval of its median (None for few).
    """
    first, last = index.activity[index.starts[:-1]], index.activity[index.starts[1:] - 1]
    return {
        "cases": len(index.cases),
        "events": index.events,
        "activities": count_names(index.activity, index.activities, minimum),
        "starts": count_names(first, index.activities, minimum),
        "ends": count_names(last, index.activities, minimum),
        "edges": find_edges(index, seconds=seconds, minimum=minimum, intervals=intervals),
        "variants": find_variants(index, top=top, minimum=minimum),
    }


def count_names(codes: np.ndarray, names: tuple[str, ...], minimum: int = 0) -> dict[str, int]:
    """Return {name: count}, most frequent first, equal counts by name; names that do not occur are left out."""
    counts = np.bincount(codes, minlength=len(names))
    order = np.argsort(-counts, kind="stable")
    return {names[code]: int(counts[code]) for code in order if counts[code] >= max(1, minimum)}


def find_edges(
    index: EventIndex, *, seconds: Clock, minimum: int = 0, intervals: bool = False,
) -> list[dict[str, Any]]:
    """Return the directly-follows pairs with count, median and mean seconds, most frequent first."""
    steps = index.steps
    if len(steps) == 0:
        return []
    size = len(index.activities)
    pairs, slot = compact(index.activity[steps].astype(np.int64) * size + index.activity[steps + 1], size * size)
    gaps = seconds(index, steps)
    order = np.argsort(slot, kind="stable")
    counts = np.bincount(slot, minlength=len(pairs))
    ends = np.cumsum(counts)
    sorted_gaps = gaps[order]
    edges = []
    for place in np.argsort(-counts, kind="stable"):
        if counts[place] < minimum:
            continue
        part = sorted_gaps[ends[place] - counts[place]:ends[place]]
        source, target = divmod(int(pairs[place]), size)
        edges.append({
            "from": index.activities[source], "to": index.activities[target], "count": int(counts[place]),
            "median_s": float(np.median(part)), "mean_s": float(part.mean()),
        } | (_median_interval(part) if intervals else {}))
    return edges


def _median_interval(values: np.ndarray) -> dict[str, float | None]:
    """The order statistics that bracket the median; see ``quantile_ranks``."""
    ordered = np.sort(values)
    ranks = [int(rank) for rank in quantile_ranks(len(ordered))]
    return {name: float(ordered[rank - 1]) if rank else None for name, rank in zip(("low_s", "high_s"), ranks)}


def compact(codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the codes that occur, ascending, and for each entry its place among them (small integers)."""
    if size > 1 << 22:
        found, slot = np.unique(codes, return_inverse=True)
        return found, slot
    found = np.flatnonzero(np.bincount(codes, minlength=size))
    # Sorting 16-bit numbers is a radix sort in NumPy: ten times faster than sorting the pairs themselves.
    kind = np.uint16 if len(found) < 1 << 16 else np.int64
    slots = np.zeros(size, dtype=kind)
    slots[found] = np.arange(len(found), dtype=kind)
    return found, slots[codes]


def wall_seconds(index: EventIndex, steps: np.ndarray) -> np.ndarray:
    """Return the seconds (float) from each event in ``steps`` to the next one, nights and holidays included."""
    return (index.at[steps + 1] - index.at[steps]) / MICRO
