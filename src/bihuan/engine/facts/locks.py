"""Locks between processes: one file a lock in the workspace, held by the system, freed when its holder dies."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bihuan.engine.home import Home

from .errors import FactsError

PATIENCE_S = 3600.0


@contextmanager
def locked(home: Home, name: str, *, waiting: Callable[[], None] | None = None,
           patience: float = PATIENCE_S) -> Iterator[None]:
    """Hold the lock ``name`` of the workspace; wait for another holder, calling ``waiting`` five times a second.

    ``waiting`` may raise to give up. Raises FactsError "locked" after ``patience`` seconds. Not re-entrant.
    """
    home.locks.mkdir(parents=True, exist_ok=True)
    with open(home.locks / f"{name}.lock", "a") as file:
        until = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise FactsError("locked", lock=file.name) from None
                if waiting is not None:
                    waiting()
                time.sleep(0.2 if patience >= 1 else 0.02)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
