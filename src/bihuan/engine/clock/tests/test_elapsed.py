"""Working time: golden values, and a slow clock that counts minute by minute as the oracle."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.engine.clock.calendars import WEEKDAYS, Calendar, parse_calendar, shipped_calendars
from bihuan.engine.clock.elapsed import add_business, business_seconds, working_pieces
from bihuan.engine.clock.errors import ClockError

SHANGHAI = ZoneInfo("Asia/Shanghai")
PRESETS = {raw["name"]: parse_calendar(raw, zone="Asia/Shanghai") for raw in shipped_calendars()}
PATTERNS = [[], ["09:00-12:00", "13:30-18:00"], ["00:00-24:00"], ["00:00-06:30", "22:00-24:00"],
            ["08:00-09:00", "10:00-11:00", "12:00-13:00", "23:00-24:00"]]
ZONES = ["Asia/Shanghai", "UTC", "Europe/Rome", "America/St_Johns"]


def moments(*texts: str) -> np.ndarray:
    """Return local times of Shanghai as UTC datetime64."""
    local = [datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC) for text in texts]
    return np.array([moment.replace(tzinfo=None) for moment in local], "datetime64[us]")


def test_make_up_saturday_plus_eight_hours_ends_inside_working_time():
    """R1: 2026-02-14 is a working Saturday; 6.5 h are left of it, 15-23 February are Spring Festival."""
    end = add_business(PRESETS["cn_office"], datetime(2026, 2, 14, 10, tzinfo=SHANGHAI), 8 * 3600)
    assert end.astimezone(SHANGHAI) == datetime(2026, 2, 24, 10, 30, tzinfo=SHANGHAI)


def test_round_the_clock_loses_no_second():
    start, end = moments("2004-01-01 00:00", "2027-06-30 23:59:59")
    elapsed = business_seconds(PRESETS["always"], np.array([start]), np.array([end]))
    assert elapsed[0] == (end - start).astype("timedelta64[s]").astype(int)


def test_round_the_clock_in_a_zone_with_summer_time_has_no_seam():
    """A day entry takes the calendar off the short way, so the table itself is tested."""
    full = {day: ["00:00-24:00"] for day in WEEKDAYS}
    rome = parse_calendar({"name": "rome", "weekly": full,
                           "days": [{"date": "1999-01-01", "periods": []}]}, zone="Europe/Rome")
    start, end = np.array(["2024-01-01T00:00:00"], "M8[s]"), np.array(["2025-01-01T00:00:00"], "M8[s]")
    assert business_seconds(rome, start, end)[0] == 366 * 86400


@pytest.mark.parametrize(("start", "end", "seconds"), [
    ("2024-03-01 17:00", "2024-03-04 10:00", 2 * 3600),       # Friday to Monday
    ("2024-03-04 11:00", "2024-03-04 14:30", 2 * 3600),       # over lunch
    ("2024-03-02 10:00", "2024-03-03 10:00", 0),              # weekend
    ("2024-04-28 09:00", "2024-04-28 12:00", 3 * 3600),       # Sunday, make-up day of Labour Day
    ("2024-10-01 00:00", "2024-10-08 00:00", 0),              # National Day week
    ("2024-03-04 10:00", "2024-03-04 09:30", -1800),          # backwards
])
def test_office_hours(start, end, seconds):
    assert business_seconds(PRESETS["cn_office"], moments(start), moments(end)).tolist() == [seconds]


def test_period_to_midnight_is_counted_to_the_last_second():
    late = parse_calendar({"name": "late", "weekly": {"mon": ["20:00-24:00"]}}, zone="Asia/Shanghai")
    assert business_seconds(late, moments("2024-03-04 23:59:59"), moments("2024-03-05 08:00")).tolist() == [1]


def test_fractions_of_a_second_are_dropped_at_both_ends():
    start, end = np.array(["2024-03-04T01:00:00.9"], "M8[us]"), np.array(["2024-03-04T01:00:01.1"], "M8[us]")
    assert business_seconds(PRESETS["always"], start, end).tolist() == [1]


def test_missing_and_absurd_times_are_refused():
    office = PRESETS["cn_office"]
    with pytest.raises(ClockError) as missing:
        business_seconds(office, np.array(["NaT"], "M8[us]"), moments("2024-03-04 10:00"))
    with pytest.raises(ClockError) as absurd:
        business_seconds(office, np.array(["1066-10-14"], "M8[us]"), moments("2024-03-04 10:00"))
    assert (missing.value.code, absurd.value.code) == ("time_missing", "time_out_of_range")


def test_calendar_without_work_cannot_be_added_to():
    empty = parse_calendar({"name": "empty"}, zone="UTC")
    with pytest.raises(ClockError) as caught:
        add_business(empty, datetime(2024, 1, 1, tzinfo=UTC), 60)
    assert caught.value.code == "no_working_time"
    assert add_business(empty, datetime(2024, 1, 1, tzinfo=UTC), 0) == datetime(2024, 1, 1, tzinfo=UTC)


def test_negative_working_time_is_refused():
    with pytest.raises(ClockError, match="负"):
        add_business(PRESETS["always"], datetime(2024, 1, 1, tzinfo=UTC), -1)


def test_no_rows_give_no_rows():
    none = np.array([], "M8[us]")
    assert business_seconds(PRESETS["cn_office"], none, none).tolist() == []
    assert add_business(PRESETS["cn_office"], none, 5).tolist() == []


@st.composite
def calendars(draw) -> Calendar:
    weekly = {day: draw(st.sampled_from(PATTERNS)) for day in WEEKDAYS}
    days = [{"date": draw(st.dates(date(2026, 2, 1), date(2026, 3, 31))), "periods": draw(st.sampled_from(PATTERNS))}
            for _ in range(draw(st.integers(0, 2)))]
    return parse_calendar({"name": "drawn", "weekly": weekly, "days": days, "zone": draw(st.sampled_from(ZONES)),
                           "holidays": draw(st.sampled_from(["none", "china"]))}, zone="UTC")


MINUTES = st.integers(0, 45 * 1440).map(lambda m: datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=m))


def slow_clock(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Count the minutes whose local wall-clock time lies in a period of its local day: periods are whole minutes."""
    zone, total = ZoneInfo(calendar.zone), 0
    while start < end:
        local = start.astimezone(zone)
        second = local.hour * 3600 + local.minute * 60
        total += 60 * any(a <= second < b for a, b in calendar.plan(local.date()).periods)
        start += timedelta(minutes=1)
    return total


def elapsed(calendar: Calendar, start: datetime, end: datetime) -> int:
    pair = [np.array([moment.replace(tzinfo=None)], "datetime64[us]") for moment in (start, end)]
    return int(business_seconds(calendar, *pair)[0])


@settings(max_examples=25)
@given(calendars(), MINUTES, st.integers(0, 4000))
def test_elapsed_time_is_what_the_slow_clock_counts(calendar, start, minutes):
    end = start + timedelta(minutes=minutes)
    assert elapsed(calendar, start, end) == slow_clock(calendar, start, end)


@settings(max_examples=50)
@given(calendars(), MINUTES, MINUTES, MINUTES)
def test_elapsed_time_adds_up_and_never_runs_back(calendar, one, two, three):
    first, second, third = sorted([one, two, three])
    whole, left, right = (elapsed(calendar, *pair) for pair in ((first, third), (first, second), (second, third)))
    assert whole == left + right and left >= 0 and right >= 0
    assert whole <= (third - first).total_seconds()
    assert elapsed(calendar, third, first) == -whole


@settings(max_examples=50)
@given(calendars().filter(lambda c: any(c.weekly)), MINUTES, st.integers(1, 200_000))
def test_adding_working_time_undoes_counting_it(calendar, start, seconds):
    end = add_business(calendar, start, seconds)
    assert elapsed(calendar, start, end) == seconds
    assert elapsed(calendar, start, end - timedelta(seconds=1)) == seconds - 1


@settings(max_examples=30)
@given(calendars(), MINUTES, st.integers(0, 20_000))
def test_working_pieces_sum_to_the_elapsed_time(calendar, start, minutes):
    begin, end = int(start.timestamp()), int(start.timestamp()) + 60 * minutes
    pieces = working_pieces(calendar, begin, end)
    assert sum(b - a for a, b in pieces) == elapsed(calendar, start, start + timedelta(minutes=minutes))
    assert all(left[1] < right[0] for left, right in zip(pieces, pieces[1:]))
