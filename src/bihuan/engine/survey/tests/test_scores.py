"""Scores against SciPy, published figures and plain arithmetic."""

import numpy as np
import pytest
from scipy import stats as oracle

from bihuan.engine.survey import scores


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
