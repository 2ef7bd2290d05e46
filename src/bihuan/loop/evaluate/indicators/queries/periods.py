"""Periods in words (本月, 上季度 …) as days, and the period one compares with."""

from __future__ import annotations

from datetime import date, timedelta

from ..contracts import BoardState, Span


def fixed(state: BoardState, today: date) -> BoardState:
    """Return a state that asks for the same days whenever it is looked at."""
    span = span_of(state, today)
    if not (span.start or span.end):
        return state
    return state.with_(preset="custom", start=span.start, end=span.end)


def span_of(state: BoardState, today: date) -> Span:
    """Return the days a state asks for; ``today`` is the day the data reach to, in the workspace's zone.

    >>> span_of(BoardState(preset="last_quarter"), date(2026, 2, 10))
    Span(start=datetime.date(2025, 10, 1), end=datetime.date(2025, 12, 31))
    """
    match state.preset:
        case "custom":
            return Span(state.start, state.end)
        case "all":
            return Span(None, None)
        case "last_30_days":
            return Span(today - timedelta(days=29), today)
        case "this_month":
            return _months(today.year, today.month, 1)
        case "last_month":
            return _months(today.year, today.month - 1, 1)
        case "this_quarter":
            return _months(today.year, _quarter_start(today), 3)
        case "last_quarter":
            return _months(today.year, _quarter_start(today) - 3, 3)
        case "this_year":
            return _months(today.year, 1, 12)
        case "last_year":
            return _months(today.year - 1, 1, 12)
    raise ValueError(f"period {state.preset!r}: not one of the presets of contracts.PRESETS")


def so_far(span: Span, today: date) -> Span:
    """Return the days of a span that the data reach; a span that is over, open or still to come stays as it is.

    >>> so_far(Span(date(2026, 3, 1), date(2026, 3, 31)), date(2026, 3, 10)).end
    datetime.date(2026, 3, 10)
    """
    return Span(span.start, today) if is_running(span, today) else span


def is_running(span: Span, today: date) -> bool:
    return span.start is not None and span.end is not None and span.start <= today < span.end


def previous(span: Span, today: date | None = None) -> Span | None:
    """Return the period of the same length right before; whole months stay whole months; None when open.

    Of the period before a running one the same number of days from its beginning, so that ten days of March are
    compared with ten of February and not with all of it; without ``today`` no period is running.

    >>> previous(Span(date(2026, 3, 1), date(2026, 3, 31)))
    Span(start=datetime.date(2026, 2, 1), end=datetime.date(2026, 2, 28))
    >>> previous(Span(date(2026, 3, 1), date(2026, 3, 31)), date(2026, 3, 10))
    Span(start=datetime.date(2026, 2, 1), end=datetime.date(2026, 2, 10))
    """
    return _as_far(span, _previous(span), today)


def _as_far(span: Span, other: Span | None, today: date | None) -> Span | None:
    """Cut another period after as many days as have gone by of a running one."""
    if other is None or today is None or not is_running(span, today):
        return other
    assert span.start and other.start and other.end
    return Span(other.start, min(other.end, other.start + (today - span.start)))


def _previous(span: Span) -> Span | None:
    if span.start is None or span.end is None:
        return None
    if span.start.day == 1 and (span.end + timedelta(days=1)).day == 1:
        months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month + 1
        return _months(span.start.year, span.start.month - months, months)
    days = (span.end - span.start).days + 1
    return Span(span.start - timedelta(days=days), span.start - timedelta(days=1))


def year_before(span: Span, today: date | None = None) -> Span | None:
    """Return the same days a year earlier (29 February becomes the 28th); None when open.

    Of a running period as many days as have gone by, as ``previous``.
    """
    return _as_far(span, _year_before(span), today)


def _year_before(span: Span) -> Span | None:
    if span.start is None or span.end is None:
        return None
    if span.start.day == 1 and (span.end + timedelta(days=1)).day == 1:
        months = (span.end.year - span.start.year) * 12 + span.end.month - span.start.month + 1
        return _months(span.start.year - 1, span.start.month, months)
    return Span(_same_day(span.start), _same_day(span.end))


def trend_span(span: Span, grain: str, today: date, count: int = 12) -> Span:
    """Return the last ``count`` whole periods of ``grain`` up to the end of ``span`` (or of the data, if earlier)."""
    last = min(span.end or today, today)
    match grain:
        case "day":
            return Span(last - timedelta(days=count - 1), last)
        case "week":
            monday = last - timedelta(days=last.weekday())
            return Span(monday - timedelta(weeks=count - 1), last)
        case "month":
            return Span(_first(last.year, last.month - count + 1), last)
        case "quarter":
            return Span(_first(last.year, _quarter_start(last) - 3 * (count - 1)), last)
    return Span(date(last.year - count + 1, 1, 1), last)


def period_keys(span: Span, grain: str) -> list[str]:
    """Return the names of all periods of ``grain`` that a closed span touches, as the engine writes them, in order.

    >>> period_keys(Span(date(2025, 12, 30), date(2026, 1, 5)), "week")
    ['2026-W01', '2026-W02']
    """
    if span.start is None or span.end is None:
        return []
    keys: dict[str, None] = {}
    day = span.start
    while day <= span.end:
        keys[_key(day, grain)] = None
        day += timedelta(days=1)
    return list(keys)


def days_of(key: str) -> Span:
    """Return the days of one period as the engine names it (2016-03, 2016-Q1, 2016-W09, 2016, 2016-03-01).

    >>> days_of("2016-Q1")
    Span(start=datetime.date(2016, 1, 1), end=datetime.date(2016, 3, 31))
    """
    parts = key.split("-")
    year = int(parts[0])
    if len(parts) == 3:
        return Span(date.fromisoformat(key), date.fromisoformat(key))
    if len(parts) == 1:
        return _months(year, 1, 12)
    if parts[1].startswith("W"):
        monday = date.fromisocalendar(year, int(parts[1][1:]), 1)
        return Span(monday, monday + timedelta(days=6))
    if parts[1].startswith("Q"):
        return _months(year, int(parts[1][1:]) * 3 - 2, 3)
    return _months(year, int(parts[1]), 1)


def _key(day: date, grain: str) -> str:
    match grain:
        case "day":
            return day.isoformat()
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02d}"
        case "month":
            return f"{day.year}-{day.month:02d}"
        case "quarter":
            return f"{day.year}-Q{(day.month + 2) // 3}"
    return str(day.year)


def _quarter_start(day: date) -> int:
    return (day.month - 1) // 3 * 3 + 1


def _first(year: int, month: int) -> date:
    """Return the first day of a month counted from January of ``year``; 0 is December before, and so on."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _months(year: int, month: int, count: int) -> Span:
    return Span(_first(year, month), _first(year, month + count) - timedelta(days=1))


def _same_day(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)
