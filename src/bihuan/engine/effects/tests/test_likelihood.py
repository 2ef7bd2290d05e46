"""Each member of the grid is the generalised least-squares fit of statsmodels; the mixture is between them."""

import numpy as np
import pytest
import statsmodels.api as sm

from bihuan.engine.effects import likelihood
from bihuan.engine.effects.likelihood import covariances, fit, members

DICE = np.random.default_rng(5)
DESIGN = np.column_stack([np.ones(30), np.arange(30) >= 18, np.arange(30) / 30.0]).astype(float)


@pytest.mark.parametrize("rows", [np.full(30, 50.0), DICE.integers(5, 90, 30).astype(float)])
def test_every_member_is_the_fit_of_statsmodels(rows):
    values = DICE.normal(size=30).cumsum()
    found = fit(values, DESIGN, rows, before=18)
    for place, covariance in enumerate(covariances(members(False), tuple(rows.tolist()), ())):
        other = sm.GLS(values, DESIGN, sigma=covariance).fit()
        assert found.effects[place, 0] == pytest.approx(other.params[1])
        assert found.errors[place, 0] == pytest.approx(other.bse[1])


def test_a_long_series_is_fitted_few_members_at_a_time_and_gives_the_same(monkeypatch):
    """What a year of days needs stays bounded: all members at once held matrices of hundreds of megabytes."""
    values, days = DICE.normal(size=30), tuple(range(30))
    whole = fit(values, DESIGN, np.full(30, 9.0), before=18, days=days)
    monkeypatch.setattr(likelihood, "ROOM", 3000)
    parts = fit(values, DESIGN, np.full(30, 9.0), before=18, days=days)
    assert len(parts.weights) == len(whole.weights) == len(members(True))
    assert (parts.quantile(0.025), parts.part_before) == (pytest.approx(whole.quantile(0.025)),
                                                          pytest.approx(whole.part_before))


def test_the_mixture_lies_among_its_members_and_its_quantiles_are_in_order():
    found = fit(DICE.normal(size=(30, 4)), DESIGN, np.full(30, 9.0), before=18)
    assert found.weights.sum(axis=0) == pytest.approx(np.ones(4))
    assert (found.effects.min(axis=0) <= found.effect).all() and (found.effect <= found.effects.max(axis=0)).all()
    low, middle, high = (found.quantile(p) for p in (0.025, 0.5, 0.975))
    assert (low < middle).all() and (middle < high).all()


def test_without_terms_beside_the_level_half_of_the_variance_is_that_of_the_first_half():
    """Difference of two means of 20 independent values each: both have the same part in its variance."""
    levels = np.column_stack([np.ones(40), np.arange(40) >= 20]).astype(float)
    found = fit(DICE.normal(size=40), levels, np.full(40, 9.0), before=20)
    assert found.part_before[0] == pytest.approx(0.5)
