"""Scores against SciPy, published figures and plain arithmetic."""

import numpy as np
import pytest
from scipy import stats as oracle
from statsmodels.stats.weightstats import DescrStatsW

from bihuan.engine.survey import scores
from bihuan.engine.survey.groups import difference


def test_without_weights_a_mean_is_students():
    values = np.random.default_rng(4).integers(1, 6, 50).astype(float)
    found = scores.mean(values)
    low, high = oracle.t.interval(0.95, 49, values.mean(), oracle.sem(values))
    assert (found.value, found.low, found.high) == pytest.approx((values.mean(), low, high))


def test_a_weight_of_two_counts_twice_but_is_no_second_person():
    found = scores.mean([5, 1, 1], [2, 1, 1])
    assert found.value == 3 and found.n == 3 and found.effective_n == pytest.approx(16 / 6)


def test_nothing_answered_is_none_and_never_zero():
    for found in (scores.mean([]), scores.nps([np.nan]), scores.share([]), scores.top_share([np.nan], 5)):
        assert (found.value, found.low, found.high, found.n) == (None, None, None, 0)


def test_one_answer_has_no_interval():
    assert scores.mean([4]).value == 4 and scores.mean([4]).low is None


def test_equal_answers_have_no_interval_and_show_no_change():
    """Two fives, then two fours: nothing says how far a third answer may lie."""
    assert scores.mean([5, 5]).value == 5 and scores.mean([5, 5], [1, 2]).low is None
    assert difference((np.array([5.0, 5]), np.ones(2)), (np.array([4.0, 4]), np.ones(2))) is None
    assert scores.paired_difference([5, 5, 5], [4, 4, 4]) is None


@pytest.mark.parametrize("n, half", [(30, 27.9), (100, 15.3), (400, 7.7)])
def test_the_margin_of_an_nps_is_the_published_one(n, half):
    """STANDARDS D6: 50 % promoters and 20 % detractors."""
    found = scores.nps([10] * (n // 2) + [0] * (n // 5) + [8] * (n - n // 2 - n // 5))
    assert found.value == pytest.approx(30) and found.low is not None and found.high is not None
    assert (found.high - found.low) / 2 == pytest.approx(half, abs=0.05)


def test_codes_beyond_the_scale_are_no_answers():
    """11 stands for blank in the airport survey's NPS column."""
    assert scores.nps([9, 10, 11, 11, 3]).n == 3


@pytest.mark.parametrize("hits, n, low, high", [(24, 30, 0.627, 0.905), (27, 30, 0.744, 0.965), (5, 5, 0.566, 1.0)])
def test_shares_have_wilsons_interval(hits, n, low, high):
    """STANDARDS D6."""
    found = scores.share([1] * hits + [0] * (n - hits))
    assert (found.low, found.high) == (pytest.approx(low, abs=6e-4), pytest.approx(high, abs=6e-4))


def test_the_variance_of_a_weighted_mean_is_not_below_either_estimate():
    """statsmodels' weighted statistics give Kish's variance when the weights are scaled to the effective n."""
    values, weights = np.array([5.0, 4, 4, 1, 5, 2]), np.array([1.0, 3, 0.5, 1, 2, 0.5])
    size = scores.effective_size(weights)
    kish = DescrStatsW(values, weights * size / weights.sum()).std_mean ** 2
    linear = 6 / 5 * np.square(weights * (values - np.average(values, weights=weights))).sum() / weights.sum() ** 2
    assert scores.variance_of_mean(values, weights) == pytest.approx(max(kish, linear))
    found = scores.mean(values, weights)
    half = oracle.t.ppf(0.975, size - 1) * max(kish, linear) ** 0.5
    assert found.high is not None and found.value is not None and found.high - found.value == pytest.approx(half)


def test_one_heavy_answer_among_light_ones_has_no_interval():
    """All the weight on one person: one person's opinion."""
    assert scores.mean([4, 2], [1, 1e-9]).low is None


def test_two_means_of_the_same_people_are_compared_as_pairs():
    dice = np.random.default_rng(2)
    first = dice.integers(1, 6, 40).astype(float)
    second = np.clip(first + dice.integers(-1, 2, 40), 1, 5)
    interval = oracle.ttest_rel(second, first).confidence_interval()
    assert scores.paired_difference(first, second) == pytest.approx(
        ((second - first).mean(), interval.low, interval.high))


def test_the_p_of_paired_means_is_scipys():
    dice = np.random.default_rng(2)
    first = dice.integers(1, 6, 40).astype(float)
    second = np.clip(first + dice.integers(-1, 3, 40), 1, 5)
    assert scores.paired_p(first, second) == pytest.approx(oracle.ttest_rel(second, first).pvalue)
    assert np.isnan(scores.paired_p([5, 5], [4, 4]))


def test_two_means_of_different_people_are_compared_as_groups():
    """Nobody answered both: the spread of a difference of independent means (Welch's, up to n/(n-1) and degrees)."""
    dice = np.random.default_rng(2)
    values = dice.normal(size=400)
    first, second = np.where(np.arange(400) < 200, values, np.nan), np.where(np.arange(400) < 200, np.nan, values)
    interval = oracle.ttest_ind(values[200:], values[:200], equal_var=False).confidence_interval()
    found = scores.paired_difference(first, second)
    assert found is not None and found[1:] == pytest.approx((interval.low, interval.high), rel=0.01)


def test_a_mean_of_nobody_cannot_be_compared():
    assert scores.paired_difference([np.nan, np.nan], [1, 2]) is None
