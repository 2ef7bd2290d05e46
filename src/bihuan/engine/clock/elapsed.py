"""Working seconds between two moments, for millions of pairs at once.

Each calendar becomes a table with one row a UTC day: the working seconds before that day, and the pieces of working
time inside it. Elapsed time is cumulative(end) - cumulative(start); a look-up is one row of the table and a clamp.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, overload
from zoneinfo import ZoneInfo

import numpy as np

from bihuan.engine.clock.calendars import Calendar
from bihuan.engine.clock.errors import ClockError
from bihuan.engine.clock.periods import DAY

FIRST_YEAR, LAST_YEAR = 1900, 2200  # outside, a date is a typing error; the table would only cost memory
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class DayTable:
    """Rows are UTC days from ``origin`` (days since 1970): what was worked before a day, and the pieces inside it."""

    origin: int
    before: np.ndarray    # (days + 1,) int64 working seconds before the day
    opens: np.ndarray     # (pieces a day, days) int64 second of the UTC day at which a piece opens
    lengths: np.ndarray   # (pieces a day, days) int64; 0 where the day has fewer pieces
    starts: np.ndarray    # (pieces,) int64 UTC seconds, all pieces in order
    reached: np.ndarray   # (pieces,) int64 working seconds at the end of each piece

    def cumulative(self, seconds: np.ndarray) -> np.ndarray:
        """Return the working seconds before each UTC second of the table's years."""
        day, second = np.divmod(seconds, DAY)
        day -= self.origin
        total = self.before[day]
        for opens, lengths in zip(self.opens, self.lengths):
            total += np.clip(second - opens[day], 0, lengths[day])
        return total


def business_seconds(calendar: Calendar, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return int64 working seconds from ``starts`` to ``ends`` (datetime64 in UTC, fractions of a second dropped).

    Negative where the end lies before the start. ClockError ``time_missing`` for NaT, ``time_out_of_range`` for
    years before 1900 or after 2200.

    >>> import numpy as np
    >>> office = Calendar("office", "UTC", ((((9 * 3600, 17 * 3600)),),) * 5 + ((), ()))
    >>> friday, monday = np.array(["2024-03-01T16:00"], "M8[us]"), np.array(["2024-03-04T10:00"], "M8[us]")
    >>> business_seconds(office, friday, monday).tolist()
    [7200]
    """
    begin, finish = _utc_seconds(starts), _utc_seconds(ends)
    if begin.size == 0 or calendar.never_closes:
        return finish - begin
    years = _years(begin, finish)
    table = day_table(calendar, *years)
    return table.cumulative(finish) - table.cumulative(begin)


@overload
def add_business(calendar: Calendar, start: datetime, seconds: int) -> datetime: ...


@overload
def add_business(calendar: Calendar, start: np.ndarray, seconds: int | np.ndarray) -> np.ndarray: ...


def add_business(calendar: Calendar, start: Any, seconds: Any) -> Any:
    """Undo ``business_seconds``: return the first moment by which ``seconds`` of working time have passed.

    A datetime with a zone gives a datetime in UTC; an array of datetime64 (UTC) gives such an array. No working time
    asked for gives the start itself. ClockError when the calendar has no working time left before the year 2200.
    """
    if isinstance(start, datetime):
        moment = np.array([start.astimezone(UTC).replace(tzinfo=None)], "datetime64[us]")
        found = add_business(calendar, moment, np.array([seconds]))
        return found.astype("datetime64[us]").tolist()[0].replace(tzinfo=UTC)
    begin = _utc_seconds(start)
    wanted = np.broadcast_to(np.asarray(seconds, np.int64), begin.shape)
    if (wanted < 0).any():
        raise ClockError("seconds_negative", zh="工作时长不能为负。", en="Working time to add must not be negative.")
    if not wanted.any() or calendar.never_closes:
        return (begin + wanted).astype("datetime64[s]")
    first, last = _years(begin, begin)
    while True:
        table = day_table(calendar, first, last)
        target = table.cumulative(begin) + wanted
        if table.reached.size and target.max() <= table.reached[-1]:
            break
        if last >= LAST_YEAR:
            raise ClockError("no_working_time", name=calendar.name,
                             zh=f"日历“{calendar.name}”没有足够的工作时段，请检查每周班次。",
                             en=f'Calendar "{calendar.name}" has too little working time; check its weekly periods.')
        last = min(LAST_YEAR, last + max(1, last - first))
    piece = np.searchsorted(table.reached, target, side="left")
    end = table.starts[piece] + _piece_length(table, piece) - (table.reached[piece] - target)
    return np.where(wanted == 0, begin, end).astype("datetime64[s]")


def _piece_length(table: DayTable, piece: np.ndarray) -> np.ndarray:
    before = np.where(piece > 0, table.reached[np.maximum(piece - 1, 0)], 0)
    return table.reached[piece] - before


def _utc_seconds(moments: np.ndarray) -> np.ndarray:
    moments = np.asarray(moments)
    if np.isnat(moments).any():
        raise ClockError("time_missing", zh="时间为空，无法计算工作时长，请先剔除这些行。",
                         en="A time is missing; leave such rows out.")
    return moments.astype("datetime64[s]").astype(np.int64)


def _years(begin: np.ndarray, finish: np.ndarray) -> tuple[int, int]:
    """Return the first and last UTC year among all moments."""
    low, high = min(begin.min(), finish.min()), max(begin.max(), finish.max())
    first, last = (int(np.datetime64(int(s), "s").astype("datetime64[Y]").astype(int)) + 1970 for s in (low, high))
    if first < FIRST_YEAR or last > LAST_YEAR:
        raise ClockError("time_out_of_range", first=first, last=last,
                         zh=f"时间超出 {FIRST_YEAR} 至 {LAST_YEAR} 年（{first} 至 {last}），请检查导入的日期格式。",
                         en=f"Times lie outside {FIRST_YEAR}-{LAST_YEAR} ({first}-{last}); check the date format.")
    return first, last


@lru_cache(maxsize=64)
def day_table(calendar: Calendar, first_year: int, last_year: int) -> DayTable:
    """Return the table of all UTC days of these years."""
    starts, ends = _pieces(calendar, date(first_year, 1, 1) - timedelta(2), date(last_year, 12, 31) + timedelta(2))
    first = (date(first_year, 1, 1) - EPOCH).days
    days = (date(last_year, 12, 31) - EPOCH).days + 1 - first
    keep = (ends > first * DAY) & (starts < (first + days) * DAY)
    starts, ends = np.maximum(starts[keep], first * DAY), np.minimum(ends[keep], (first + days) * DAY)
    day = starts // DAY - first
    rank = np.arange(day.size) - np.searchsorted(day, day, side="left")
    width = int(rank.max()) + 1 if rank.size else 1
    opens, lengths = np.zeros((width, days), np.int64), np.zeros((width, days), np.int64)
    opens[rank, day], lengths[rank, day] = starts % DAY, ends - starts
    before = np.concatenate([[0], np.cumsum(lengths.sum(axis=0))])
    return DayTable(first, before, opens, lengths, starts, np.cumsum(ends - starts))


def _pieces(calendar: Calendar, first: date, last: date) -> tuple[np.ndarray, np.ndarray]:
    """Return start and end (UTC seconds) of all working time of these local days, cut at UTC midnights.

    Working time is joined where periods touch, so that a calendar that never closes has no seam.
    """
    zone = ZoneInfo(calendar.zone)
    cut: list[tuple[int, int]] = []
    reached = -(10**18)
    day = first
    while day <= last:
        for start, end in calendar.plan(day).periods:
            begin, finish = max(_to_utc(day, start, zone), reached), _to_utc(day, end, zone)
            reached = max(reached, finish)
            while begin < finish:  # at most three rounds
                midnight = (begin // DAY + 1) * DAY
                cut.append((begin, min(finish, midnight)))
                begin = midnight
        day += timedelta(1)
    pieces = np.array(cut, np.int64).reshape(-1, 2)
    return pieces[:, 0], pieces[:, 1]


def _to_utc(day: date, second: int, zone: ZoneInfo) -> int:
    """Return UTC seconds of a local wall-clock second; 86400 is the next day's midnight."""
    if second == DAY:
        day, second = day + timedelta(1), 0
    minutes, rest = divmod(second, 60)
    local = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, rest, tzinfo=zone)
    return int(local.timestamp())


def working_pieces(calendar: Calendar, start: int, end: int) -> list[tuple[int, int]]:
    """Return the stretches of working time inside [start, end) in UTC seconds, joined where they touch."""
    if end <= start:
        return []
    if calendar.never_closes:
        return [(start, end)]
    table = day_table(calendar, *_years(np.array([start]), np.array([end])))
    lengths = np.diff(table.reached, prepend=0)
    keep = (table.starts + lengths > start) & (table.starts < end)
    joined: list[tuple[int, int]] = []
    for begin, length in zip(table.starts[keep].tolist(), lengths[keep].tolist()):
        begin, finish = max(begin, start), min(begin + length, end)
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], finish)
        else:
            joined.append((begin, finish))
    return joined
