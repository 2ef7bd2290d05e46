"""Numbers quoted from STANDARDS D6, published papers, SciPy and statsmodels."""

import numpy as np
import pytest
import scipy.stats
import statsmodels.api
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from bihuan.engine import stats


@pytest.mark.parametrize(("k", "n", "low", "high"), [(24, 30, 62.7, 90.5), (27, 30, 74.4, 96.5), (5, 5, 56.6, 100.0)])
def test_wilson_gives_the_values_of_the_standards(k, n, low, high):
    bounds = stats.wilson(k, n)
    assert tuple(round(100 * float(bound), 1) for bound in bounds) == (low, high)


def test_wilson_equals_statsmodels_for_every_count_of_forty():
    k = np.arange(41)
    assert np.allclose(stats.wilson(k, 40), proportion_confint(k, 40, method="wilson"))


def test_no_rows_give_no_interval():
    assert all(np.isnan(stats.wilson(0, 0)))


@pytest.mark.parametrize(("n", "half"), [(30, 27.9), (100, 15.3), (400, 7.7)])
def test_nps_precision_of_the_standards(n, half):
    """Half promoters, a fifth detractors. The table's 27.9 for n = 30 is cut, not rounded (27.948)."""
    score, low, high = stats.nps(0.5 * n, 0.2 * n, n)
    assert float(score) == pytest.approx(30)
    assert float(high - low) / 2 == pytest.approx(half, abs=0.05)


def test_nps_of_equal_answers_does_not_claim_certainty():
    score, low, high = stats.nps(5, 0, 5)
    assert (float(score), float(high)) == (100, 100)
    assert float(low) == pytest.approx(2 * 56.55 - 100, abs=0.1)  # Wilson 5/5 from the standards: 56.6 %


def test_published_example_of_two_rates():
    """Newcombe 1998, Statistics in Medicine 17:873-890, method 10: 56/70 against 48/80."""
    result = stats.compare_rates(before=(48, 80), after=(56, 70))
    assert (round(float(result.low), 4), round(float(result.high), 4)) == (0.0524, 0.3339)


def test_two_rates_p_equals_the_chi_square_test():
    table = [[56, 14], [48, 32]]
    assert stats.compare_rates(before=(48, 80), after=(56, 70)).p == pytest.approx(
        scipy.stats.chi2_contingency(table, correction=False).pvalue)


def test_mean_interval_equals_scipy():
    values = np.array([12.0, 45, 3, 80, 22, 19])
    expected = scipy.stats.t.interval(0.95, 5, values.mean(), scipy.stats.sem(values))
    mean, low, high = stats.mean_from_sums(6, values.sum(), (values**2).sum())
    assert (float(low), float(high)) == pytest.approx(expected)
    assert float(mean) == pytest.approx(values.mean())


def test_one_row_has_a_mean_and_no_interval():
    mean, low, high = stats.mean_from_sums(1, 7, 49)
    assert float(mean) == 7 and np.isnan(low) and np.isnan(high)


def test_holm_equals_statsmodels():
    p = np.array([0.2, 0.001, 0.03, 0.012, 0.9, np.nan])
    adjusted = stats.holm(p)
    assert np.allclose(adjusted[:5], multipletests(p[:5], method="holm")[1]) and np.isnan(adjusted[5])


def test_the_p_of_an_interval_is_that_of_its_normal_test():
    """A difference of 3 with a standard error of 1 has SciPy's p of .0027, whatever its sign."""
    half = scipy.stats.norm.ppf(0.975)
    p = stats.interval_p([3, -3, 1, 0], [3 - half, -3 - 9, 1 - half, -half], [3 + 9, -3 + half, 1 + half, half])
    assert p == pytest.approx([2 * scipy.stats.norm.sf(z) for z in (3, 3, 1, 0)])
    assert np.isnan(stats.interval_p(1.0, np.nan, np.nan))


def test_equal_values_have_no_interval():
    """SciPy's t interval of a scale of 0 is NaN; 0.1 thirty times sums to a little more than 3."""
    for values in (np.array([5.0, 5]), np.full(30, 0.1), np.zeros(9)):
        with np.errstate(invalid="ignore"):
            expected = scipy.stats.t.interval(0.95, len(values) - 1, values.mean(), 0.0)
        mean, low, high = stats.mean_from_sums(len(values), values.sum(), (values**2).sum())
        assert np.isnan([low, high, *expected]).all() and float(mean) == pytest.approx(values[0])
    # Three customers with two, three and four answers of 4 each.
    y, x = np.array([8.0, 12, 16]), np.array([2.0, 3, 4])
    ratio, low, high = stats.cluster_ratio(36, 9, 3, (y * y).sum(), (y * x).sum(), (x * x).sum())
    assert float(ratio) == 4 and np.isnan(low) and np.isnan(high)


def test_welch_equals_scipy():
    a, b = np.array([1.0, 4, 2, 8, 5]), np.array([9.0, 7, 12, 6])
    result = stats.compare_means(before=_sums(a), after=_sums(b))
    oracle = scipy.stats.ttest_ind(b, a, equal_var=False)
    interval = oracle.confidence_interval()
    assert float(result.p) == pytest.approx(oracle.pvalue)
    assert (float(result.low), float(result.high)) == pytest.approx((interval.low, interval.high))


def test_rows_that_do_not_vary_have_a_difference_without_interval_or_p():
    """Welch's statistic is 30 / 0 and its degrees of freedom 0 / 0."""
    result = stats.compare_means(before=_sums(np.full(3, 60.0)), after=_sums(np.full(4, 90.0)))
    assert float(result.difference) == 30 and np.isnan([result.p, result.low, result.high]).all()


def _sums(values):
    return len(values), values.sum(), (values**2).sum()


def test_poisson_interval_equals_the_chi_square_form():
    """Garwood 1936 in its chi-square form; 10 events: 4.795 to 18.391 in every table of Poisson limits."""
    rate, low, high = stats.poisson_interval(10)
    assert (float(rate), round(float(low), 3), round(float(high), 3)) == (10, 4.795, 18.390)
    assert float(stats.poisson_interval(0)[2]) == pytest.approx(scipy.stats.chi2.ppf(0.975, 2) / 2)


def test_events_per_exposure_scale_and_no_exposure_is_no_rate():
    rate, low, high = stats.poisson_interval([10, 10], [1000, 0])
    assert rate[0] == pytest.approx(0.01) and np.isnan(rate[1]) and np.isnan(high[1])


def test_benjamini_hochberg_equals_statsmodels_and_skips_missing():
    p = np.array([0.01, 0.04, 0.03, 0.005, 0.2])
    adjusted = stats.benjamini_hochberg(np.append(p, np.nan))
    assert np.allclose(adjusted[:5], multipletests(p, method="fdr_bh")[1])
    assert np.isnan(adjusted[5])


def test_cluster_robust_mean_equals_regression_with_cluster_covariance():
    rng = np.random.default_rng(4)
    cluster = rng.integers(0, 12, 90)
    value = rng.normal(size=90) + rng.normal(size=12)[cluster]
    fit = statsmodels.api.OLS(value, np.ones(90)).fit(
        cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False}, use_t=True)
    y, x = np.bincount(cluster, value), np.bincount(cluster)
    mean, low, high = stats.cluster_ratio(y.sum(), x.sum(), 12, (y * y).sum(), (y * x).sum(), (x * x).sum())
    half = scipy.stats.t.ppf(0.975, 11) * fit.bse[0] * np.sqrt(12 / 11)
    assert (float(mean), float(high - low) / 2) == pytest.approx((value.mean(), half))


def test_clustered_rate_is_wider_and_single_rows_change_nothing():
    # Ten customers with three alike answers each, 8 of 10 pleased: the data speak for ten, not for thirty.
    k, n = np.repeat([3, 0], [8, 2]), np.full(10, 3)
    clustered = stats.cluster_wilson(24, 30, 10, (k * k).sum(), (k * n).sum(), (n * n).sum())
    assert clustered[0] < stats.wilson(24, 30)[0] and clustered[1] > stats.wilson(24, 30)[1]
    # deff = 3 * 10/9, effective n = 9, for ten clusters (z / t(9))^2 of it: Korn and Graubard 1998
    size = 9 * (scipy.stats.norm.ppf(0.975) / scipy.stats.t.ppf(0.975, 9)) ** 2
    assert clustered[0] == pytest.approx(stats.wilson(0.8 * size, size)[0])
    single = stats.cluster_wilson(24, 30, 30, 24, 24, 30)
    assert np.allclose(single, stats.wilson(24, 30))


@pytest.mark.parametrize(("clusters", "alike"), [(3, 0.3), (3, 0.1), (5, 0.1), (10, 0.3), (30, 0.1)])
def test_the_interval_of_clustered_answers_holds_with_few_clusters_too(clusters, alike):
    """Clusters of 20 answers whose shares differ (beta, mean 0.6): 95 % of 4,000 intervals hold it (of 3, 84 % had)."""
    dice, share = np.random.default_rng(11), 0.6
    spread = (1 - alike) / alike
    k = dice.binomial(20, dice.beta(share * spread, (1 - share) * spread, (4_000, clusters)))
    n = 20 * clusters
    sums = ((k * k).sum(axis=1), 20 * k.sum(axis=1), 400 * clusters)
    low, high = stats.cluster_wilson(k.sum(axis=1), n, clusters, *sums)
    assert ((low <= share) & (share <= high)).mean() > 0.943
    # The same answers as promoters and detractors: the score is 20.
    y = 2 * k - 20
    _, low, high, _ = stats.cluster_nps(k.sum(axis=1), n - k.sum(axis=1), n, clusters, (y * y).sum(axis=1),
                                        20 * y.sum(axis=1), 400 * clusters)
    assert ((low <= 20) & (high >= 20)).mean() > 0.90        # its interval is no score interval
