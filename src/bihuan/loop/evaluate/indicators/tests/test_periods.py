"""Periods in words become the days a calendar shows."""

from datetime import date

import pytest

from ..contracts import BoardState, Span
from ..queries.periods import days_of, period_keys, previous, so_far, span_of, trend_span, year_before

TODAY = date(2026, 2, 10)


@pytest.mark.parametrize(("preset", "start", "end"), [
    ("this_month", date(2026, 2, 1), date(2026, 2, 28)),
    ("last_month", date(2026, 1, 1), date(2026, 1, 31)),
    ("this_quarter", date(2026, 1, 1), date(2026, 3, 31)),
    ("last_quarter", date(2025, 10, 1), date(2025, 12, 31)),
    ("this_year", date(2026, 1, 1), date(2026, 12, 31)),
    ("last_year", date(2025, 1, 1), date(2025, 12, 31)),
    ("last_30_days", date(2026, 1, 12), date(2026, 2, 10)),
    ("all", None, None),
])
def test_a_preset_is_whole_calendar_periods(preset, start, end):
    assert span_of(BoardState(preset=preset), TODAY) == Span(start, end)


def test_a_preset_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="fortnight"):
        span_of(BoardState(preset="fortnight"), TODAY)


def test_whole_months_are_compared_with_whole_months():
    assert previous(Span(date(2026, 3, 1), date(2026, 3, 31))) == Span(date(2026, 2, 1), date(2026, 2, 28))
    assert previous(Span(date(2026, 1, 1), date(2026, 3, 31))) == Span(date(2025, 10, 1), date(2025, 12, 31))


@pytest.mark.parametrize(("span", "shown", "before", "year"), [
    # 10 days of February 2026 against 10 of January and 10 of February 2025.
    (("2026-02-01", "2026-02-28"), "2026-02-10", ("2026-01-01", "2026-01-10"), ("2025-02-01", "2025-02-10")),
    # 41 days of the quarter: 1 October to 10 November.
    (("2026-01-01", "2026-03-31"), "2026-02-10", ("2025-10-01", "2025-11-10"), ("2025-01-01", "2025-02-10")),
    (("2026-01-01", "2026-01-31"), "2026-01-31", ("2025-12-01", "2025-12-31"), ("2025-01-01", "2025-01-31")),
    (("2026-02-09", "2026-02-15"), "2026-02-10", ("2026-02-02", "2026-02-03"), ("2025-02-09", "2025-02-10")),
])
def test_a_running_period_is_compared_with_as_many_days(span, shown, before, year):
    asked = Span(*map(date.fromisoformat, span))
    assert so_far(asked, TODAY).end == date.fromisoformat(shown)
    assert previous(asked, TODAY) == Span(*map(date.fromisoformat, before))
    assert year_before(asked, TODAY) == Span(*map(date.fromisoformat, year))


def test_the_day_is_31_and_the_month_before_has_28():
    """31 days of March to be: all of February is all there is to compare with."""
    assert previous(Span(date(2026, 3, 1), date(2026, 4, 30)), date(2026, 3, 31)) == Span(
        date(2026, 1, 1), date(2026, 1, 31))
    assert previous(Span(date(2026, 3, 1), date(2026, 3, 31)), date(2026, 3, 30)) == Span(
        date(2026, 2, 1), date(2026, 2, 28))


def test_other_days_are_compared_with_as_many_days():
    assert previous(Span(date(2026, 3, 10), date(2026, 3, 16))) == Span(date(2026, 3, 3), date(2026, 3, 9))


def test_an_open_period_has_nothing_before_it():
    assert previous(Span(None, None)) is None
    assert year_before(Span(None, date(2026, 1, 1))) is None


def test_a_leap_february_is_compared_with_the_whole_february_before():
    assert year_before(Span(date(2024, 2, 1), date(2024, 2, 29))) == Span(date(2023, 2, 1), date(2023, 2, 28))
    assert year_before(Span(date(2024, 2, 29), date(2024, 3, 5))) == Span(date(2023, 2, 28), date(2023, 3, 5))


def test_a_trend_shows_twelve_whole_periods_and_ends_with_the_data():
    quarter = Span(date(2026, 1, 1), date(2026, 3, 31))
    assert trend_span(quarter, "month", TODAY) == Span(date(2025, 3, 1), TODAY)
    assert trend_span(quarter, "quarter", TODAY, count=4) == Span(date(2025, 4, 1), TODAY)
    assert trend_span(quarter, "week", TODAY, count=2) == Span(date(2026, 2, 2), TODAY)


@pytest.mark.parametrize(("grain", "keys"), [
    ("month", ["2025-12", "2026-01"]), ("quarter", ["2025-Q4", "2026-Q1"]), ("year", ["2025", "2026"]),
    ("week", ["2026-W01", "2026-W02"]),
])
def test_a_period_without_data_keeps_its_place_in_a_trend(grain, keys):
    """30 December 2025 lies in the first ISO week of 2026."""
    assert period_keys(Span(date(2025, 12, 30), date(2026, 1, 5)), grain) == keys


@pytest.mark.parametrize(("key", "start", "end"), [
    ("2016-02", date(2016, 2, 1), date(2016, 2, 29)), ("2016-Q4", date(2016, 10, 1), date(2016, 12, 31)),
    ("2016-W09", date(2016, 2, 29), date(2016, 3, 6)), ("2016", date(2016, 1, 1), date(2016, 12, 31)),
    ("2016-03-01", date(2016, 3, 1), date(2016, 3, 1)),
])
def test_a_period_named_by_the_engine_is_these_days(key, start, end):
    assert days_of(key) == Span(start, end)
