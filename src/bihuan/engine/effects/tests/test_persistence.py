"""The spread of a change among errors that carry over equals generalised least squares with the whole covariance."""

import numpy as np
import pytest
import statsmodels.api as sm

from bihuan.engine.effects.persistence import spread_of_change


@pytest.mark.parametrize("carry", [0.0, 0.35, 0.9])
def test_it_is_generalised_least_squares(carry):
    count, before = 40, 25
    x = np.column_stack([np.ones(count), np.arange(count) >= before, np.linspace(-1, 1, count)]).astype(float)
    covariance = carry ** np.abs(np.subtract.outer(np.arange(count), np.arange(count))) if carry else np.eye(count)
    fitted = sm.GLS(np.zeros(count), x, sigma=covariance).fit()
    variance = fitted.normalized_cov_params[1, 1]
    how = np.linalg.solve(covariance, x) @ fitted.normalized_cov_params[:, 1]
    part = how[:before] @ covariance[:before, :before] @ how[:before] / variance
    expected = np.sqrt(variance), np.clip(part, 0, 1)      # the sides may vary against each other
    assert spread_of_change(x, carry, before) == pytest.approx(expected, rel=1e-9)
