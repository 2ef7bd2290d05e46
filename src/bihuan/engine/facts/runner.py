"""Run long SQL so that progress is told and a wish to stop is heard within half a second."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import Any

import duckdb

from .errors import FactsError
from .parsed import parsed

Progress = Callable[[int, int, str], None]
PATIENCE_S = 0.3


class Cancelled(FactsError):
    def __init__(self) -> None:
        super().__init__("cancelled")

    def __reduce__(self) -> tuple[Any, ...]:
        return Cancelled, ()


class Runner:
    """Runs statements on one connection; ``step`` says where in the whole (0-100) the work stands.

    The statement runs in a thread of its own; the caller's thread asks ``cancelled`` and calls ``progress``, which
    may use a database connection that belongs to it.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, *, progress: Progress | None = None,
                 cancelled: Callable[[], bool] | None = None) -> None:
        self.con, self._progress, self._cancelled = con, progress, cancelled

    def step(self, done: int, text: str) -> None:
        """Tell where the work stands and stop here if that is wished."""
        self.tell(done, text)
        self.check()

    def tell(self, done: int, text: str) -> None:
        """Tell where the work stands, when it may not stop any more."""
        if self._progress is not None:
            self._progress(done, 100, text)

    def check(self) -> None:
        """Raise Cancelled when the caller wants to stop."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled()

    def __call__(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement and return its rows (no times with a zone among them)."""
        if self._cancelled is None:
            return self.con.execute(parsed(self.con, sql)).fetchall()
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(lambda: self.con.execute(parsed(self.con, sql)).fetchall())
            while True:
                try:
                    return running.result(timeout=PATIENCE_S)
                except NotYet:
                    if self._cancelled():
                        self.con.interrupt()
                        raise Cancelled() from None
