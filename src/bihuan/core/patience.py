"""Pages over much data: what takes longer than a reader waits goes on beside the page, which says so and looks again.

A view marked ``patient`` is worked out by a thread of its own. Where some seconds do not do, the reader is shown a page
that asks after it; the next opening of the same address by the same person is given what was worked out, of the data as
they were when it was first asked for. Few pages go on like this: beyond, and for everything else (jobs, the API, files,
parts of a page), everybody waits to the end.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial, wraps
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TextIO

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from .workspace import home

MOST = 4            # pages that go on at a time; the next reader waits as without this
KEPT_S = 300        # how long a page waits for its reader to come back
View = Callable[..., HttpResponse]


@dataclass
class Work:
    """A page under way: ``token`` names it in an address, times are on the monotonic clock."""

    token: str
    begun: float = field(default_factory=time.monotonic)
    ended: float | None = None
    page: Future[HttpResponse] = field(default_factory=Future)
    mark: TextIO | None = None

    @property
    def seconds(self) -> int:
        return int(time.monotonic() - self.begun)


_works: dict[str, Work] = {}
_lock = Lock()
# By process: a forked child has none of its parent's threads.
_queues: dict[int, SimpleQueue[Callable[[], object]]] = {}


def patient(view: View) -> View:
    """Let a page that is opened say that its numbers are being computed, when they take long."""

    @wraps(view)
    def waiting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        patience = settings.BIHUAN_PAGE_PATIENCE_S
        if not patience or request.method != "GET" or request.headers.get("HX-Request") == "true":
            return view(request, *args, **kwargs)
        token = _token(request)
        if token not in _works and (seconds := _elsewhere(token)) is not None:
            return _waiting_page(request, token, seconds)
        work = _work(token, partial(view, request, *args, **kwargs))
        if work is None:
            return view(request, *args, **kwargs)
        if not _ended(work, patience):
            return _waiting_page(request, token, work.seconds)
        # Of two openings at once the second works it out for itself: one page cannot answer both.
        return work.page.result() if _take(work) else view(request, *args, **kwargs)

    return waiting


def under_way(token: str) -> int | None:
    """Return for how many seconds a page has been worked out; None when it is not, or not any more."""
    work = _works.get(token)
    if work is not None:
        return work.seconds if work.ended is None else None
    return _elsewhere(token)


def _token(request: HttpRequest) -> str:
    told = f"{request.user.pk}\n{translation.get_language()}\n{request.get_host()}\n{request.get_full_path()}"
    return hashlib.sha256(f"{settings.SECRET_KEY}\n{told}".encode()).hexdigest()[:32]


def _waiting_page(request: HttpRequest, token: str, seconds: int) -> HttpResponse:
    return render(request, "core/computing.html", {"token": token, "seconds": seconds}, status=202)


def _work(token: str, view: Callable[[], HttpResponse]) -> Work | None:
    """Return the work of a page, begun now if it is not under way; None when too many are."""
    with _lock:
        _forget()
        work = _works.get(token)
        if work is None and sum(one.ended is None for one in _works.values()) < MOST:
            queue = _queue()
            if queue is None:
                return None
            work = _works[token] = Work(token)
            said = translation.get_language(), timezone.get_current_timezone()
            queue.put(partial(copy_context().run, _run, work, view, *said))
        return work


def _queue() -> SimpleQueue[Callable[[], object]] | None:
    """The queue that this process's threads work off, one for each page that may be under way; None without threads.

    They keep their connection to the database, and are no reason for a process to live on.
    """
    queue = _queues.get(os.getpid())
    if queue is None:
        queue = SimpleQueue()
        try:
            for _ in range(MOST):
                Thread(target=_work_off, args=(queue,), name="page", daemon=True).start()
        except RuntimeError:    # the system gives no more threads
            return None
        _queues[os.getpid()] = queue
    return queue


def _work_off(queue: SimpleQueue[Callable[[], object]]) -> None:
    while True:
        queue.get()()


def _run(work: Work, view: Callable[[], HttpResponse], language: str | None, zone: tzinfo) -> None:
    """Work a page out in the reader's language and zone, on a connection of the thread.

    Both are told: Django keeps them where a thread sees its own alone, though it runs in a copy of the context.
    """
    close_old_connections()
    try:
        with translation.override(language), timezone.override(zone):
            work.page.set_result(view())
    except BaseException as error:  # whatever it is, it is raised in front of who asked
        work.page.set_exception(error)
    finally:
        close_old_connections()
        with _lock:
            work.ended = time.monotonic()
            _take_mark_away(work)


def _ended(work: Work, patience: float) -> bool:
    """Whether a page was worked out while its reader waited; when it goes on, the other processes are told."""
    try:
        work.page.exception(timeout=patience)
    except TimeoutError:
        with _lock:
            if work.ended is None:
                _tell_others(work)
                return False
    return True


def _take(work: Work) -> bool:
    with _lock:
        return _works.pop(work.token, None) is work


def _forget() -> None:
    """Let go of pages that nobody came back for."""
    old = time.monotonic() - KEPT_S
    for work in [work for work in _works.values() if work.ended is not None and work.ended < old]:
        del _works[work.token]


def _mark(token: str) -> Path:
    return home().path / "scratch" / f"page-{token}"


def _tell_others(work: Work) -> None:
    """Leave a mark for the other processes of this machine, which may be asked after the page: locked while it goes on.

    The lock goes with its process, however that ends.
    """
    if work.mark is not None:
        return
    with suppress(OSError):     # a full disk, or one without locks: the other process works the page out too
        work.mark = _mark(work.token).open("w")
        fcntl.flock(work.mark, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _take_mark_away(work: Work) -> None:
    if work.mark is not None:
        with suppress(OSError):
            _mark(work.token).unlink()
        work.mark.close()


def _elsewhere(token: str) -> int | None:
    """Return for how many seconds another living process has worked on a page; None when none does."""
    try:
        mark = _mark(token).open()
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
