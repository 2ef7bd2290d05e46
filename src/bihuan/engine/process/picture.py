"""Which part of a map is drawn, and what each arrow and activity of it carries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .layout import Drawing, lay_out
from .log import EventIndex

# Beyond this a picture is a tangle that nobody reads.
MOST_ARROWS = 80
BEGIN, END = "▶", "■"


@dataclass(frozen=True)
class Picture:
    """``shown`` of ``arrows`` arrows, which carry ``covered`` of all steps from one event to the next."""

    drawing: Drawing
    shown: int
    arrows: int
    covered: float | None


def draw(index: EventIndex, found: dict[str, Any], *, arrows: int) -> Picture:
    """Lay out the ``arrows`` most frequent arrows of what ``describe`` found, with the first and last activities."""
    chosen = found["edges"][:max(1, min(arrows, MOST_ARROWS))]
    pairs = [(edge["from"], edge["to"]) for edge in chosen]
    names = {name for pair in pairs for name in pair} or set(list(found["activities"])[:1])
    begins = [name for name, count in found["starts"].items() if name in names and count >= 0.02 * found["cases"]]
    ends = [name for name, count in found["ends"].items() if name in names and count >= 0.02 * found["cases"]]
    order = sorted(names, key=usual_places(index).__getitem__)
    drawing = lay_out([BEGIN, *order, END], [*((BEGIN, name) for name in begins), *pairs,
                                             *((name, END) for name in ends)])
    total = sum(edge["count"] for edge in found["edges"])
    covered = sum(edge["count"] for edge in chosen) / total if total else None
    return Picture(drawing, len(chosen), len(found["edges"]), covered)


def usual_places(index: EventIndex) -> dict[str, tuple[float, str]]:
    """Return, for each activity, how far into its cases it comes on average (0 first, 1 last); a key to sort by."""
    size = len(index.activities)
    counts, sums = np.zeros(size, dtype=np.int64), np.zeros(size)
    for part in index.parts():
        lengths = np.diff(part.starts)
        offset = np.arange(part.events) - np.repeat(part.starts[:-1], lengths)
        far = offset / np.maximum(1, np.repeat(lengths, lengths) - 1)
        counts += np.bincount(part.activity, minlength=size)
        sums += np.bincount(part.activity, weights=far, minlength=size)
    mean = sums / np.maximum(1, counts)
    return {name: (float(mean[code]), name) for code, name in enumerate(index.activities)}


def bottlenecks(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the arrows by the time that all cases together spent on them: mean wait x volume, largest first.

    Adds ``hours`` and ``share`` (of the time of all arrows; None when none took any time) to each edge.
    """
    hours = [edge["mean_s"] * edge["count"] / 3600 for edge in found["edges"]]
    total = sum(hours)
    ranked = sorted(zip(hours, found["edges"]), key=lambda pair: -pair[0])
    return [edge | {"hours": spent, "share": spent / total if total else None} for spent, edge in ranked if spent > 0]
