"""Pages over much data: what takes longer than a reader waits goes on beside the page, which says so and looks again.

A view marked ``patient`` is worked out by a thread of its own. Where some seconds do not do, the reader is shown a page
that asks after it; the next opening of the same address by the same person is given what was worked out, of the data as
they were when it was first asked for. Few pages go on like this: beyond, and for everything else (jobs, the API, files,
parts of a page), everybody waits to the end.

Its reader may stop a page that goes on, and it stops by itself when nobody asks for it any more. What is worked out for
several goes on until the others have it (``engine.stopping``).
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import partial, wraps
from http import HTTPStatus
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any, TextIO

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from bihuan.engine.stopping import Stop

from . import pagemarks

log = logging.getLogger(__name__)
MOST = 4            # pages that go on at a time; the next reader waits as without this
KEPT_S = 300        # how long a page waits for its reader to come back
ABANDONED_S = 90    # without a question after it a page stops; a tab out of sight asks once a minute
LOOK_S, STOP_S = 0.2, 3.0
View = Callable[..., HttpResponse]


@dataclass(eq=False)
class Work:
    """A page under way for a ``person``: ``token`` names it in an address, times are on the monotonic clock.

    ``asked``: when this process was last asked for it, since its reader was told to wait.
    """

    token: str
    person: int | None
    begun: float = field(default_factory=time.monotonic)
    asked: float | None = None
    ended: float | None = None
    page: Future[HttpResponse] = field(default_factory=Future)
    mark: TextIO | None = None
    stop: Stop = field(default_factory=Stop)

    @property
    def seconds(self) -> int:
        return int(time.monotonic() - self.begun)

    @property
    def unasked_s(self) -> float:
        """For how many seconds nobody has asked for it, in any process."""
        return 0 if self.asked is None else min(time.monotonic() - self.asked, pagemarks.asked_s(self.token))


_works: dict[str, Work] = {}
_leaving: list[Work] = []   # stopped, and not at their end yet
_lock = Lock()              # guards all of these; nothing that waits is done under it
_watching = Event()
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
        if token not in _works and (seconds := pagemarks.elsewhere(token)) is not None:
            pagemarks.ask(token)
            return _waiting_page(request, token, seconds)
        work = _work(token, request.user.pk, partial(view, request, *args, **kwargs))
        if work is None:
            return view(request, *args, **kwargs)
        if not _ended(work, patience):
            return _waiting_page(request, token, work.seconds)
        if work.stop.wished:
            return render(request, "core/computing.html", {"stopped": True}, status=HTTPStatus.CONFLICT)
        # Of two openings at once the second works it out for itself: one page cannot answer both.
        return work.page.result() if _take(work) else view(request, *args, **kwargs)

    return waiting


def under_way(token: str) -> int | None:
    """Return for how many seconds a page has been worked out; None when it is not, or not any more."""
    work = _works.get(token)
    if work is not None:
        _ask(work)
        return work.seconds if work.ended is None else None
    return pagemarks.elsewhere(token)


def stop_page(token: str, person: int) -> bool:
    """Stop what is worked out for a person, here or in another process; False when it is for somebody else."""
    with _lock:
        work = _works.get(token)
    if work is None and pagemarks.elsewhere(token) is None:
        return True     # it has ended meanwhile
    if str(work.person if work else pagemarks.person_of(token)) != str(person):
        return False
    pagemarks.stop(token)
    if work is not None:
        _leave(work)
    until = time.monotonic() + STOP_S
    while pagemarks.elsewhere(token) is not None and time.monotonic() < until:
        time.sleep(LOOK_S / 4)
    return True


def look_after() -> None:
    """Let pages go that were stopped in another process or that nobody asks for, and break off what still goes on."""
    with _lock:
        told = [work for work in _works.values() if work.ended is None and work.asked is not None]
        leaving = list(_leaving)
        if not told and not leaving:
            _watching.clear()
    for work in told:
        if pagemarks.is_stopped(work.token) or work.unasked_s > ABANDONED_S:
            _leave(work)
    for work in leaving:
        work.stop.strike()


def _watch() -> None:
    while True:
        _watching.wait()
        try:
            look_after()
        except Exception:   # whatever it is, the next page is to be stopped too
            log.exception("A page could not be looked after.")
        time.sleep(LOOK_S)


def _leave(work: Work) -> None:
    """Let go of a page: the next opening begins it anew, whatever the thread that works on this one still does."""
    with _lock:
        if _works.get(work.token) is work:
            del _works[work.token]
        work.stop.wish()
        _take_mark_away(work)
        if work.ended is None and work not in _leaving:
            _leaving.append(work)
        _watching.set()


def _token(request: HttpRequest) -> str:
    told = f"{request.user.pk}\n{translation.get_language()}\n{request.get_host()}\n{request.get_full_path()}"
    return hashlib.sha256(f"{settings.SECRET_KEY}\n{told}".encode()).hexdigest()[:32]


def _waiting_page(request: HttpRequest, token: str, seconds: int) -> HttpResponse:
    return render(request, "core/computing.html", {"token": token, "seconds": seconds, "back": _came_from(request)},
                  status=HTTPStatus.ACCEPTED)


def _came_from(request: HttpRequest) -> str:
    """Return the address of the product's page that led here; nothing where it is this one."""
    told = request.headers.get("Referer", "")
    inside = url_has_allowed_host_and_scheme(told, {request.get_host()}, request.is_secure())
    return told if inside and told != request.build_absolute_uri() else ""


def _work(token: str, person: int | None, view: Callable[[], HttpResponse]) -> Work | None:
    """Return the work of a page, begun now if it is not under way; None when too many are."""
    with _lock:
        _forget()
        work = _works.get(token)
        if work is not None:
            _ask(work)
        elif sum(one.ended is None for one in _works.values()) + len(_leaving) < MOST:
            queue = _queue()
            if queue is None:
                return None
            pagemarks.begin(token)
            work = _works[token] = Work(token, person)
            said = translation.get_language(), timezone.get_current_timezone()
            queue.put(partial(copy_context().run, _run, work, view, *said))
        return work


def _ask(work: Work) -> None:
    if work.asked is not None:
        work.asked = time.monotonic()


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
            Thread(target=_watch, name="pages", daemon=True).start()
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
        with translation.override(language), timezone.override(zone), work.stop.in_force():
            work.page.set_result(view())
    except BaseException as error:  # whatever it is, it is raised in front of who asked
        work.page.set_exception(error)
    finally:
        close_old_connections()
        with _lock:
            work.ended = time.monotonic()
            _take_mark_away(work)
            if work in _leaving:
                _leaving.remove(work)


def _ended(work: Work, patience: float) -> bool:
    """Whether a page was worked out while its reader waited; when it goes on, the other processes are told."""
    try:
        work.page.exception(timeout=patience)
    except TimeoutError:
        with _lock:
            if work.ended is None and not work.stop.wished:
                work.mark = work.mark or pagemarks.hold(work.token, work.person)
                pagemarks.ask(work.token)
                work.asked = time.monotonic()
                _watching.set()
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


def _take_mark_away(work: Work) -> None:
    if work.mark is not None:
        pagemarks.let_go(work.token, work.mark)
        work.mark = None
