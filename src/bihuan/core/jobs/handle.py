"""What a job's function holds in its hand: progress, the wish to stop, the result."""

from __future__ import annotations

import time
from typing import Any

from ..models import Job
from .queue import owned

# Writing progress more often than people can read it only takes the database's time.
WRITE_EVERY_SECONDS = 0.5


class JobCancelled(Exception):
    """Raised by ``stop_if_cancelled`` at a point where the job may be left."""


class JobLost(Exception):
    """Another worker has taken the job over: whatever this one still writes would be wrong."""


class JobRetry(Exception):
    """Raised by a job's function on a passing trouble; its text is shown while the job waits to be run again."""


class JobHandle:
    """One claim of one job. Functions call ``progress`` between chunks, each of which they may repeat safely."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.result: dict[str, Any] | None = None
        self._written_at = 0.0
        self._cancelled = job.cancel_requested

    @property
    def id(self) -> str:
        return str(self.job.pk)

    def progress(self, done: int, total: int | None = None, text: str = "") -> None:
        """Show how far the job is: ``done`` of ``total`` (None: not known) and what it does now."""
        now = time.monotonic()
        if now - self._written_at < WRITE_EVERY_SECONDS and done != total:
            return
        self._written_at = now
        self._write(done=done, total=total, text=text[:300])
        self._read_wish()

    def cancelled(self) -> bool:
        """Return whether somebody asked the job to stop."""
        if not self._cancelled and time.monotonic() - self._written_at >= WRITE_EVERY_SECONDS:
            self._written_at = time.monotonic()
            self._read_wish()
        return self._cancelled

    def stop_if_cancelled(self) -> None:
        """Leave the job here when somebody asked for it."""
        if self.cancelled():
            raise JobCancelled

    def finish(self, result: dict[str, Any]) -> None:
        """Keep what came of the job; ``result["url"]``, if given, is where its page leads."""
        self.result = result

    def _write(self, **columns: Any) -> None:
        if not owned(self.job.pk, self.job.worker, self.job.attempts).update(**columns):
            raise JobLost(self.id)

    def _read_wish(self) -> None:
        wish = Job.objects.filter(pk=self.job.pk).values_list("cancel_requested", flat=True).first()
        self._cancelled = bool(wish)
