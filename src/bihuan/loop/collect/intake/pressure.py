"""How much waits to be written: asked of the database twice a second at most, counted along in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db.models import Sum

from .errors import Busy
from .models import Receipt

ASK_EVERY_S = 0.5
WAIT_S = 5.0


class Waiting:
    """The rows and bytes that wait, as this process knows: what the database said, and what was taken here since.

    Other processes may have taken more since then; the bound is therefore exceeded by what they take in half a second.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._asked_at = -ASK_EVERY_S
        self._rows = self._size = 0

    def take(self, rows: int, size: int) -> int:
        """Count rows in, or raise Busy when they would be too many or too big; returns how many wait then."""
        with self._lock:
            now = self._clock()
            if now - self._asked_at >= ASK_EVERY_S:
                self._asked_at, (self._rows, self._size) = now, waiting_now()
            most = settings.BIHUAN_PUSH
            if self._rows + rows > most["waiting_rows"] or self._size + size > most["waiting_bytes"]:
                raise Busy("busy", wait=WAIT_S)
            self._rows += rows
            self._size += size
            return self._rows

    def reset(self) -> None:
        """Forget what is known; for tests."""
        self._asked_at = -ASK_EVERY_S


def waiting_now() -> tuple[int, int]:
    """Return how many rows wait to be written, and how many bytes they have."""
    found = Receipt.objects.filter(state=Receipt.State.WAITING).aggregate(rows=Sum("rows"), size=Sum("size"))
    return found["rows"] or 0, found["size"] or 0


waiting = Waiting()
