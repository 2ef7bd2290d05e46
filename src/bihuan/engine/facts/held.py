"""One open connection to the rows and facts a process, renewed when they change: opening costs more than asking."""

from __future__ import annotations

import os
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import duckdb

from bihuan.engine import stopping
from bihuan.engine.home import Home

from .store import connect

MOST_KEPT = 2


class HeldConnection:
    """Keeps a connection of ``store.connect`` while the workspace stays as it is; one question at a time."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._key: Hashable = None
        self._con: duckdb.DuckDBPyConnection | None = None
        self._kept: dict[str, str] = {}
        self._made = 0
        self._askers = stopping.Askers()

    @contextmanager
    def on(self, home: Home, *, asking: str = "") -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield the connection to a workspace's present rows, for this thread alone.

        ``asking``: the query whose rows it will ``keep``; who works them out goes on while others wait for them.
        """
        with self._askers.asking(asking), stopping.alone(self._lock):
            key = version(home)
            if self._con is None or key != self._key:
                self.close()
                with stopping.shared():
                    self._con, self._key = connect(home), key
            try:
                with stopping.using(self._con):
                    yield self._con
            except BaseException as error:
                # What failed may have left the connection in the middle of something; who was stopped after what they
                # asked for was there has not.
                if not (isinstance(error, stopping.Stopped) and asking in self._kept):
                    self.close()
                raise

    def keep(self, query: str) -> str:
        """Return the name of a table with the rows of ``query``, made at the first question; inside ``on`` alone.

        A long list is counted, sorted and turned page by page: it is worked out once, until the data change. Of
        several such tables the two asked for last stay.
        """
        assert self._con is not None
        if query in self._kept:
            name = self._kept.pop(query)
        else:
            while len(self._kept) >= MOST_KEPT:
                self._con.execute(f"DROP TABLE {self._kept.pop(next(iter(self._kept)))}")
            self._made += 1
            name = f"kept_{self._made}"
            with self._askers.working_out(query):
                self._con.execute(f"CREATE TEMP TABLE {name} AS {query}")
        self._kept[query] = name
        return name

    def close(self) -> None:
        """Close what is held; the next question opens it anew."""
        if self._con is not None:
            self._con.close()
        self._con, self._key, self._kept = None, None, {}


def version(home: Home) -> Hashable:
    """Return a value that changes whenever source rows, batches, facts or definitions of the workspace change."""
    logs = tuple(
        (table.name, _last(Path(table.path) / "_delta_log"))
        for root in (home.lake, home.facts) if root.is_dir()
        for table in sorted(os.scandir(root), key=lambda entry: entry.name) if table.is_dir())
    return str(home.path), logs, _stamp(home.batches / "journal.jsonl"), _stamp(home.definitions / "current.json")


def _last(folder: Path) -> str:
    return max((name for name in os.listdir(folder) if name.endswith(".json")), default="") if folder.is_dir() else ""


def _stamp(file: Path) -> tuple[int, int]:
    """(time, size) of a file; a journal that grows within one tick of the clock is told by its size."""
    if not file.exists():
        return (0, 0)
    stat = file.stat()
    return (stat.st_mtime_ns, stat.st_size)
