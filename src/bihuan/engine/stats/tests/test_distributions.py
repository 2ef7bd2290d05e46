"""Medians, survival and control limits against SciPy, statsmodels and published series."""

import numpy as np
import pytest
import scipy.stats
from statsmodels.duration.survfunc import SurvfuncRight

from bihuan.engine import stats


@pytest.mark.parametrize("n", [6, 9, 30, 101, 1000])
def test_median_interval_equals_scipy_quantile_test(n):
    values = np.random.default_rng(n).lognormal(3, 1, n)
    _, median, low, high = stats.grouped_quantile(np.zeros(n, int), values, np.ones(n, int), 1)
    oracle = scipy.stats.quantile_test(values, q=np.median(values), p=0.5).confidence_interval()
    assert float(median[0]) == pytest.approx(np.median(values))
    assert (low[0], high[0]) == (oracle.low, oracle.high)


def test_a_median_that_many_share_stands_for_what_was_rounded_to_it():
    """100 waits recorded in whole seconds, 80 of them 0: order statistics say 0 to 0, the clock 0 to half a second.

    Seconds drawn from a continuous law and rounded: in at least 95 % of 400 samples the interval holds its median.
    """
    group, waits = np.zeros(100, int), np.array([0.0] * 80 + [1, 2, 3, 9] * 5)
    _, median, low, high = stats.grouped_quantile(group, waits, np.ones(100, int), 1)
    assert (median[0], low[0], high[0]) == (0, 0, 0.5)
    _, _, low, high = stats.grouped_quantile(group, np.full(100, 7.0), np.ones(100, int), 1)
    assert np.isnan(low[0]) and np.isnan(high[0])
    rng, held = np.random.default_rng(3), 0
    for _sample in range(400):
        drawn = np.round(rng.normal(5.3, 0.6, 200))
        _, _, low, high = stats.grouped_quantile(np.zeros(200, int), drawn, np.ones(200, int), 1)
        held += low[0] <= 5.3 <= high[0]
    assert held >= 0.95 * 400


def test_five_rows_have_a_median_and_no_interval():
    n, median, low, high = stats.grouped_quantile(np.zeros(5, int), np.arange(5.0), np.ones(5, int), 1)
    assert (n[0], median[0]) == (5, 2) and np.isnan(low[0]) and np.isnan(high[0])


def test_groups_do_not_mix_and_an_empty_group_has_no_median():
    group, value, weight = np.array([2, 0, 0, 2]), np.array([7.0, 1, 3, 9]), np.array([1, 1, 2, 1])
    n, median, _, _ = stats.grouped_quantile(group, value, weight, 3)
    assert list(n) == [3, 0, 2]
    assert median[0] == 3 and np.isnan(median[1]) and median[2] == 8


def test_ninth_decile_is_the_smallest_value_with_nine_of_ten_at_or_below():
    _, p90, _, _ = stats.grouped_quantile(np.zeros(10, int), np.arange(1.0, 11), np.ones(10, int), 1, 0.9)
    assert p90[0] == 9


# Freireich et al. 1963, remission under 6-MP in weeks; + means still in remission. Median 23 in every textbook.
WEEKS = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
ENDED = [1] * 9 + [0] * 12


def test_survival_median_of_the_textbook_data():
    median, low, high = _survival(np.zeros(21, int), WEEKS, ENDED, 1)
    assert median[0] == 23
    expected = SurvfuncRight(np.array(WEEKS), np.array(ENDED)).quantile_ci(0.5, method="cloglog")
    assert low[0] == expected[0]
    assert np.isnan(high[0]) and np.isinf(expected[1])


def test_survival_of_groups_equals_statsmodels_group_by_group():
    rng = np.random.default_rng(11)
    group, time = rng.integers(0, 6, 400), rng.integers(1, 60, 400)
    ended = rng.random(400) < 0.7
    median, low, high = _survival(group, time, ended, 6)
    for index in range(6):
        one = SurvfuncRight(time[group == index], ended[group == index].astype(int))
        assert median[index] == one.quantile(0.5)
        with np.errstate(divide="ignore", invalid="ignore"):  # statsmodels takes the logarithm of the curve's last 0
            expected = one.quantile_ci(0.5, method="cloglog")
        assert (low[index], high[index]) == expected


def test_survival_median_finds_exactly_one_half_in_every_one_of_many_groups():
    # Four ends at 1, 2, 3, 4: the curve is 3/4, 1/2, 1/4, 0 and reaches one half at 2, whatever groups stand before.
    groups = 3000
    owner, time = np.repeat(np.arange(groups), 4), np.tile([1, 2, 3, 4], groups)
    median, _, _ = _survival(owner, time, np.ones(4 * groups), groups)
    assert (median == 2).all()


def test_survival_median_is_unknown_while_most_are_still_running():
    median, _, _ = _survival(np.zeros(4, int), [5, 9, 9, 9], [1, 0, 0, 0], 1)
    assert np.isnan(median[0])


def test_without_open_cases_the_survival_median_is_the_smallest_time_half_are_done():
    median, _, _ = _survival(np.zeros(3, int), [5, 8, 20], [1, 1, 1], 1)
    assert median[0] == 8


def _survival(group, time, ended, groups):
    ended = np.asarray(ended, int)
    return stats.grouped_median_survival(np.asarray(group), np.asarray(time), ended, 1 - ended, groups)


def test_individuals_chart_uses_two_point_six_six_moving_ranges():
    """Wheeler, Understanding Variation: limits at mean +- 2.66 mean moving range."""
    values = np.array([10.0, 12, 11, 13, 9, 10, 12])
    limits = stats.xmr_chart(values)
    ranges = np.abs(np.diff(values)).mean()
    assert limits.upper[0] == pytest.approx(values.mean() + 2.66 * ranges, rel=1e-3)
    assert not limits.signal.any()


def test_p_chart_marks_the_point_beyond_three_sigma():
    limits = stats.p_chart([20, 22, 19, 21, 45, 20], [100] * 6)
    assert list(np.flatnonzero(limits.signal)) == [4]


def test_p_chart_becomes_laneys_when_large_counts_vary_more_than_chance():
    k = np.array([5000, 5300, 4900, 5250, 5050, 5400, 4950, 5200])
    limits = stats.p_chart(k, [10000] * 8)
    assert limits.chart == "p'" and not limits.signal.any()


def test_eight_points_on_one_side_are_a_signal():
    values = np.array([1.0, 2, 1, 2, 1, 2, 1, 2, 9, 10, 9, 10, 9, 10, 9, 10])
    assert stats.xmr_chart(values).signal[[7, 15]].all()
