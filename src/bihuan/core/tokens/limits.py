"""How often a sender may ask, counted over all processes of the server at the cost of a write now and then.

A process reserves a block of requests in the database and uses it up without asking again: the sum never exceeds the
limit, and one sender who comes through one process alone misses at most the blocks that others hold.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from django.db.models import F

from .models import Spent

WINDOW_S = 10
BLOCKS = 20
MOST_KEYS = 10_000      # senders a process remembers at a time


@dataclass
class Held:
    """What this process may still let through in one window; ``closed``: the whole limit is used."""

    window: int
    left: int = 0
    closed: bool = False


_held: dict[str, Held] = {}
_lock = threading.Lock()


def take(key: str, *, limit: int, now: float | None = None) -> float:
    """Use one request of ``key``; returns 0, or the seconds after which to ask again when ``limit`` is used up."""
    moment = time.time() if now is None else now
    window = int(moment // WINDOW_S)
    if _use(key, window):
        return 0.0
    wait = (window + 1) * WINDOW_S - moment
    held = _held.get(key)
    if held is not None and held.closed and held.window == window:
        return wait
    block = max(1, limit // BLOCKS)
    reserved = _reserve(key, window, block, limit)
    with _lock:
        held = _held.setdefault(key, Held(window))
        if held.window == window:
            held.closed = not reserved
            held.left += block if reserved else 0
    return 0.0 if reserved and _use(key, window) else wait


def waiting(key: str, *, now: float | None = None) -> float:
    """Return how long ``key`` has to wait as far as this process knows: no question to the database; 0: not at all."""
    moment = time.time() if now is None else now
    held = _held.get(key)
    if held is None or not held.closed or held.window != int(moment // WINDOW_S):
        return 0.0
    return (held.window + 1) * WINDOW_S - moment


def forget(*, now: float | None = None) -> None:
    """Remove the counts of windows that are over."""
    window = int((time.time() if now is None else now) // WINDOW_S)
    Spent.objects.filter(window__lt=window - 6).delete()


def reset() -> None:
    """Forget what this process holds; for tests."""
    with _lock:
        _held.clear()


def _use(key: str, window: int) -> bool:
    with _lock:
        held = _held.get(key)
        if held is None or held.window != window:
            if len(_held) >= MOST_KEYS:
                _held.clear()
            held = _held[key] = Held(window)
        if held.left <= 0:
            return False
        held.left -= 1
        return True


def _reserve(key: str, window: int, block: int, limit: int) -> bool:
    mine = Spent.objects.filter(key=key, window=window, taken__lte=limit - block)
    if mine.update(taken=F("taken") + block):
        return True
    # Used up, or not begun: another process may begin it at this moment, so that only a second try tells.
    Spent.objects.bulk_create([Spent(key=key, window=window)], ignore_conflicts=True)
    return bool(mine.update(taken=F("taken") + block))
