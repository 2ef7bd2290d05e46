"""A queue served first come, first served by the people on duty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .hours import DAY
from .rosters import Duty

NEVER = float("inf")


@dataclass(slots=True)
class Turn:
    """Who can take a contact and when; ``agent`` None when nobody on duty can before the day's end."""

    agent: str | None
    slot: int
    start: float


class Desk:
    """People on duty with ``slots`` places each (chats run side by side).

    Contacts must be offered in order of time. Because the queue is first come, first served, the earliest moment
    at which somebody on duty is free is when this contact's turn comes; who hangs up before never takes a place.
    """

    def __init__(self, roster: list[list[Duty]], slots: int = 1) -> None:
        self._roster = roster
        self._slots = slots
        self._free: dict[str, list[float]] = {}

    def next_turn(self, t: float, prefer: Callable[[list[Turn]], Turn] | None = None) -> Turn:
        """Return the turn of a contact queued at ``t``; ``prefer`` chooses among several who are idle then."""
        best: tuple[float, float, str | None, int] = (NEVER, NEVER, None, 0)
        idle = []
        for agent, start, stop in self._roster[int(t) // DAY]:
            if stop <= t:
                continue
            places = self._free.setdefault(agent, [0.0] * self._slots)
            free = min(places)
            begin = max(t, free, start)
            if begin >= stop:
                continue
            slot = places.index(free)
            if begin == t:
                idle.append((agent, slot))
            if (begin, free) < best[:2]:
                best = (begin, free, agent, slot)
        if prefer is not None and len(idle) > 1:
            return prefer([Turn(agent, slot, t) for agent, slot in idle])
        return Turn(best[2], best[3], best[0])

    def take(self, turn: Turn, until: float) -> None:
        """Occupy the place of ``turn`` until then."""
        if turn.agent is not None:
            self._free[turn.agent][turn.slot] = until
