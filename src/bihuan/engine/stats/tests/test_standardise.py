"""Indirect standardisation against the regression that it is, and by hand."""

import numpy as np
import pytest

from ..standardise import mean_variance, standardise, standardise_rates


def test_the_difference_is_that_of_weighted_regression():
    """statsmodels' OLS, saturated in stratum and unit, White's errors: the stratum differences weighted by the unit's
    own rows are what Breslow and Day call observed less expected."""
    import statsmodels.api as sm

    rng = np.random.default_rng(4)
    strata = rng.integers(0, 3, 900)
    unit = rng.random(900) < 0.2 + 0.2 * strata
    y = (rng.random(900) < 0.5 + 0.1 * strata - 0.08 * unit).astype(float)
    columns = [*(strata == k for k in range(3)), *((strata == k) & unit for k in range(3))]
    design = np.column_stack(columns).astype(float)
    fitted = sm.OLS(y, design).fit(cov_type="HC0")
    n = np.array([((strata == k) & unit).sum() for k in range(3)], float)
    weight = np.concatenate([np.zeros(3), n / n.sum()])
    told = fitted.t_test(weight)
    top = np.array([y[(strata == k) & unit].sum() for k in range(3)])
    other_n = np.array([((strata == k) & ~unit).sum() for k in range(3)], float)
    other_top = np.array([y[(strata == k) & ~unit].sum() for k in range(3)])
    found = standardise_rates(top, n, other_top, other_n)
    assert found.difference == pytest.approx(float(told.effect[0]))
    low, high = told.conf_int()[0]      # with hundreds of rows Wilson's bounds are near White's
    assert (found.low, found.high) == (pytest.approx(low, abs=0.005), pytest.approx(high, abs=0.005))
    mean = standardise(n, top / n, mean_variance(n, top / n, top), other_n, other_top / other_n,
                       mean_variance(other_n, other_top / other_n, other_top))
    assert (mean.low, mean.high) == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))


def test_observed_and_expected_are_those_counted_by_hand():
    """30 of 100 and 5 of 50 against rates of 0.2 and 0.1: 35 observed, 25 expected, a ratio of 1.4."""
    found = standardise([100, 50], [0.3, 0.1], [0.0021, 0.0018], [200, 400], [0.2, 0.1], [0.0008, 0.000225])
    assert (round(found.observed * found.n), round(found.expected * found.n)) == (35, 25)
    assert found.observed / found.expected == pytest.approx(1.4)


def test_strata_that_the_others_do_not_have_are_left_out_and_said():
    found = standardise([80, 20], [0.9, 0.1], [0.001, 0.004], [50, 0], [0.8, 0], [0.003, 0])
    assert (found.n, found.covered, found.strata) == (80, 0.8, 1)
    assert standardise([80], [0.9], [0.001], [0], [0], [0]) is None


def test_few_rows_that_agree_are_not_called_certain():
    found = standardise_rates([5], [5], [40], [50])
    assert found.low < 0 < found.high


@pytest.mark.parametrize(("own", "other"), [((10, 10), (990, 1000)), ((3, 3), (4, 4)), ((0, 10), (1, 1000))])
def test_the_bounds_of_one_stratum_are_newcombes_in_statsmodels(own, other):
    """Ten of ten beside 990 of a thousand may be a rate of three in four; three of three is certain of nothing."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(*own, *other, method="newcomb", compare="diff")
    found = standardise_rates([own[0]], [own[1]], [other[0]], [other[1]])
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
    assert found.high - found.low > 0.2


def test_rows_of_few_customers_are_worth_less():
    wide, narrow = (standardise_rates([80], [100], [700], [1000], worth=worth) for worth in ([20], None))
    assert wide.difference == narrow.difference and wide.low < narrow.low
    assert wide.low == pytest.approx(standardise_rates([16], [20], [700], [1000]).low)


def test_strata_of_one_row_have_the_spread_of_the_others():
    """Marks 1 and 5 in one stratum, a single 5 in another: 8 is the variance of the first, which the second has too."""
    assert mean_variance([2, 1], [3, 5], [26, 25]) == pytest.approx([4, 8])
    assert np.isnan(mean_variance([3], [5], [75])).all()
    assert standardise([3], [5], mean_variance([3], [5], [75]), [9], [4], [0.1]) is None
