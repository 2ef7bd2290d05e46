"""Which moment a board speaks of, and how fresh its data are."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from bihuan.core import workspace
from bihuan.engine.facts import journal
from bihuan.loop.evaluate.indicators.queries import engine

from ..contracts import RECORDING_AFTER, REFRESH_SECONDS, LiveState, Moment

OLD_TIMES = 4       # so many times the limit, data are stale and no longer merely old


def moment_of(state: LiveState, *, now: datetime | None = None) -> Moment:
    """Return the moment of a state: the wall clock, a moment that was asked for, or where the data end.

    Data that ended days ago are shown as a recording unless the address insists on the wall clock; the page says so.
    """
    now = now or timezone.now()
    as_of = engine.as_of()
    recording = state.clock == "data" or (state.clock != "now" and as_of is not None and now - as_of > RECORDING_AFTER)
    age = None if as_of is None else int((now - as_of).total_seconds())
    if recording and as_of is not None:
        at = min(state.at, as_of) if state.at else as_of
        return Moment(at, False, as_of, last_import(), age, "recording")
    return Moment(_stepped(now), True, as_of, last_import(), age, level_of(age, state.stale_minutes))


def level_of(age_s: int | None, stale_minutes: int) -> str:
    """Return how old data are: fresh, old (beyond the limit), stale (four times beyond), none.

    >>> [level_of(age, 30) for age in (None, 60, 1800, 1801, 7201)]
    ['none', 'fresh', 'fresh', 'old', 'stale']
    """
    if age_s is None:
        return "none"
    limit = stale_minutes * 60
    return "fresh" if age_s <= limit else "old" if age_s <= OLD_TIMES * limit else "stale"


def last_import() -> datetime | None:
    """Return when the last batch was written that still stands."""
    done = [batch.done_at for batch in journal.batches(workspace.home()) if batch.state == "done"]
    return max(done, default=None)


def _stepped(now: datetime) -> datetime:
    """Return the beginning of the present step: all screens that ask within it share one answer."""
    seconds = now.second % REFRESH_SECONDS
    return now.replace(microsecond=0) - timedelta(seconds=seconds)
