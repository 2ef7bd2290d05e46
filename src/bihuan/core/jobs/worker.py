"""The worker process: claims jobs, runs them, says that it lives, and brings back what dead workers left."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from typing import Any

from django.db import DatabaseError, close_old_connections, connection

from ..models import Job
from . import schedule
from .queue import beat, claim, hand_back, quick_kinds, rescue_stale
from .run import run_job

log = logging.getLogger(__name__)

BEAT_SECONDS = 2.0
IDLE_SECONDS = 1.0
RESCUE_EVERY = 10
FAREWELL_SECONDS = 5.0


class WorkerStopped(BaseException):
    """Raised by the signal that ends the worker, wherever it is; no job's function should catch it."""


class Stop:
    """Whether the worker is to end; a signal may set it wherever the worker is.

    An Event would not do: its ``wait`` takes a lock that its ``set`` wants too, and a handler that runs in between in
    the same thread waits for ever.
    """

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        self._is_set = True

    def is_set(self) -> bool:
        return self._is_set

    def wait(self, seconds: float) -> None:
        """Sleep, unless it is set; what a signal raises ends the sleep."""
        if not self._is_set:
            time.sleep(seconds)


def work(stop: Stop, *, idle_seconds: float = IDLE_SECONDS,
         orphaned: Callable[[], bool] = lambda: False) -> None:
    """Run jobs until ``stop`` is set or the process that started this one is gone.

    Quick kinds and the clock have a thread of their own, so that a reminder does not wait behind an import.
    """
    name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    ended = threading.Event()
    beside = threading.Thread(target=_quick_lane, args=(f"{name}:quick", ended, idle_seconds), daemon=True)
    beside.start()
    try:
        _lane(name, stop, idle_seconds, orphaned)
    finally:
        ended.set()
        beside.join(FAREWELL_SECONDS)


def run_next(name: str, *, only: Collection[str] | None = None, stop: Stop | None = None) -> bool:
    """Run the oldest job that is due (of the kinds ``only``) under this worker's name; False when there is none."""
    job = claim(name, only=only)
    if job is not None:
        _run_with_heart(job, stop or Stop())
    return job is not None


def _lane(name: str, stop: Stop, idle_seconds: float, orphaned: Callable[[], bool]) -> None:
    rounds = 0
    while not stop.is_set() and not orphaned():
        found = False
        try:
            if rounds % RESCUE_EVERY == 0:
                rescue_stale()
            found = run_next(name, stop=stop)
        except DatabaseError:
            # The database may be restarting; the next round tries again.
            log.exception("the worker could not reach the database")
        rounds += 1
        if not found:
            close_old_connections()
            stop.wait(idle_seconds)


def _quick_lane(name: str, ended: threading.Event, idle_seconds: float) -> None:
    """Watch the clock and run quick kinds. Ends with the worker; what a signal cuts off here is rescued later."""
    prepared = False
    try:
        while not ended.wait(idle_seconds):
            try:
                if not prepared:
                    schedule.prepare()
                    prepared = True
                schedule.tick()
                while not ended.is_set() and run_next(name, only=quick_kinds()):
                    pass
            except DatabaseError:
                log.exception("the worker's clock could not reach the database")
            close_old_connections()
    finally:
        connection.close()


def _run_with_heart(job: Job, stop: Stop) -> None:
    try:
        with Heart(job):
            run_job(job, stopping=stop.is_set)
    except BaseException as cut_off:
        # The signal may have struck in the middle of a query, and DuckDB makes an error of its own of it: give the job
        # back over a fresh connection.
        if not stop.is_set() and not isinstance(cut_off, WorkerStopped):
            raise
        connection.close()
        hand_back(job)
        raise WorkerStopped from cut_off


class Heart(AbstractContextManager["Heart"]):
    """While a job runs, a thread of its own says so every two seconds, even when the job computes without a pause."""

    def __init__(self, job: Job, *, every_seconds: float = BEAT_SECONDS) -> None:
        self.job = job
        self.every_seconds = every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"heart-{job.pk}", daemon=True)

    def __enter__(self) -> Heart:
        self._thread.start()
        return self

    def __exit__(self, *details: Any) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stop.wait(self.every_seconds):
                if not self._beat():
                    return
        finally:
            connection.close()

    def _beat(self) -> bool:
        try:
            return beat(self.job.pk, self.job.worker, self.job.attempts)
        except DatabaseError:
            # One missed beat is no death: a job is given up only after many.
            log.warning("missed a heartbeat of job %s", self.job.pk)
            return True
