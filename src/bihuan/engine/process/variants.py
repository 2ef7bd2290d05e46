"""Variants: the paths that whole cases took, and how many cases took each."""

from __future__ import annotations

from typing import Any

import numpy as np

from .log import EventIndex


def find_variants(index: EventIndex, *, top: int | None, minimum: int = 0) -> list[dict[str, Any]]:
    """Return the ``top`` paths (None: all) with the number of cases that ran them, most frequent first."""
    if len(index.cases) == 0:
        return []
    representative, counts = group_variants(index)
    paths = [
        [index.activities[code] for code in index.activity[index.starts[case]:index.starts[case + 1]]]
        for case in representative
    ]
    rows = sorted(zip(paths, counts.tolist()), key=lambda row: (-row[1], row[0]))
    kept = [{"path": path, "count": count} for path, count in rows if count >= minimum]
    return kept if top is None else kept[:top]


def group_variants(index: EventIndex) -> tuple[np.ndarray, np.ndarray]:
    """Return one case of each variant, and how many cases share it.

    Paths are compared by a 64-bit hash and then event by event, so that a collision can never join two variants.
    """
    lengths = np.diff(index.starts)
    case = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(index.events) - index.starts[case]
    for seed in range(8):
        position = (place.astype(np.uint64) << np.uint64(32)) + np.uint64(seed << 60)
        marks = _mix(position + index.activity.astype(np.uint64))
        keys = np.add.reduceat(marks, index.starts[:-1])
        _, representative, group, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
        twin = representative[group]
        if np.array_equal(lengths, lengths[twin]) and np.array_equal(
            index.activity, index.activity[index.starts[twin][case] + place]
        ):
            return representative, counts
    raise ArithmeticError("Eight different hashes all collided; the event log cannot be grouped into variants.")


def _mix(values: np.ndarray) -> np.ndarray:
    """Scramble uint64 numbers (splitmix64, Steele et al. 2014), so that sums of them identify a sequence."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
