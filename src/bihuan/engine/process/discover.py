"""Discover the process of a workspace: which activity follows which, how long after, and the paths of whole cases."""

from __future__ import annotations

from typing import Any

from ..home import Home
from ..indicators.contracts import EVERYTHING, Scope
from .graph import Clock, describe, wall_seconds
from .log import build_index
from .measures import throughput
from .selection import load_events


def discover(
    home: Home, *, top: int | None = 20, clock: str | Clock = "wall", where: str | None = None,
    scope: Scope = EVERYTHING,
) -> dict[str, Any]:
    """Return cases, events, activities, starts, ends, edges, the ``top`` variants and the throughput of the process.

    ``activities``, ``starts`` and ``ends`` map a name to its count (events; cases). Every edge is listed, most
    frequent first, with the median and mean seconds between its two events on the wall or the business clock;
    ``throughput`` is from a case's first event to its last, always on the wall clock.
    ``where`` is a condition of the passport grammar over cases. Counts under the scope's minimum are left out.
    Raises ValueError for a clock that is neither "wall" nor "business" (nor a function).
    """
    index = build_index(load_events(home, where=where, scope=scope, people=False))
    found = describe(index, top=top, seconds=seconds_between(home, clock), minimum=scope.minimum_n)
    withheld = 0 < found["cases"] < scope.minimum_n
    return {**found, "throughput": None if withheld else throughput(index)}


def seconds_between(home: Home, clock: str | Clock) -> Clock:
    """Return the function that measures a step on the named clock."""
    if callable(clock):
        return clock
    if clock == "wall":
        return wall_seconds
    if clock == "business":
        from .working import working_seconds  # the calendars are read only when they are asked for
        return working_seconds(home)
    raise ValueError(f'--clock is "{clock}"; choose "wall" or "business".')
