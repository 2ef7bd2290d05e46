"""How often a link may be opened: counted in this process's memory alone, so that it costs no statement and leaves no
trace of who opened what."""

from __future__ import annotations

import threading
import time

WINDOW_S = 10
MOST_OF_ONE = 200           # of one person's own link, typed or opened, in a window
MOST_UNKNOWN = 300          # of tokens that open nothing, all together: guessing
MOST_KEYS = 50_000
UNKNOWN = ""

_counts: dict[str, int] = {}
_window = 0
_lock = threading.Lock()


def seconds_to_wait(token: str, *, now: float | None = None) -> int:
    """Count one request of a token (UNKNOWN for one that opens nothing); returns 0, or how long to wait."""
    global _window
    moment = time.time() if now is None else now
    window = int(moment // WINDOW_S)
    with _lock:
        if window != _window or len(_counts) > MOST_KEYS:
            _counts.clear()
            _window = window
        _counts[token] = count = _counts.get(token, 0) + 1
    most = MOST_UNKNOWN if token == UNKNOWN else MOST_OF_ONE
    return 0 if count <= most else int((window + 1) * WINDOW_S - moment) + 1


def forget() -> None:
    """Forget what was counted; for tests."""
    with _lock:
        _counts.clear()
