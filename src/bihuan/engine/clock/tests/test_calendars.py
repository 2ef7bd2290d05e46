"""Calendars: what is open when, and who says so."""

from datetime import date

import pytest

from bihuan.engine.clock.calendars import (
    load_calendars,
    parse_calendar,
    publish_calendars,
    publish_holidays,
    raw_calendar,
)
from bihuan.engine.clock.diagnose import diagnose_calendar
from bihuan.engine.clock.errors import ClockError
from bihuan.engine.clock.zone import workspace_zone
from bihuan.engine.home import open_home, publish


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.delenv("BIHUAN_ZONE", raising=False)
    return open_home(tmp_path / "home")


def test_zone_is_published_else_from_the_environment_else_shanghai(home, monkeypatch):
    assert workspace_zone(home).key == "Asia/Shanghai"
    monkeypatch.setenv("BIHUAN_ZONE", "Asia/Hong_Kong")
    assert workspace_zone(home).key == "Asia/Hong_Kong"
    publish(home, workspace={"zone": "Europe/Rome"})
    assert workspace_zone(home).key == "Europe/Rome"
    assert load_calendars(home)["cn_office"].zone == "Europe/Rome"


def test_unknown_zone_is_refused_with_an_example(home):
    publish(home, workspace={"zone": "Mars/Olympus"})
    with pytest.raises(ClockError, match="Asia/Shanghai") as caught:
        workspace_zone(home)
    assert caught.value.code == "zone_unknown"


def test_make_up_saturday_works_and_spring_festival_does_not(home):
    """State Council notice on the holidays of 2026: off 15-23 February, work on Saturdays 14 and 28 February."""
    office = load_calendars(home)["cn_office"]
    assert (office.plan(date(2026, 2, 14)).kind, office.plan(date(2026, 2, 28)).kind) == ("makeup", "makeup")
    assert {office.plan(date(2026, 2, day)).kind for day in range(15, 24)} == {"holiday"}
    assert office.plan(date(2026, 2, 14)).periods == office.weekly[0]
    assert office.plan(date(2026, 2, 21)).name == "春节"


def test_year_without_data_warns_until_the_workspace_declares_it(home):
    office = load_calendars(home)["cn_office"]
    warning, = office.warnings([2025, 2026, 2027])
    assert (warning.code, "2027" in warning.zh, "2027" in warning.text("en")) == ("holidays_unknown", True, True)
    assert office.plan(date(2027, 1, 1)).kind == "workday"
    publish_holidays(home, {"years": [2027], "days": [
        {"date": "2027-01-01", "kind": "holiday", "name": "元旦"}, {"date": "2027-01-02", "kind": "makeup"}]})
    office = load_calendars(home)["cn_office"]
    assert office.warnings([2027]) == []
    assert office.plan(date(2027, 1, 1)).name == "元旦"
    assert office.plan(date(2027, 1, 2)).periods == office.weekly[0]
    assert load_calendars(home)["always"].warnings([2027]) == []


def test_own_calendar_overrides_the_shipped_one_and_a_day_overrides_both(home):
    publish_calendars(home, [{
        "name": "cn_office", "holidays": "china", "weekly": {"mon": ["08:00-24:00"]},
        "days": [{"date": "2026-02-16", "periods": ["10:00-11:00"], "name": "值班"},
                 {"date": "2026-03-02", "periods": [], "name": "停电"}],
    }])
    own = load_calendars(home)["cn_office"]
    assert own.plan(date(2026, 2, 16)).periods == ((36000, 39600),)
    assert own.plan(date(2026, 3, 2)) .periods == ()
    assert own.plan(date(2026, 3, 9)).periods == ((28800, 86400),)
    assert raw_calendar(own)["weekly"]["mon"] == ["08:00-24:00"]
    assert parse_calendar(raw_calendar(own), zone="UTC") == own


@pytest.mark.parametrize(("period", "says"), [
    ("9-12", "09:00-12:00"), ("22:00-06:00", "22:00-24:00"), ("09:00-24:30", "24:00"), ("09:70-12:00", "59"),
])
def test_unusable_period_says_where_and_how(period, says):
    with pytest.raises(ClockError, match=says) as caught:
        parse_calendar({"name": "night", "weekly": {"sat": [period]}}, zone="UTC")
    assert "night, sat" in str(caught.value) and caught.value.code == "period_unreadable"


def test_overlapping_periods_are_refused():
    with pytest.raises(ClockError, match="重叠"):
        parse_calendar({"name": "x", "weekly": {"mon": ["09:00-12:00", "11:00-13:00"]}}, zone="UTC")


@pytest.mark.parametrize("raw", [
    {"name": ""}, {"name": "x", "weekly": {"monday": []}}, {"name": "x", "holidays": "mars"},
    {"name": "x", "makeup_like": "any"}, {"name": "x", "days": [{"date": "4/5/2026"}]},
])
def test_unreadable_calendar_is_refused_before_anything_is_published(home, raw):
    with pytest.raises(ClockError) as caught:
        publish_calendars(home, [raw])
    assert caught.value.code == "calendar_unreadable" and caught.value.text("en")
    assert "night" not in load_calendars(home)


def test_wrong_added_day_is_refused(home):
    with pytest.raises(ClockError, match="holiday"):
        publish_holidays(home, {"days": [{"date": "2027-01-01", "kind": "free"}]})


def test_diagnosis_of_a_year_counts_what_the_clock_counts(home):
    """China 2026 has 248 working days: 261 weekdays, less 19 holidays on weekdays, and 6 make-up days."""
    year = diagnose_calendar(load_calendars(home)["cn_office"], 2026)
    assert (len(year.days), year.count("makeup"), year.warnings) == (365, 6, ())
    assert year.count("workday") + year.count("makeup") == 248
    assert year.seconds == 248 * 27_000
    fourteenth = next(day for day in year.days if day.day == date(2026, 2, 14))
    assert (fourteenth.periods, fourteenth.seconds) == (("09:00-12:00", "13:30-18:00"), 27_000)


def test_diagnosis_of_a_zone_with_summer_time_knows_short_and_long_days():
    always = parse_calendar({"name": "rome", "weekly": {d: ["00:00-24:00"] for d in
                             ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}}, zone="Europe/Rome")
    seconds = {day.day: day.seconds for day in diagnose_calendar(always, 2024).days}
    assert (seconds[date(2024, 3, 31)], seconds[date(2024, 10, 27)]) == (23 * 3600, 25 * 3600)


def test_diagnosis_warns_of_an_unknown_year(home):
    assert diagnose_calendar(load_calendars(home)["cn_office"], 2030).warnings[0].code == "holidays_unknown"
