"""What chance alone does, against every way of drawing the group, SciPy's exact tests and draws."""

from itertools import combinations

import numpy as np
import pytest
import scipy.stats

from bihuan.engine import stats


def by_exchange(x, y, step=0.0):
    values = np.concatenate([x, y])
    around = values - values.mean()
    return float(stats.exchange_p(np.sum(x), len(x), len(values), values.mean(), np.square(around).mean(),
                                  (around**3).mean(), step))


def test_sums_of_drawn_values_have_the_moments_of_all_draws():
    """Every pair of six values: the p at a sum d above the middle follows Pearson's curve with the pairs' moments."""
    values = np.array([1.0, 1, 2, 5, 9, 3])
    sums = np.array([sum(pair) for pair in combinations(values, 2)])
    around = values - values.mean()
    for total in (12.0, 14.0):
        found = float(stats.exchange_p(total, 2, 6, values.mean(), np.square(around).mean(), (around**3).mean()))
        curve = scipy.stats.pearson3(scipy.stats.skew(sums), sums.mean(), sums.std())
        assert found == pytest.approx(2 * curve.sf(total), rel=1e-6)


@pytest.mark.parametrize("k, n, others, of", [
    (2, 30, 5, 500), (3, 30, 5, 500), (4, 5, 75, 500), (0, 30, 75, 500), (1, 10, 3, 400), (8, 60, 20, 1000),
    (0, 60, 150, 1000), (40, 100, 300, 1000),
])
def test_rare_events_have_nearly_the_p_of_the_exact_test(k, n, others, of):
    """Twice the smaller tail of the hypergeometric distribution (Fisher's exact test, central form)."""
    exact = scipy.stats.hypergeom(n + of, k + others, n)
    p = min(2 * min(exact.cdf(k), exact.sf(k - 1)), 1)
    found = float(stats.exchange_p_of_rates(before=(others, of), after=(k, n)))
    assert p / 1.5 < found < 3.2 * p


def test_one_of_ten_against_three_of_four_hundred_is_no_proof():
    """The score test says p = 0.003; drawn by chance such a ten comes up in one of five (p = 0.19, exact)."""
    sides = {"before": (3, 400), "after": (1, 10)}
    assert float(stats.compare_rates(**sides).p) < 0.005  # type: ignore[arg-type]
    assert float(stats.exchange_p_of_rates(**sides)) == pytest.approx(0.189, abs=0.02)


@pytest.mark.parametrize("seed, n", [(1, 12), (2, 25), (3, 60)])
def test_skewed_ratings_have_the_p_of_drawn_groups(seed, n):
    """SciPy's permutation test of the same difference, 20,000 draws."""
    dice = np.random.default_rng(seed)
    x = dice.choice([1, 3, 4, 5], n, p=[0.1, 0.1, 0.2, 0.6])
    y = dice.choice([1, 3, 4, 5], 300, p=[0.03, 0.05, 0.2, 0.72])
    drawn = scipy.stats.permutation_test((x, y), lambda a, b: np.mean(a) - np.mean(b), n_resamples=20_000,
                                         rng=np.random.default_rng(9))
    assert by_exchange(x, y) == pytest.approx(drawn.pvalue, rel=0.25, abs=0.004)


def test_a_small_group_of_equal_best_answers_is_no_proof():
    """85 % fives: thirty fives in a row come up once in 131 times; Welch's test takes them for certain."""
    x = np.full(30, 5.0)
    y = np.array([5.0] * 850 + [4.0] * 100 + [1.0] * 50)
    sides = {name: (len(side), side.sum(), (side**2).sum()) for name, side in (("before", y), ("after", x))}
    assert float(stats.compare_means(**sides).p) < 1e-15 and by_exchange(x, y, 1) > 0.01  # type: ignore[arg-type]


def test_of_means_it_is_students_test():
    a, b = np.array([3.0, 4, 4, 5, 2, 7]), np.array([5.0, 6, 5, 9])
    found = stats.exchange_p_of_means(before=(6, a.sum(), (a**2).sum()), after=(4, b.sum(), (b**2).sum()))
    assert float(found) == pytest.approx(scipy.stats.ttest_ind(a, b).pvalue)


def test_what_cannot_differ_has_no_p():
    assert np.isnan(stats.exchange_p_of_rates(before=(0, 10), after=(0, 5)))
    assert np.isnan(stats.exchange_p_of_rates(before=(0, 0), after=(1, 5)))
