"""Variants: the paths that whole cases took, and how many cases took each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from .log import EventIndex

COMPARED = 64        # steps that are compared to order equally frequent paths of one length
TOGETHER = 250_000   # cases
IN_CACHE = 5_000     # cases: what is computed of them stays in the processor's cache


def find_variants(index: EventIndex, *, top: int | None, minimum: int = 0) -> list[dict[str, Any]]:
    """Return the ``top`` paths (None: all) with the number of cases that ran them, most frequent first.

    Equally frequent ones: the shorter path first, then by the names of its steps.
    """
    if len(index.cases) == 0:
        return []
    representative, counts = group_variants(index)
    frequent = counts >= minimum
    representative, counts = representative[frequent], counts[frequent]
    ranked = _ranked(index, representative, counts, top)
    return [
        {"path": [index.activities[code] for code in index.activity[index.starts[case]:index.starts[case + 1]]],
         "count": int(count)}
        for case, count in zip(representative[ranked], counts[ranked])
    ]


def _ranked(index: EventIndex, representative: np.ndarray, counts: np.ndarray, top: int | None) -> np.ndarray:
    """Return the places of the first ``top`` variants in order; names are compared only where the cut needs it."""
    lengths = index.starts[representative + 1] - index.starts[representative]
    order = np.lexsort((lengths, -counts))
    if top is not None and top < len(order):
        last = order[top - 1]
        near = (counts > counts[last]) | ((counts == counts[last]) & (lengths <= lengths[last]))
        order = order[near[order]]
    steps = []
    for step in range(min(int(lengths[order].max(initial=0)), COMPARED)):
        place = index.starts[representative[order]] + step
        inside = step < lengths[order]
        steps.append(np.where(inside, index.activity[np.where(inside, place, 0)], -1))
    return order[np.lexsort((*reversed(steps), lengths[order], -counts[order]))][:top]


def group_variants(index: EventIndex) -> tuple[np.ndarray, np.ndarray]:
    """Return one case of each variant, and how many cases share it."""
    representative, group = group_members(index)
    return representative, np.bincount(group, minlength=len(representative))


def group_members(index: EventIndex) -> tuple[np.ndarray, np.ndarray]:
    """Return one case of each variant, and for each case the number of its variant.

    A path that fits into 64 bits is its own key. Longer ones are compared by a 64-bit hash and then event by event, so
    that a collision can never join two variants.
    """
    lengths = np.diff(index.starts)
    bits = (len(index.activities) + 1).bit_length()
    if int(lengths.max(initial=0)) * bits <= 64:
        return _first_of_each(_packed(index, bits))
    for seed in range(8):
        keys = np.concatenate([_keys(index, cases, seed) for cases in _blocks(len(lengths))])
        _, representative, group = np.unique(keys, return_index=True, return_inverse=True)
        twin = representative[group]
        if np.array_equal(lengths, lengths[twin]) and all(
            _same(index, cases, twin) for cases in _blocks(len(lengths))
        ):
            return representative, group
    raise ArithmeticError("Eight different hashes all collided; the event log cannot be grouped into variants.")


def _packed(index: EventIndex, bits: int) -> np.ndarray:
    """The whole path of each case as one number, ``bits`` a step: 0 is no step, 1 one without a name."""
    keys = np.empty(len(index.cases), dtype=np.uint64)
    for cases in _blocks(len(keys), IN_CACHE):
        place, lengths = _places(index, cases)
        begin = index.starts[cases.start]
        marks = (index.activity[begin:begin + len(place)] + 2).astype(np.uint64)
        marks <<= (place * bits).astype(np.uint64)
        keys[cases] = np.bitwise_or.reduceat(marks, np.cumsum(lengths) - lengths)
    return keys


def _first_of_each(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first place of each key, and for each place the number of its key."""
    found = pa.array(keys).dictionary_encode()
    group = found.indices.to_numpy().astype(np.int64)
    first = np.zeros(len(found.dictionary), dtype=np.int64)
    first[group[::-1]] = np.arange(len(keys))[::-1]     # of equal places the last one written stays: the first case
    return first, group


def _blocks(cases: int, step: int = TOGETHER) -> Iterator[slice]:
    """Cases that are looked at together: the positions of all events at once would take gigabytes."""
    return (slice(first, min(first + step, cases)) for first in range(0, cases, step))


def _places(index: EventIndex, cases: slice) -> tuple[np.ndarray, np.ndarray]:
    """Of each event of these cases the place in its case; and the number of events of each case."""
    starts = index.starts[cases.start:cases.stop + 1]
    lengths = np.diff(starts)
    return np.arange(starts[0], starts[-1]) - np.repeat(starts[:-1], lengths), lengths


def _keys(index: EventIndex, cases: slice, seed: int) -> np.ndarray:
    place, lengths = _places(index, cases)
    begin = index.starts[cases.start]
    position = (place.astype(np.uint64) << np.uint64(32)) + np.uint64(seed << 60)
    marks = _mix(position + index.activity[begin:begin + len(place)].astype(np.uint64))
    return np.add.reduceat(marks, np.cumsum(lengths) - lengths)


def _same(index: EventIndex, cases: slice, twin: np.ndarray) -> bool:
    """Whether these cases take the same steps as their twins, which have as many."""
    place, lengths = _places(index, cases)
    begin = index.starts[cases.start]
    others = np.repeat(index.starts[twin[cases]], lengths) + place
    return np.array_equal(index.activity[begin:begin + len(place)], index.activity[others])


def _mix(values: np.ndarray) -> np.ndarray:
    """Scramble uint64 numbers (splitmix64, Steele et al. 2014), so that sums of them identify a sequence."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
