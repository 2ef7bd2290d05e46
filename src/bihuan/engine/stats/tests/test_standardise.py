"""Indirect standardisation against the regression that it is, and by hand."""

import numpy as np
import pytest

from ..standardise import rate_variance, standardise


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
    own, other = rate_variance(top, n, other_top, other_n)
    found = standardise(n, top / n, own, other_n, other_top / other_n, other)
    assert found.difference == pytest.approx(float(told.effect[0]))
    low, high = told.conf_int()[0]
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


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
    own, other = rate_variance([5], [5], [40], [50])
    found = standardise([5], [1.0], own, [50], [0.8], other)
    assert found.low < 0 < found.high
