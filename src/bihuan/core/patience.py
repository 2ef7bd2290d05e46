"""Pages over much data: what takes longer than a reader waits goes on beside the page, which says so and looks again.

A view marked ``patient`` gives its questions some seconds in all. Where they do not do, ``StillComputing`` leaves the
view and a page comes that asks after the answer; the question goes on in a thread of its own, once for everybody who
asks it in this process. Outside of such views (jobs, the API, files, commands) everybody waits to the end.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from threading import Lock, Thread
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

Answer = TypeVar("Answer")
KEPT_S = 300        # how long an answer waits to be asked for again

_until: ContextVar[float | None] = ContextVar("until", default=None)
_lock = Lock()


@dataclass
class Work:
    """A question under way: its ``token`` names it in an address, ``begun`` is on the monotonic clock."""

    token: str = field(default_factory=lambda: secrets.token_hex(8))
    begun: float = field(default_factory=time.monotonic)
    ended: float | None = None
    answer: Future[Any] = field(default_factory=Future)

    @property
    def seconds(self) -> int:
        return int(time.monotonic() - self.begun)


class StillComputing(Exception):
    """The reader has waited long enough; ``work`` goes on."""

    def __init__(self, work: Work) -> None:
        super().__init__(work.token)
        self.work = work


_works: dict[Hashable, Work] = {}


def patient(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a page that is opened say that its numbers are being computed, when they take long."""

    @wraps(view)
    def waiting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        patience = settings.BIHUAN_PAGE_PATIENCE_S
        if not patience or request.method != "GET" or request.headers.get("HX-Request") == "true":
            return view(request, *args, **kwargs)
        before = _until.set(time.monotonic() + patience)
        try:
            return view(request, *args, **kwargs)
        except StillComputing as still:
            return render(request, "core/computing.html", {"work": still.work}, status=202)
        finally:
            _until.reset(before)

    return waiting


def patiently(key: Callable[[], Hashable], compute: Callable[[], Answer]) -> Answer:
    """Return what ``compute`` returns; raise ``StillComputing`` where the page can wait no longer for it.

    ``key`` tells equal questions to equal data; it is asked for only where somebody waits.
    """
    until = _until.get()
    if until is None:
        return compute()
    asked = key()
    with _lock:
        _forget()
        work = _works.get(asked) or _begin(asked, compute)
    try:
        found: Answer = work.answer.result(timeout=max(0.0, until - time.monotonic()))
    except TimeoutError:
        if not work.answer.done():
            raise StillComputing(work) from None
        raise
    finally:
        if work.answer.done():
            with _lock:
                if _works.get(asked) is work:
                    del _works[asked]
    return found


def under_way(token: str) -> Work | None:
    """Return the question of this process that a token names, while it is computed."""
    with _lock:
        return next((work for work in _works.values() if work.token == token and work.ended is None), None)


def _begin(key: Hashable, compute: Callable[[], Any]) -> Work:
    """Start a question in a thread that speaks the reader's language and counts in the workspace's zone."""
    work, language, zone = Work(), translation.get_language(), timezone.get_current_timezone()

    def run() -> None:
        try:
            with translation.override(language), timezone.override(zone):
                work.answer.set_result(compute())
        except BaseException as error:  # whatever it is, it is raised in front of who asked
            work.answer.set_exception(error)
        finally:
            work.ended = time.monotonic()
            connections.close_all()

    _works[key] = work
    Thread(target=run, name="question", daemon=True).start()
    return work


def _forget() -> None:
    """Let go of answers that nobody came back for."""
    old = time.monotonic() - KEPT_S
    for key in [key for key, work in _works.items() if work.ended is not None and work.ended < old]:
        del _works[key]
