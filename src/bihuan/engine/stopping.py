"""Let a computation be stopped from another thread: that one alone, and only while nobody else waits for what it does.

Who may be stopped computes with a ``Stop`` in force. Everything that goes on with none (jobs, the command line) is as
if this module was not there.
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import Event, Lock
from typing import Protocol

LOOK_S = 0.1    # how often who waits for a lock looks whether it was stopped meanwhile


class Stopped(Exception):
    """The computation was stopped; what it had found is worth nothing."""


class Waitable(Protocol):
    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool: ...

    def release(self) -> None: ...


class Interruptible(Protocol):
    def interrupt(self) -> None: ...


class Stop:
    """The wish to stop one computation, and what it runs at the moment."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._wished = Event()
        self._broken_off = Event()
        self._connections: list[weakref.ref[Interruptible]] = []
        self._others: list[Callable[[], bool]] = []

    @property
    def wished(self) -> bool:
        return self._wished.is_set()

    def wish(self) -> None:
        """Have the computation stop; ``strike`` reaches the statement that runs."""
        self._wished.set()

    def due(self) -> bool:
        """Whether to stop now: not while somebody else waits for the part that is being worked out.

        Once something was broken off it stays so: whatever comes of it is worth nothing to anybody.
        """
        if self._broken_off.is_set() or not self.wished:
            return self._broken_off.is_set()
        with self._lock:
            others = list(self._others)
        return not any(wait() for wait in others)

    def strike(self) -> None:
        """Interrupt the statement that runs, if it is due; again and again until the computation has ended.

        An interruption of a statement that has not begun yet is lost. Connections are here only while they work for
        this computation, so that no other one's statement is hit.
        """
        if not self.due():
            return
        self._broken_off.set()
        with self._lock:
            for kept in self._connections:
                connection = kept()
                if connection is not None:
                    with suppress(Exception):   # closed meanwhile
                        connection.interrupt()

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Let what the block computes be stopped."""
        token = _current.set(self)
        try:
            yield
        finally:
            _current.reset(token)

    def _add(self, connection: Interruptible) -> weakref.ref[Interruptible]:
        kept = weakref.ref(connection)
        with self._lock:
            self._connections = [one for one in self._connections if one() is not None]
            self._connections.append(kept)
        return kept

    def _drop(self, kept: weakref.ref[Interruptible]) -> None:
        with self._lock:
            self._connections = [one for one in self._connections if one is not kept]


_current: ContextVar[Stop | None] = ContextVar("stop", default=None)


def check() -> None:
    """Raise Stopped where the computation that calls is to stop; to be called between its steps."""
    stop = _current.get()
    if stop is not None and stop.due():
        stop._broken_off.set()
        raise Stopped()


def whole() -> None:
    """Raise Stopped where something of the present computation was broken off, so that nothing of it is kept."""
    stop = _current.get()
    if stop is not None and stop._broken_off.is_set():
        raise Stopped()


def belongs(connection: Interruptible) -> None:
    """A new connection works for the present computation alone, as long as it lives."""
    stop = _current.get()
    if stop is not None:
        stop._add(connection)


@contextmanager
def shared() -> Iterator[None]:
    """What the block opens does not belong to the present computation: others will use it too."""
    token = _current.set(None)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def using(connection: Interruptible) -> Iterator[None]:
    """A connection that others use before and after works for the present computation during the block."""
    stop = _current.get()
    if stop is None:
        yield
        return
    kept = stop._add(connection)
    try:
        yield
    finally:
        stop._drop(kept)


@contextmanager
def waited_for(others: Callable[[], bool]) -> Iterator[None]:
    """What the block works out is not stopped while ``others`` says that somebody else waits for it.

    It is called from any thread and must neither wait nor raise. What was worked out to its end may be kept for them;
    raises Stopped after the block where something was broken off.
    """
    stop = _current.get()
    if stop is None:
        yield
        return
    with stop._lock:
        stop._others.append(others)
    try:
        yield
    finally:
        with stop._lock:
            stop._others.remove(others)
    whole()


@contextmanager
def alone(lock: Waitable) -> Iterator[None]:
    """Hold a lock; who is stopped while waiting for it gives up and raises Stopped."""
    take(lambda seconds: lock.acquire(timeout=-1 if seconds is None else seconds))
    try:
        yield
    finally:
        lock.release()


def take(acquire: Callable[[float | None], bool]) -> None:
    """Call ``acquire`` with seconds (None: without end) until it holds; raises Stopped where that is due meanwhile."""
    if _current.get() is None:
        acquire(None)
        return
    while not acquire(LOOK_S):
        check()


class Askers:
    """Who asks for what at the moment: whoever works something out goes on while somebody else waits for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asking: Counter[Hashable] = Counter()

    @contextmanager
    def asking(self, what: Hashable) -> Iterator[None]:
        """Ask for something during the block: to wait for it, or to work it out."""
        with self._lock:
            self._asking[what] += 1
        try:
            yield
        finally:
            with self._lock:
                self._asking[what] -= 1
                if not self._asking[what]:
                    del self._asking[what]

    @contextmanager
    def working_out(self, what: Hashable) -> Iterator[None]:
        """Work out what this thread asks for; stopped only when nobody else asks for it."""
        with waited_for(lambda: self._asking.get(what, 0) > 1):
            yield
