"""Trends, definition diffs and the scan for what stands out."""

import random
from datetime import UTC, datetime

import pytest

from bihuan.engine.indicators.contracts import EVERYTHING, Query
from bihuan.engine.indicators.diff import diff_on
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.passports import from_dict, shipped, to_dict
from bihuan.engine.indicators.scan import scan_on
from bihuan.engine.indicators.series import series_on
from bihuan.engine.indicators.tests.company import case, connection, session


def test_a_trend_has_limits_and_shows_months_without_data():
    rows = [case(m * 100 + i, f"2024-{m:02d}-10 09:00", resolved=i < 80) for m in (1, 2, 4) for i in range(100)]
    here = session(connection(case=rows), as_of=datetime(2024, 5, 1, tzinfo=UTC))
    points = series_on(here, shipped()["fcr_flag"], Query(period="month"), EVERYTHING)
    assert [point.result.period for point in points] == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert points[2].result.value is None and points[2].result.n == 0 and not points[2].signal
    # p chart: 0.8 +- 3 sqrt(0.8 * 0.2 / 100) = 0.68 .. 0.92
    assert points[0].centre == pytest.approx(0.8)
    assert (points[0].lower, points[0].upper) == (pytest.approx(0.68), pytest.approx(0.92))


def test_a_month_beyond_the_limits_is_a_signal():
    solved = {1: 80, 2: 82, 3: 79, 4: 55, 5: 81, 6: 80}
    rows = [case(m * 100 + i, f"2024-{m:02d}-10 09:00", resolved=i < k) for m, k in solved.items() for i in range(100)]
    here = session(connection(case=rows), as_of=datetime(2024, 7, 1, tzinfo=UTC))
    points = series_on(here, shipped()["fcr_flag"], Query(period="month"), EVERYTHING)
    assert [point.result.period for point in points if point.signal] == ["2024-04"]


def test_a_running_month_is_shown_and_neither_judged_nor_part_of_the_limits():
    """The data reach to the morning of 1 April.

    p chart of four whole months, 0.8 +- 3 sqrt(0.8 * 0.2 / 100), whatever the first of April brought.
    """
    rows = [case(m * 100 + i, f"2024-{m:02d}-10 09:00", resolved=i < 80) for m in (1, 2, 3) for i in range(100)]
    rows += [case(900 + i, "2024-04-01 07:00", resolved=False) for i in range(100)]
    points = series_on(session(connection(case=rows)), shipped()["fcr_flag"], Query(period="month"), EVERYTHING)
    assert [point.running for point in points] == [False, False, False, True]
    assert points[2].centre == pytest.approx(0.8) and points[2].lower == pytest.approx(0.68)
    last = points[3]
    assert (last.result.n, last.result.value, last.centre, last.signal) == (100, 0, None, False)


def test_a_trend_needs_periods():
    with pytest.raises(IndicatorError) as error:
        series_on(session(connection()), shipped()["fcr"], Query(), EVERYTHING)
    assert error.value.code == "no_series"


def rows_of_three():
    return [case(1, "2024-01-10 09:00", customer="C1", ended_at=None, resolved=True, reopens=0, transfers=0),
            case(2, "2024-01-10 09:00", customer="C2", resolved=True, reopens=1, transfers=0),
            case(3, "2024-01-10 09:00", customer="C3", resolved=False, reopens=0, transfers=0)]


def test_definition_diff_lists_exactly_the_cases_that_differ():
    # By the flag 1 and 2 are solved; untouched are 1 and 3.
    found = diff_on(session(connection(case=rows_of_three())), shipped()["fcr_flag"], shipped()["fcr_touch"], Query(),
                    EVERYTHING)
    assert (found.a.value, found.b.value, found.cases) == (2 / 3, 2 / 3, 2)
    verdicts = {row["case"]: (row["a"], row["b"]) for row in found.rows.to_pylist()}
    assert verdicts == {"s:2": ("in", "out"), "s:3": ("out", "in")}


def test_definition_diff_tells_the_numbers_of_all_its_rows_by_whatever_period_it_is_asked():
    later = case(4, "2024-03-10 09:00", customer="C4", resolved=False, reopens=0, transfers=0)
    by_month = Query(period="month")
    found = diff_on(session(connection(case=[*rows_of_three(), later])), shipped()["fcr_flag"], shipped()["fcr_touch"],
                    by_month, EVERYTHING)
    assert (found.a.n, found.a.value, found.b.value, found.cases) == (4, 2 / 4, 3 / 4, 3)
    none = diff_on(session(connection()), shipped()["fcr_flag"], shipped()["fcr_touch"], by_month, EVERYTHING)
    assert (none.a.value, none.cases) == (None, 0)


def test_definition_diff_says_where_a_row_is_missing():
    found = diff_on(session(connection(case=rows_of_three())), shipped()["fcr_flag"], shipped()["fcr"], Query(),
                    EVERYTHING)
    assert {row["b"] for row in found.rows.to_pylist()} == {"absent"}  # no case ended: none is in the 7-day FCR


def test_two_versions_of_a_mean_differ_where_their_values_do():
    rows = [case(1, "2024-01-10 09:00", resolution_s=100, resolution_business_s=100),
            case(2, "2024-01-10 09:00", resolution_s=100, resolution_business_s=60)]
    found = diff_on(session(connection(case=rows)), shipped()["resolution_cycle"], shipped()["resolution_working_time"],
                    Query(), EVERYTHING)
    assert found.cases == 1 and found.rows.to_pylist()[0]["value_b"] == 60


def test_the_same_definition_differs_nowhere():
    newer = from_dict({**to_dict(shipped()["fcr_flag"]), "version": "2"})
    found = diff_on(session(connection(case=rows_of_three())), shipped()["fcr_flag"], newer, Query(), EVERYTHING)
    assert found.cases == 0 and found.rows.num_rows == 0


def test_rows_of_different_kinds_cannot_be_compared():
    with pytest.raises(IndicatorError) as error:
        diff_on(session(connection()), shipped()["fcr"], shipped()["csat"], Query(), EVERYTHING)
    assert error.value.code == "grains_differ"


def population(share, size=400, seed=3, **columns):
    """Cases of four regions; ``share(region, topic)`` is the chance to be solved."""
    dice, rows = random.Random(seed), []
    for number in range(size * 4):
        region = ("华东", "华南", "华北", "西南")[number % 4]
        # The south has three times as many refunds as the others.
        topic = "退款" if dice.random() < (0.75 if region == "华南" else 0.25) else "物流"
        rows.append(case(number, "2024-01-10 09:00", region=region, topic=topic, channel="phone", priority="1",
                         resolved=dice.random() < share(region, topic), **columns))
    return session(connection(case=rows))


def seen(here, **options):
    found = scan_on(here, [shipped()["fcr_flag"]], Query(), EVERYTHING, **options)
    return {(observation.dimension, observation.group): observation for observation in found}


def test_scan_finds_the_region_that_is_worse():
    found = seen(population(lambda region, topic: 0.6 if region == "西南" else 0.8))
    worse = found["region", "西南"]
    assert worse.better is False and worse.effect < -0.1 and worse.low < worse.effect < worse.high < 0
    assert worse.p < 0.05 and worse.n == 400 and worse.n_rest == 1200
    assert not worse.explained_by_mix


def test_scan_says_when_the_mix_explains_a_difference():
    # Only the topic matters; the south looks worse because it has more refunds.
    found = seen(population(lambda region, topic: 0.5 if topic == "退款" else 0.9))
    south = found["region", "华南"]
    assert south.effect < -0.1 and south.explained_by_mix and abs(south.adjusted_effect) < 0.06
    assert "topic" in south.mix


@pytest.mark.parametrize("companies", [4, pytest.param(8, marks=pytest.mark.long)])
def test_scan_of_nothing_planted_stays_nearly_silent(companies):
    """Benjamini-Hochberg at 5 %: with no effect at all a scan speaks falsely in about one of twenty companies."""
    silent = sum(not seen(population(lambda region, topic: 0.8, seed=seed, size=100)) for seed in range(companies))
    assert silent >= companies * 3 / 4


def alike_customers(seed):
    """Eighty customers of four regions with ten cases each, all solved or none: chance alone decides who."""
    dice, rows = random.Random(seed), []
    for customer in range(80):
        solved = dice.random() < 0.7
        rows += [case(customer * 10 + turn, "2024-01-10 09:00", customer=f"C{customer}", channel="phone", priority="1",
                      region=("华东", "华南", "华北", "西南")[customer % 4], resolved=solved) for turn in range(10)]
    return session(connection(case=rows))


@pytest.mark.parametrize("companies", [4, pytest.param(10, marks=pytest.mark.long)])
def test_cases_of_one_customer_are_no_independent_evidence(companies):
    """Eighty customers, not eight hundred cases, carry the evidence; counted as cases, chance is told as a finding."""
    by_row = shipped()["fcr_flag"]
    by_customer = from_dict({**to_dict(by_row), "cluster": "customer"})
    said = {by_row.cluster: 0, by_customer.cluster: 0}
    for seed in range(companies):
        here = alike_customers(seed)
        for passport in (by_row, by_customer):
            said[passport.cluster] += bool(scan_on(here, [passport], Query(), EVERYTHING))
    assert said["customer"] <= 1 < companies / 2 <= said[None]


def test_small_cells_are_not_looked_at():
    rows = [case(i, "2024-01-10 09:00", region="华东" if i < 20 else "华南", resolved=i >= 20) for i in range(200)]
    assert seen(session(connection(case=rows))) == {}
