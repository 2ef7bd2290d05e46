"""The directly-follows graph of an index: activities, first and last steps, edges with their waiting times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..stats.quantiles import quantile_ranks
from .log import EventIndex
from .variants import find_variants

MICRO = 1_000_000
TOGETHER = 1 << 15  # steps that are counted and measured at once: all of them would take their room twice more
DENSE = 1 << 22      # codes up to this are counted in a table with a place for each
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
    if index.events == len(index.cases):
        return []
    pairs, counts, steps = _sorted_steps(index)
    gaps, ends = seconds(index, steps), np.cumsum(counts)
    edges = []
    for place in np.argsort(-counts, kind="stable"):
        if counts[place] < minimum:
            continue
        part = gaps[ends[place] - counts[place]:ends[place]]
        source, target = divmod(int(pairs[place]), len(index.activities))
        edges.append({
            "from": index.activities[source], "to": index.activities[target], "count": int(counts[place]),
            "median_s": _median(part), "mean_s": float(part.mean()),
        } | (_median_interval(part) if intervals else {}))
    return edges


def _sorted_steps(index: EventIndex) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the pairs that occur (first * activities + second, ascending), how often each does, and the steps by pair.

    Steps of one pair stay in the order of the log. The ends of cases, which are no steps, are sorted behind all pairs:
    leaving them out before would copy everything once more.
    """
    size = len(index.activities)
    codes: Any = index.activity[:-1].astype(np.int32 if size * size < 2**31 else np.int64)
    codes = codes * codes.dtype.type(size)
    codes += index.activity[1:]
    codes[index.starts[1:-1] - 1] = size * size
    found, counts = count_codes(codes, size * size + 1)
    codes = _compact(codes, found)
    order = np.argsort(codes, kind="stable")
    if found[-1] == size * size:
        found, counts, order = found[:-1], counts[:-1], order[:len(order) - counts[-1]]
    return found, counts, order


def _median(values: np.ndarray) -> float:
    """The median of seconds, none of which is missing: NumPy's own looks for missing ones first.

    Of one place NumPy finds the value five times faster than of two; the value before it is the largest of the lower.
    """
    middle = len(values) // 2
    parted = np.partition(values, middle)
    return float(parted[middle] if len(values) % 2 else (parted[:middle].max() + parted[middle]) / 2)


def _median_interval(values: np.ndarray) -> dict[str, float | None]:
    """The order statistics that bracket the median; see ``quantile_ranks``."""
    ordered = np.sort(values)
    ranks = [int(rank) for rank in quantile_ranks(len(ordered))]
    return {name: float(ordered[rank - 1]) if rank else None for name, rank in zip(("low_s", "high_s"), ranks)}


def count_codes(codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the codes (below ``size``) that occur, ascending, and how often each does."""
    if size > DENSE:
        return np.unique(codes, return_counts=True)
    counts, step = np.zeros(size, dtype=np.int64), max(TOGETHER, size)
    for first in range(0, len(codes), step):
        counts += np.bincount(codes[first:first + step], minlength=size)
    found = np.flatnonzero(counts)
    return found, counts[found]


def _compact(codes: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return for each code its place among ``found``, in as few bits as hold it.

    Sorting numbers of up to 16 bits is a radix sort in NumPy, eight bits at a time: ten times faster than sorting the
    codes themselves.
    """
    kind = next((kind for kind in (np.uint8, np.uint16) if len(found) <= np.iinfo(kind).max), np.int64)
    if found[-1] > DENSE:
        return np.searchsorted(found, codes).astype(kind)
    places = np.zeros(found[-1] + 1, dtype=kind)
    places[found] = np.arange(len(found), dtype=kind)
    return places[codes]


def wall_seconds(index: EventIndex, steps: np.ndarray) -> np.ndarray:
    """Return the seconds (float) from each event in ``steps`` to the next one, nights and holidays included."""
    found = np.empty(len(steps))
    for first in range(0, len(steps), TOGETHER):
        some = steps[first:first + TOGETHER]
        found[first:first + TOGETHER] = (index.at[some + 1] - index.at[some]) / MICRO
    return found
