"""Periods, hours, filters and groups of a question, and questions that cannot be asked."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bihuan.engine.indicators.contracts import EVERYTHING, Query
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.evaluate import evaluate_on
from bihuan.engine.indicators.passports import shipped
from bihuan.engine.indicators.tests.company import ask, at, case, connection, days, one, session


def contact(number, ended, gap_days=None, **columns):
    return case(number, ended, customer=f"C{number}", topic="t", ended_at=at(ended), reopens=0,
                next_contact_s=None if gap_days is None else int(days(gap_days).total_seconds()), **columns)


@pytest.mark.parametrize(("period", "labels"), [
    ("day", ["2023-12-31", "2024-01-01"]), ("week", ["2023-W52", "2024-W01"]), ("month", ["2023-12", "2024-01"]),
    ("quarter", ["2023-Q4", "2024-Q1"]), ("year", ["2023", "2024"]), ("all", ["all"])])
def test_periods_begin_at_midnight_of_the_workspace(period, labels):
    # 23:59 and 00:00 in Shanghai are 15:59 and 16:00 UTC of the same day.
    con = connection(case=[case(1, "2023-12-31 23:59"), case(2, "2024-01-01 00:00")])
    assert [r.period for r in ask(con, "contact_volume", period=period)] == labels


def test_one_period_can_be_named_and_days_bound_inclusively():
    con = connection(case=[case(1, "2024-02-29 23:59"), case(2, "2024-03-01 00:00"), case(3, "2024-03-31 23:59")])
    named = one(con, "contact_volume", period="2024-03")
    assert (named.period, named.value) == ("2024-03", 2)
    assert one(con, "contact_volume", start=date(2024, 2, 29), end=date(2024, 3, 1)).value == 2


def test_hours_and_weekdays_are_those_of_the_workspace():
    con = connection(case=[case(1, "2024-03-04 00:30")])  # a Monday in Shanghai, Sunday in UTC
    (result,) = ask(con, "contact_volume", by=("hour", "weekday"))
    assert result.group == {"hour": "0", "weekday": "1"}


def test_summer_time_moves_the_midnight():
    # Both are 22:30 UTC: half past midnight in Berlin's summer, half past eleven the day before in its winter.
    con = connection(case=[case(1, "2024-07-01 06:30"), case(2, "2024-01-01 06:30")])
    berlin = session(con, zone=ZoneInfo("Europe/Berlin"))
    results = evaluate_on(berlin, [shipped()["contact_volume"]], Query(("contact_volume",), period="day"), EVERYTHING)
    assert [r.period for r in results] == ["2023-12-31", "2024-07-01"]


def test_filter_speaks_the_grammar_and_empty_groups_show_as_null():
    con = connection(case=[case(1, "2024-03-04 09:00", channel="phone", priority="1"), case(2, "2024-03-04 09:00")])
    assert one(con, "contact_volume", where="channel=phone and priority=1").value == 1
    groups = [r.group["channel"] for r in ask(con, "contact_volume", by=("channel",))]
    assert groups == ["phone", None]


def test_a_dimension_the_rows_lack_is_named():
    with pytest.raises(IndicatorError) as error:
        ask(connection(), "occupancy", by=("topic",))
    assert error.value.code == "dimension_absent" and "topic" in error.value.text("zh")
    # Asked for everything, what cannot answer is left out.
    asked = [shipped()[name] for name in ("contact_volume", "occupancy")]
    here = session(connection(case=[case(1, "2024-03-04 09:00", topic="t")]))
    assert [r.indicator for r in evaluate_on(here, asked, Query(by=("topic",)), EVERYTHING)] == ["contact_volume"]


@pytest.mark.parametrize(("query", "code"), [
    ({"by": ("colour",)}, "unknown_dimension"), ({"where": "colour = red"}, "unknown_field"),
    ({"period": "fortnight"}, "unknown_period"),
    ({"start": date(2024, 2, 1), "end": date(2024, 1, 1)}, "dates_reversed")])
def test_a_question_that_cannot_be_asked_says_why(query, code):
    with pytest.raises(IndicatorError) as error:
        ask(connection(), "contact_volume", **query)
    assert error.value.code == code and error.value.text("zh") and error.value.text("en")


def test_every_shipped_indicator_answers_without_data():
    results = ask(connection(), as_of=None)
    assert {r.indicator for r in results} == set(shipped())
    assert all(r.value is None and r.n == 0 for r in results)


def test_repeated_customers_widen_the_interval():
    # Ten customers with three contacts each; a customer either always comes back or never.
    rows = [contact(i, "2024-03-01 10:00", 1 if i % 10 < 2 else None) | {"customer": f"C{i % 10}"} for i in range(30)]
    result = one(connection(case=rows), "fcr")
    assert (result.value, result.n, result.method) == (0.8, 30, "wilson_cluster")
    assert result.low < 0.627 and result.high > 0.905  # wider than Wilson's 24 of 30
