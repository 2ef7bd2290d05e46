"""A change is named only when its interval leaves out no change."""

import pytest
from scipy.stats import false_discovery_control, norm
from statsmodels.stats.proportion import proportion_confint

from bihuan.engine.indicators.bands import against_target
from bihuan.engine.indicators.contracts import Result
from bihuan.engine.indicators.passports import shipped

from ..contracts import Line
from ..queries.cells import cell_of, change_of, corrected, counts_open_work
from ..queries.comparison import difference, verdict_of


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


def test_a_value_without_interval_or_with_too_few_rows_is_judged_by_nothing():
    few = Result("csat_mean", "1", "all", {}, 4.0, 2, low=3.9, high=4.1, small=True)
    assert against_target(result(4.0), 3.5, "up") == against_target(few, 3.5, "up") == "undecided"
    passport = shipped()["csat_mean"]
    assert change_of(passport, result(5.0), result(4.0)) is None
    change = change_of(passport, few, result(3.0, 2.9, 3.1))
    assert change is not None and change.verdict == "unclear"


def test_a_month_that_had_no_time_to_close_is_not_compared():
    """80 of 100 closed two days after the month, 99 of 100 of the one before: neither worse nor corrected for."""
    passport = shipped()["closure_rate"]
    new, old = result(0.8, *proportion_confint(80, 100, method="wilson")), result(
        0.99, *proportion_confint(99, 100, method="wilson"))
    assert change_of(passport, new, old).verdict == "worse"
    change = change_of(passport, new, old, unripe=True)
    assert (change.verdict, change.label) == ("unripe", "还没办完，不能比")
    assert counts_open_work(passport)
    assert not counts_open_work(shipped()["backlog_age"]) and not counts_open_work(shipped()["fcr"])


def test_the_changes_of_a_page_are_corrected_together():
    """SciPy's false_discovery_control of ten p, of which one of .03 alone would pass for a change."""
    passport, alike = shipped()["fcr"], result(0.8, 0.75, 0.85)
    news = [result(0.8 + step, 0.75 + step, 0.85 + step) for step in (0.2, 0.08, *(8 * [0.01]))]
    lines = corrected(Line("", (cell_of(passport, new, other=alike),)) for new in news)
    changes = [line.cells[0].change for line in lines]
    z = [(new.value - 0.8) * norm.ppf(0.975) / (0.05 * 2**0.5) for new in news]
    assert [change.q for change in changes] == pytest.approx(false_discovery_control([2 * norm.sf(one) for one in z]))
    assert changes[1].p < 0.05 < changes[1].q
    assert [change.verdict for change in changes] == ["better", *(9 * ["unclear"])]


def test_without_a_value_or_a_target_nothing_is_said():
    assert against_target(result(None), 0.95, "up") is None
    assert against_target(result(0.9, 0.8, 0.95), None, "up") is None
