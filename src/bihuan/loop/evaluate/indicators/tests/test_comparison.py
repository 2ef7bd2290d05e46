"""A change is named only when its interval leaves out no change."""

import pytest
from statsmodels.stats.proportion import proportion_confint

from bihuan.engine.indicators.contracts import Result

from ..queries.comparison import against_target, difference, verdict_of


def result(value, low=None, high=None):
    return Result("x", "1", "all", {}, value, 100, low=low, high=high)


def test_published_difference_of_two_rates():
    """Newcombe 1998, Statistics in Medicine 17:873-890, method 10: 56/70 against 48/80 gives 0.0524 to 0.3339.

    The Wilson limits of the two rates come from statsmodels.
    """
    new = result(0.8, *proportion_confint(56, 70, method="wilson"))
    old = result(0.6, *proportion_confint(48, 80, method="wilson"))
    gap, low, high = difference(new, old)
    assert gap == pytest.approx(0.2)
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_a_side_without_a_value_has_no_difference():
    assert difference(result(None), result(0.6, 0.5, 0.7)) is None
    assert difference(result(0.8), result(0.6, 0.5, 0.7)) is None


def test_the_direction_of_the_indicator_decides_what_is_better():
    assert verdict_of(0.01, 0.2, "up") == "better"
    assert verdict_of(0.01, 0.2, "down") == "worse"
    assert verdict_of(-0.2, -0.01, "down") == "better"
    assert verdict_of(0.01, 0.2, "none") == "changed"


def test_an_interval_that_holds_no_change_is_called_unclear():
    assert verdict_of(-0.01, 0.2, "up") == "unclear"


def test_a_target_inside_the_interval_is_undecided():
    assert against_target(result(0.96, 0.93, 0.98), 0.95, "up") == "undecided"
    assert against_target(result(0.98, 0.96, 0.99), 0.95, "up") == "met"
    assert against_target(result(0.90, 0.85, 0.94), 0.95, "up") == "missed"
    assert against_target(result(800, 700, 890), 900, "down") == "met"


def test_without_a_value_or_a_target_nothing_is_said():
    assert against_target(result(None), 0.95, "up") is None
    assert against_target(result(0.9, 0.8, 0.95), None, "up") is None
