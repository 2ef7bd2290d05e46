"""Periods of the workspace's zone: whole numbers in queries, labels for people; the zone is applied here alone.

A zone is a list of moments at which its offset from UTC changes, so that every engine computes the same local time
with plain arithmetic. Keys count days since 1970-01-01 (week: that of its Monday), months since year 0, quarters,
years; ``all`` is 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from .contracts import PERIODS
from .errors import IndicatorError

FOREVER = 2**53  # in every engine's integers, beyond every moment
_EPOCH = date(1970, 1, 1)
_LABEL = re.compile(
    r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|W(?P<week>\d{2})|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?")
_FIRST, _LAST = 1995, 2060  # beyond, the nearest offset holds
_STEP = timedelta(days=3)  # two changes of one zone lie a week apart at least (tz database 2026, all zones since 1995)


@lru_cache(maxsize=16)
def offsets(zone: tzinfo) -> tuple[tuple[int, int], ...]:
    """Return ((from epoch second, offset in seconds), ...), oldest first, between 1995 and 2060.

    >>> from zoneinfo import ZoneInfo
    >>> offsets(ZoneInfo("Asia/Shanghai"))[-1][1]
    28800
    """
    day = datetime(_FIRST, 1, 1, tzinfo=UTC)
    found = [(int(day.timestamp()), _offset(zone, day))]
    while day.year < _LAST:
        following = day + _STEP
        if _offset(zone, following) != found[-1][1]:
            found.append(_change(zone, day, following))
        day = following
    return tuple(found)


def _offset(zone: tzinfo, moment: datetime) -> int:
    return int(moment.astimezone(zone).utcoffset().total_seconds())  # type: ignore[union-attr]


def _change(zone: tzinfo, low: datetime, high: datetime) -> tuple[int, int]:
    """First second at which the offset differs from that at ``low``."""
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds() // 2))
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return int(high.timestamp()), _offset(zone, high)


@dataclass(frozen=True)
class Span:
    """A period kind and its bounds, days inclusive, None where open; ``label`` when it is one named period."""

    kind: str
    start: date | None = None
    end: date | None = None
    label: str | None = None


def span_of(period: str, start: date | None, end: date | None) -> Span:
    """Return what a query's period, from and to mean together; a label such as 2016-03 is that one period."""
    if start and end and start > end:
        raise IndicatorError("dates_reversed", start=start, end=end)
    if period in PERIODS:
        return Span(period, start, end)
    kind, key = parse_label(period)
    first, last = bounds(kind, key)
    return Span(kind, max(first, start or first), min(last, end or last), period)


def parse_label(text: str) -> tuple[str, int]:
    """Return (kind, key) of a label: 2016, 2016-Q1, 2016-03, 2016-W09 or 2016-03-01."""
    match = _LABEL.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        year, quarter, week, month, day = (int(part) if part else None for part in match.groups())
        assert year is not None
        if quarter:
            return "quarter", year * 4 + quarter - 1
        if week:
            return "week", _days(date.fromisocalendar(year, week, 1))
        if day:
            return "day", _days(date(year, month or 0, day))
        return ("month", year * 12 + date(year, month, 1).month - 1) if month else ("year", year)
    except ValueError as error:
        raise IndicatorError("unknown_period", name=text) from error


def label(kind: str, key: int) -> str:
    """Return the label of a period key.

    >>> label("month", 2016 * 12 + 2), label("week", 16860), label("all", 0)
    ('2016-03', '2016-W09', 'all')
    """
    if kind == "all":
        return "all"
    if kind == "year":
        return f"{key:04d}"
    if kind == "quarter":
        return f"{key // 4:04d}-Q{key % 4 + 1}"
    if kind == "month":
        return f"{key // 12:04d}-{key % 12 + 1:02d}"
    day = _EPOCH + timedelta(days=key)
    if kind == "day":
        return day.isoformat()
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def bounds(kind: str, key: int) -> tuple[date, date]:
    """Return the first and last day of a period."""
    if kind == "day":
        return _day(key), _day(key)
    if kind == "week":
        return _day(key), _day(key + 6)
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    first = key * months
    return _month(first), _month(first + months) - timedelta(days=1)


def keys_between(kind: str, first: date, last: date) -> list[int]:
    """Return the keys of all periods of a kind that touch the days first..last."""
    if kind == "all":
        return [0]
    keys, day = [], first
    while day <= last:
        key = key_of(kind, day)
        keys.append(key)
        day = bounds(kind, key)[1] + timedelta(days=1)
    return keys


def key_of(kind: str, day: date) -> int:
    """Return the key of the period that a local day lies in."""
    if kind == "day":
        return _days(day)
    if kind == "week":
        return _days(day) - day.weekday()
    return {"month": day.year * 12 + day.month - 1, "quarter": day.year * 4 + (day.month - 1) // 3,
            "year": day.year, "all": 0}[kind]


def is_over(last: date, reached: date | None) -> bool:
    """Whether a period that ends with ``last`` is over in the data: they reach beyond it, by days of the workspace.

    On the last day itself rows are still coming in. Everything that takes periods for whole asks here.

    >>> is_over(date(2026, 3, 31), date(2026, 3, 31)), is_over(date(2026, 3, 31), date(2026, 4, 1))
    (False, True)
    """
    return reached is not None and last < reached


def latest_over(kind: str, reached: date) -> int:
    """Return the key of the newest period that is over: the one before that in which the data end.

    >>> label("month", latest_over("month", date(2026, 3, 31))), label("week", latest_over("week", date(2026, 3, 29)))
    ('2026-02', '2026-W12')
    """
    return key_of(kind, bounds(kind, key_of(kind, reached))[0] - timedelta(days=1))


def local_midnight(day: date, zone: tzinfo) -> int:
    """Return the epoch second at which a local day begins."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def parse_day(text: str | date | None) -> date | None:
    """Return the date of 2016-03-31, None for nothing."""
    if text is None or isinstance(text, date):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise IndicatorError("bad_date", text=text) from error


def _days(day: date) -> int:
    return (day - _EPOCH).days


def _day(key: int) -> date:
    return _EPOCH + timedelta(days=key)


def _month(key: int) -> date:
    return date(key // 12, key % 12 + 1, 1)
