"""Periods of any zone: queries and labels agree with the standard library on every moment."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.engine.indicators.contracts import EVERYTHING, Query
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.evaluate import evaluate_on
from bihuan.engine.indicators.passports import shipped
from bihuan.engine.indicators.periods import bounds, key_of, keys_between, label, offsets, parse_label, span_of
from bihuan.engine.indicators.tests.company import connection, session

ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC")
KINDS = ("day", "week", "month", "quarter", "year")


@given(st.dates(date(1996, 1, 1), date(2059, 12, 31)), st.sampled_from(KINDS))
def test_a_label_says_the_period_of_its_days(day, kind):
    key = key_of(kind, day)
    first, last = bounds(kind, key)
    assert first <= day <= last
    assert parse_label(label(kind, key)) == (kind, key)
    assert keys_between(kind, first, last) == [key]
    assert key_of(kind, last + timedelta(days=1)) != key


def test_iso_weeks_belong_to_the_year_of_their_thursday():
    # ISO 8601: 2024-12-30 is a Monday of week 1 of 2025; 2021-01-03 a Sunday of week 53 of 2020.
    assert label("week", key_of("week", date(2024, 12, 30))) == "2025-W01"
    assert label("week", key_of("week", date(2021, 1, 3))) == "2020-W53"


@pytest.mark.parametrize("text", ["2016-13", "2016-Q5", "2016-W60", "16-03", "soon", "2016-02-30"])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(IndicatorError) as error:
        span_of(text, None, None)
    assert error.value.code == "unknown_period"


@given(st.datetimes(datetime(1996, 1, 1), datetime(2059, 12, 31)), st.sampled_from(ZONES))
def test_offsets_equal_the_zone_at_every_moment(moment, zone):
    moment = moment.replace(tzinfo=UTC, microsecond=0)
    known = [offset for since, offset in offsets(ZoneInfo(zone)) if since <= moment.timestamp()][-1]
    assert timedelta(seconds=known) == moment.astimezone(ZoneInfo(zone)).utcoffset()


@given(st.lists(st.datetimes(datetime(2023, 12, 20), datetime(2024, 11, 10)), min_size=1, max_size=20),
       st.sampled_from(ZONES))
@settings(max_examples=5)
def test_filter_grouping_and_hours_follow_one_zone(moments, zone_name):
    """R6: the totals of days, of the same days asked one by one, and of hours are the same, and Python's."""
    zone = ZoneInfo(zone_name)
    rows = [{"case": str(i), "source": "s", "opened": moment.replace(tzinfo=UTC)} for i, moment in enumerate(moments)]
    here = session(connection(case=rows), zone=zone)
    volume = [shipped()["contact_volume"]]
    local = [moment.replace(tzinfo=UTC).astimezone(zone) for moment in moments]
    by_day = {r.period: r.n for r in evaluate_on(here, volume, Query(period="day"), EVERYTHING)}
    assert by_day == Counter(m.date().isoformat() for m in local)
    day = local[0].date()
    (named,) = evaluate_on(here, volume, Query(period=day.isoformat()), EVERYTHING)
    (bounded,) = evaluate_on(here, volume, Query(start=day, end=day), EVERYTHING)
    assert named.n == bounded.n == by_day[day.isoformat()]
    hours = {(r.group["hour"], r.group["weekday"]): r.n
             for r in evaluate_on(here, volume, Query(by=("hour", "weekday")), EVERYTHING)}
    assert hours[str(local[0].hour), str(local[0].isoweekday())] == sum(
        (m.hour, m.isoweekday()) == (local[0].hour, local[0].isoweekday()) for m in local)
