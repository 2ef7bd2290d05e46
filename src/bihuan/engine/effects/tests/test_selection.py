"""How far an effect must reach when its place was picked for being the worst."""

import numpy as np
import pytest
from scipy.stats import norm

from bihuan.engine.effects.selection import critical_value


def test_one_place_needs_the_normal_quantile():
    assert critical_value(0.5, 1, 0.025) == pytest.approx(norm.ppf(0.975))


@pytest.mark.parametrize("among", [2, 10, 30])
def test_if_only_the_time_before_varies_it_is_the_bound_of_sidak(among):
    """Šidák 1967, Journal of the American Statistical Association 62:626-633: the largest of N independent draws."""
    expected = -norm.ppf(1 - (1 - 0.025) ** (1 / among))
    assert critical_value(1 - 1e-9, among, 0.025) == pytest.approx(expected, abs=2e-3)


def test_draws_of_thirty_alike_places_exceed_it_as_often_as_stated():
    dice = np.random.default_rng(9)
    before, after = dice.normal(size=(200_000, 30)), dice.normal(size=200_000)
    effect = (after * np.sqrt(0.6) - before.min(axis=1) * np.sqrt(0.4))
    assert (effect > critical_value(0.4, 30, 0.025)).mean() == pytest.approx(0.025, abs=0.002)
