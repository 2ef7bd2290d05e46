"""Trend lines small enough for a table cell, drawn by the server: no script, no inline style."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 100.0, 24.0, 2.0


def lines(values: Sequence[float | None]) -> list[str]:
    """Return the ``points`` of one polyline per unbroken run; a gap in the data is a gap in the line.

    >>> lines([1, 2, None, 2, 1])
    ['2.0,22.0 26.0,2.0', '74.0,2.0 98.0,22.0']
    """
    runs: list[list[str]] = [[]]
    for place in places(values):
        if place is None:
            runs.append([])
        else:
            runs[-1].append(f"{place[0]},{place[1]}")
    return [" ".join(run) for run in runs if len(run) > 1]


def places(values: Sequence[float | None]) -> list[tuple[float, float] | None]:
    """Return where each value lies in the field, None where there is no data."""
    known = [value for value in values if value is not None]
    if not known:
        return [None] * len(values)
    low, span = min(known), max(known) - min(known)
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)
    found: list[tuple[float, float] | None] = []
    for place, value in enumerate(values):
        if value is None:
            found.append(None)
            continue
        height = 0.5 if span == 0 else (value - low) / span
        found.append((round(MARGIN + place * step, 1), round(HEIGHT - MARGIN - height * (HEIGHT - 2 * MARGIN), 1)))
    return found
