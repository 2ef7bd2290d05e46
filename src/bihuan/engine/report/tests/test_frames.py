"""Which days a report is about, and what it is compared with."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bihuan.engine.indicators.contracts import Query
from bihuan.engine.report.errors import ReportError
from bihuan.engine.report.frames import frame_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2024, 4, 10, 0, 0, tzinfo=UTC)


def frame(**query):
    return frame_of(Query(**query), as_of=NOW, zone=SHANGHAI)


@pytest.mark.parametrize(("period", "previous", "start", "end"), [
    ("2024-03", "2024-02", date(2024, 3, 1), date(2024, 3, 31)),
    ("2024-01", "2023-12", date(2024, 1, 1), date(2024, 1, 31)),
    ("2024-Q1", "2023-Q4", date(2024, 1, 1), date(2024, 3, 31)),
    ("2024-W01", "2023-W52", date(2024, 1, 1), date(2024, 1, 7)),
    ("2023", "2022", date(2023, 1, 1), date(2023, 12, 31)),
    # Not over by 10 April: 101 days of a leap year against 101 from 1 January.
    ("2024", "2023-01-01–2023-04-11", date(2024, 1, 1), date(2024, 12, 31)),
    ("2024-04", "2024-03-01–2024-03-10", date(2024, 4, 1), date(2024, 4, 30)),
])
def test_a_named_period_is_compared_with_the_one_before(period, previous, start, end):
    found = frame(period=period)
    assert (found.previous_label, found.start, found.end) == (previous, start, end)


def test_dates_of_whole_months_are_compared_with_as_many_whole_months():
    """A third quarter of 92 days with the second one of 91."""
    assert frame(period="all", start=date(2023, 7, 1), end=date(2023, 9, 30)).previous_label == "2023-04-01–2023-06-30"
    assert frame(period="all", start=date(2023, 7, 2), end=date(2023, 7, 11)).previous_label == "2023-06-22–2023-07-01"


def test_a_kind_means_the_last_that_had_ended():
    assert frame(period="month").label == "2024-03"
    assert frame(period="quarter").label == "2024-Q1"
    """2024-03-31 16:30 UTC is the first of April in Shanghai: March had ended."""
    turned = datetime(2024, 3, 31, 16, 30, tzinfo=UTC)
    assert frame_of(Query(period="month"), as_of=turned, zone=SHANGHAI).label == "2024-03"
    assert frame_of(Query(period="month"), as_of=turned, zone=ZoneInfo("UTC")).label == "2024-02"     # its last day


def test_the_trend_reaches_back_twelve_periods():
    trend = frame(period="2024-03").trend
    assert (trend.period, trend.start, trend.end) == ("month", date(2023, 4, 1), date(2024, 3, 31))


def test_days_are_compared_with_as_many_days_before():
    found = frame(period="all", start=date(2024, 3, 11), end=date(2024, 3, 20))
    assert (found.previous.start, found.previous.end) == (date(2024, 3, 1), date(2024, 3, 10))
    assert found.trend.period == "day"


def test_days_that_are_not_over_are_compared_with_as_many():
    found = frame(period="all", start=date(2024, 4, 1), end=date(2024, 4, 30))
    assert found.previous is not None
    assert (found.previous.start, found.previous.end) == (date(2024, 3, 1), date(2024, 3, 10))


def test_everything_is_compared_with_nothing():
    found = frame()
    assert (found.label, found.previous, found.previous_label) == ("all", None, "")


def test_a_period_nobody_understands_is_refused():
    with pytest.raises(ReportError) as caught:
        frame(period="三月")
    assert caught.value.code == "unknown_period" and "2024-Q1" in caught.value.text("zh")
