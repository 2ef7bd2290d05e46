"""What the web workers of a machine tell each other about pages that are worked out: small files in the scratch folder.

Of a page ``token``: the mark, which the worker that works it out keeps locked; when it was last asked for; that it was
stopped.
"""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from .workspace import home

OLD_S = 300


def hold(token: str, person: int | None) -> TextIO | None:
    """Leave a mark that says whose page is worked out; it goes with its process, however that ends."""
    with suppress(OSError):     # a full disk, or one without locks: the other process works the page out too
        _file(token).parent.mkdir(parents=True, exist_ok=True)
        mark = _file(token).open("a")   # of two that began before either left a mark, one holds it and says whose
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            mark.close()
            raise
        mark.truncate(0)
        mark.write(f"{person or ''}")
        mark.flush()
        return mark
    return None


def let_go(token: str, mark: TextIO) -> None:
    for kind in ("", ".asked"):
        with suppress(OSError):
            _file(token, kind).unlink()
    mark.close()


def elsewhere(token: str) -> int | None:
    """Return for how many seconds another living process has worked on a page; None when none does."""
    try:
        mark = _file(token).open()
    except OSError:
        return None
    with mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return max(0, int(time.time() - os.fstat(mark.fileno()).st_mtime))
        except OSError:
            return None
    return None


def person_of(token: str) -> str:
    """Return whose page another process works out; empty where nobody knows."""
    try:
        return _file(token).read_text(encoding="utf-8")
    except OSError:
        return ""


def ask(token: str) -> None:
    """Note that somebody asks for a page now."""
    with suppress(OSError):
        _file(token, ".asked").touch()


def asked_s(token: str) -> float:
    """Return how many seconds ago anybody asked for a page; without end where nothing is noted."""
    try:
        return time.time() - _file(token, ".asked").stat().st_mtime
    except OSError:
        return float("inf")


def stop(token: str) -> None:
    """Leave word that a page is to stop."""
    with suppress(OSError):
        _file(token).parent.mkdir(parents=True, exist_ok=True)
        _file(token, ".stop").touch()
        for old in _file(token).parent.glob("page-*.*"):
            if time.time() - old.stat().st_mtime > OLD_S:
                old.unlink()


def is_stopped(token: str) -> bool:
    return _file(token, ".stop").exists()


def begin(token: str) -> None:
    """Forget that a page was stopped: it is worked out anew."""
    with suppress(OSError):
        _file(token, ".stop").unlink()


def _file(token: str, kind: str = "") -> Path:
    return home().path / "scratch" / f"page-{token}{kind}"
