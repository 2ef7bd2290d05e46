"""The report's period, the one before it to compare with, and the periods of its trend."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..indicators.contracts import PERIODS, Query
from ..indicators.errors import IndicatorError
from ..indicators.periods import bounds, key_of, label, parse_label, span_of
from .errors import ReportError

TREND = 12           # periods of a trend, this one included
LATEST = tuple(period for period in PERIODS if period != "all")


@dataclass(frozen=True)
class Frame:
    """``query`` asks for the report's period, ``previous`` for the one before (None: open ends), ``trend`` for a
    series of periods up to it."""

    label: str
    query: Query
    previous_label: str
    previous: Query | None
    trend: Query
    start: date | None
    end: date | None


def frame_of(query: Query, *, as_of: datetime | None, zone: ZoneInfo) -> Frame:
    """Return the frame of a query.

    A label (2024-03, 2024-Q1 ...) is that period. A kind (month, quarter ...) without dates is the last one that had
    ended by ``as_of``. Dates are that span, compared with the span of equal length before it, whole months with whole
    months. ``all`` is everything, compared with nothing. A period that is not over by ``as_of`` is compared with as
    many days from the beginning of the one before. ReportError ``unknown_period`` for any other word.
    """
    today = (as_of or datetime.now(zone)).astimezone(zone).date()
    if query.period in LATEST and not (query.start and query.end):
        query = replace(query, period=_last_ended(query.period, as_of, zone), start=None, end=None)
    if query.period in PERIODS:
        return _dated(replace(query, period="all"), today)
    try:
        kind, key = parse_label(query.period)
    except IndicatorError as error:
        raise ReportError("unknown_period", text=query.period) from error
    span = span_of(query.period, query.start, query.end)
    first = _back(kind, key, TREND - 1)
    before = label(kind, _before(kind, key))
    previous = replace(query, period=before, start=None, end=None)
    if span.start and span.end and span.start <= today < span.end:
        first_day, last_day = bounds(kind, _before(kind, key))
        last_day = min(last_day, first_day + (today - span.start))
        before, previous = f"{first_day}–{last_day}", replace(query, period="all", start=first_day, end=last_day)
    return Frame(
        query.period, query, before, previous,
        replace(query, period=kind, start=first, end=span.end), span.start, span.end,
    )


def _last_ended(kind: str, as_of: datetime | None, zone: ZoneInfo) -> str:
    today = (as_of or datetime.now(zone)).astimezone(zone).date()
    # On the last day of a period its rows are still coming in.
    return label(kind, _before(kind, key_of(kind, today)))


def _dated(query: Query, today: date) -> Frame:
    """Frame a span of days; open ends have no period before them."""
    start, end = query.start, query.end
    if not (start and end):
        ends = f"{start or ''}–{end or ''}" if start or end else "all"
        return Frame(ends, query, "", None, replace(query, period="month"), start, end)
    days = (end - start).days + 1
    first, last = _first_before(start, end), start - timedelta(days=1)
    before = replace(query, start=first, end=min(last, first + (today - start)) if start <= today < end else last)
    kind = "month" if days > 62 else "week" if days > 14 else "day"
    return Frame(
        f"{start}–{end}", query, f"{before.start}–{before.end}", before, replace(query, period=kind), start, end,
    )


def _first_before(start: date, end: date) -> date:
    """Return the first day of the span before: whole months are compared with as many whole months.

    >>> _first_before(date(2026, 7, 1), date(2026, 9, 30)), _first_before(date(2026, 7, 2), date(2026, 7, 3))
    (datetime.date(2026, 4, 1), datetime.date(2026, 6, 30))
    """
    if start.day != 1 or (end + timedelta(days=1)).day != 1:
        return start - timedelta(days=(end - start).days + 1)
    months = (start.year - end.year) * 12 + start.month - end.month - 1
    years, month = divmod(start.month - 1 + months, 12)
    return date(start.year + years, month + 1, 1)


def _before(kind: str, key: int) -> int:
    return key_of(kind, bounds(kind, key)[0] - timedelta(days=1))


def _back(kind: str, key: int, count: int) -> date:
    """Return the first day of the period ``count`` periods earlier."""
    for _ in range(count):
        key = _before(kind, key)
    return bounds(kind, key)[0]
