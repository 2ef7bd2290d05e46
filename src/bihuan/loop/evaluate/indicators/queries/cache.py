"""Results of the engine, kept a while in this process: nothing is computed twice for the same facts and scope."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock, RLock
from typing import Any

from bihuan.engine import stopping
from bihuan.engine.home import Home

SIZE = 256


class BoundedCache:
    """The ``size`` answers used last. Who asks for what another thread is computing waits for it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._making: dict[Hashable, RLock] = {}
        self._lock = Lock()
        self._askers = stopping.Askers()

    def get(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """Return what is kept under ``key``, else compute and keep it; an error is never kept."""
        with self._lock:
            if key in self._kept:
                return self._found(key)
            alone = self._making.setdefault(key, RLock())
        with self._askers.asking(key), stopping.alone(alone):
            with self._lock:
                if key in self._kept:
                    return self._found(key)
            try:
                with self._askers.working_out(key):
                    answer = compute()
                self._keep(key, answer)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return answer

    def _found(self, key: Hashable) -> Any:
        self._kept.move_to_end(key)
        return self._kept[key]

    def _keep(self, key: Hashable, answer: Any) -> None:
        with self._lock:
            self._kept[key] = answer
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything; for tests that change facts faster than a file's time stamp tells."""
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)


results = BoundedCache(SIZE)


def data_version(home: Home) -> tuple[Any, ...]:
    """Return a value that changes whenever facts, source rows, batches or definitions of the workspace change.

    Delta tables add a file to their log with every commit, the journal a file with every batch, and every published
    definition replaces ``current.json``: names and times of those say it without opening a single table.
    """
    current = home.definitions / "current.json"
    logs = [
        (table.name, _last(os.path.join(table.path, "_delta_log")))
        for root in (home.lake, home.facts) if root.is_dir()
        for table in sorted(os.scandir(root), key=lambda entry: entry.name) if table.is_dir()
    ]
    stamp = current.stat() if current.exists() else None
    return (
        str(home.path), stamp and (stamp.st_mtime_ns, stamp.st_ino), tuple(logs), _newest(str(home.batches)),
    )


def _last(folder: str) -> str:
    """Return the name of the last commit in a Delta log; empty when the table has none."""
    if not os.path.isdir(folder):
        return ""
    return max((name for name in os.listdir(folder) if name.endswith(".json")), default="")


def _newest(folder: str) -> tuple[int, int]:
    """Return (number of files, newest change) of a folder; an undo rewrites a file without adding one."""
    if not os.path.isdir(folder):
        return (0, 0)
    times = [entry.stat().st_mtime_ns for entry in os.scandir(folder) if entry.is_file()]
    return (len(times), max(times, default=0))
