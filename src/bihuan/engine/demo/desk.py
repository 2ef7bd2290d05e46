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
        best, idle = Turn(None, 0, NEVER), []
        rested = NEVER
        for agent, start, stop in self._roster[int(t) // DAY]:
            if stop <= t:
                continue
            free = self._free.setdefault(agent, [0.0] * self._slots)
            slot = min(range(self._slots), key=free.__getitem__)
            begin = max(t, free[slot], start)
            if begin >= stop:
                continue
            if begin == t:
                idle.append(Turn(agent, slot, begin))
            if (begin, free[slot]) < (best.start, rested):
                best, rested = Turn(agent, slot, begin), free[slot]
        return prefer(idle) if prefer is not None and len(idle) > 1 else best

    def take(self, turn: Turn, until: float) -> None:
        """Occupy the place of ``turn`` until then."""
        if turn.agent is not None:
            self._free[turn.agent][turn.slot] = until
