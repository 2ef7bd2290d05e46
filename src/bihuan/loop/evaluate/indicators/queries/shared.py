"""Results of the engine, left in the workspace for the other workers: what one has computed, the next one reads.

Each worker keeps its own memory, so a board asked for twice was computed by two of them. Kept are results of published
definitions alone, under the same key as in memory, and only those of the present facts; no group is a customer.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO, TypeVar

from bihuan.engine import indicators, stopping
from bihuan.engine.home import Home, write_atomically
from bihuan.engine.indicators.contracts import Query, Result, Scope

Answer = TypeVar("Answer")
MOST = 500          # of one state of the facts; the next question is then computed by each worker for itself
CUSTOMER = "customer"
# An answer that is not there, half gone with older facts, or of a former shape.
ABSENT = (OSError, ValueError, TypeError)


def shared(home: Home, version: tuple[Any, ...], query: Query, scope: Scope,
           compute: Callable[[], list[Result]]) -> list[Result]:
    """Return what another worker left under the same facts, question and scope, else compute it and leave it."""
    if CUSTOMER in query.by or CUSTOMER in (query.where or ""):
        return compute()
    return left(home, version, (query, scope), compute, write=lambda answer: [asdict(one) for one in answer],
                read=lambda told: [Result(**_typed(row)) for row in told])


def left(home: Home, version: tuple[Any, ...], question: tuple[Any, ...], compute: Callable[[], Answer], *,
         write: Callable[[Answer], Any], read: Callable[[Any], Answer]) -> Answer:
    """Return any answer that follows from the facts and the question alone; ``write`` and ``read`` make JSON of it.

    The question is told apart by its ``repr``.
    """
    folder = home.path / "cache" / "answers" / _told(_code(), version)
    file = folder / f"{_told(*question)}.json"

    def found() -> Answer:
        return read(json.loads(file.read_text(encoding="utf-8")))

    with suppress(*ABSENT):
        return found()
    with nullcontext() if _is_full(folder) else _alone(home, _told(folder.name, file.stem)):
        with suppress(*ABSENT):     # another worker may have been at it
            return found()
        begun = time.time()
        answer = compute()
        stopping.whole()
        _leave(folder, file, write(answer), begun)
        return answer


@contextmanager
def _alone(home: Home, name: str) -> Iterator[None]:
    """Let one worker compute an answer while the others wait for it; the lock goes with its holder.

    Who waits holds another lock together with those who wait too, so that nobody stops what they wait for.
    """
    file, queue = home.locks / f"answer-{name}.lock", home.locks / f"answer-{name}.waiting"
    with ExitStack() as held:
        with suppress(OSError):     # a read-only or full disk, or one without locks: each computes for itself
            home.locks.mkdir(parents=True, exist_ok=True)
            _wait_for(held.enter_context(file.open("a")), queue)
        try:
            with stopping.waited_for(lambda: _is_waited_for(queue)):
                yield
        finally:
            if not _is_waited_for(queue):       # the last one takes both away, however it ended
                with suppress(OSError):
                    file.unlink()
                    queue.unlink()


def _wait_for(file: TextIO, queue: Path) -> None:
    with queue.open("a") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_SH)
        stopping.take(lambda seconds: _taken(file, seconds))


def _taken(file: TextIO, seconds: float | None) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX if seconds is None else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        time.sleep(seconds or 0)
        return False
    return True


def _is_waited_for(queue: Path) -> bool:
    try:
        with queue.open() as waiting:
            fcntl.flock(waiting, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _is_full(folder: Path) -> bool:
    return folder.is_dir() and sum(1 for _ in folder.iterdir()) >= MOST


def _leave(folder: Path, file: Path, answer: Any, begun: float) -> None:
    """Write an answer; the first of a state of the facts takes those of former states away, never those of later."""
    try:
        if not folder.is_dir():
            others = list(folder.parent.iterdir()) if folder.parent.is_dir() else []
            if any(other.stat().st_mtime > begun for other in others):
                return
            folder.mkdir(parents=True, exist_ok=True)
            for other in others:
                shutil.rmtree(other, ignore_errors=True)
        if not _is_full(folder):
            write_atomically(file, json.dumps(answer))
    except (OSError, ValueError, TypeError):  # a read-only or full disk, or a number JSON has no word for
        return


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"bands_possible": tuple(row["bands_possible"])}


def _told(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def _code() -> str:
    """Hash the code that computes: another release computes anew."""
    told = hashlib.sha256()
    engine = Path(indicators.__file__).parent.parent
    for room in ("indicators", "stats", "facts", "clock", "effects"):
        for file in sorted((engine / room).glob("*.py")):
            told.update(file.read_bytes())
    return told.hexdigest()
