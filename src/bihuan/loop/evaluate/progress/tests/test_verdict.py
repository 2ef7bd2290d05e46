"""Verdicts and progress against textbook values, never against our own code."""

from math import sqrt

import pytest

from bihuan.engine.indicators.contracts import Result

from ..queries.verdict import progress_of, ratio_of, verdict_of


def result(value, low, high, **more):
    return Result("fcr", "1", "all", {}, value, 100, low, high, unit="%", **more)


@pytest.mark.parametrize(("value", "low", "high", "direction", "verdict"), [
    (0.93, 0.91, 0.95, "up", "met"),
    (0.93, 0.90, 0.95, "up", "met"),
    (0.93, 0.88, 0.96, "up", "undecided"),
    (0.80, 0.76, 0.84, "up", "missed"),
    (0.80, 0.76, 0.84, "down", "met"),
    (0.95, 0.92, 0.97, "down", "missed"),
    (0.93, None, None, "up", "undecided"),
    (None, None, None, "up", "none"),
])
def test_only_a_whole_interval_decides(value, low, high, direction, verdict):
    assert verdict_of(result(value, low, high), 0.9, direction) == verdict


def test_few_rows_decide_nothing():
    """Three of three are 100 %: whatever the target, fewer rows than the definition asks for reach and miss none."""
    for value, target in ((1.0, 1.0), (1.0, 0.5), (0.0, 0.9)):
        assert verdict_of(result(value, value, value, small=True), target, "up") == "undecided"


def test_a_withheld_value_has_no_verdict():
    assert verdict_of(result(None, None, None, suppressed=True), 0.9, "up") == "none"
    assert verdict_of(None, 0.9, "up") == "none"


def test_the_end_of_the_scale_can_be_reached():
    assert verdict_of(result(1.0, 0.96, 1.0), 1.0, "up") == "met"
    assert verdict_of(result(0.99, 0.95, 0.998), 1.0, "up") == "missed"


def fieller(a, se_a, b, se_b, z=1.959964):
    """Fieller 1954: limits of a/b for independent normal estimates."""
    g = (z * se_b / b) ** 2
    middle = (a / b) / (1 - g)
    half = z / (b * (1 - g)) * sqrt(se_a**2 + (a / b) ** 2 * se_b**2 - g * se_a**2)
    return middle - half, middle + half


@pytest.mark.parametrize(("a", "se_a", "b", "se_b"), [
    (3.0, 0.4, 2.0, 0.2), (0.2, 0.3, 2.0, 0.5), (-1.5, 0.3, 2.5, 0.3), (5.0, 0.1, 0.9, 0.2)])
def test_symmetric_intervals_give_fiellers_limits(a, se_a, b, se_b):
    z = 1.959964
    found = ratio_of((a, a - z * se_a, a + z * se_a), (b, b - z * se_b, b + z * se_b))
    assert found[1:] == pytest.approx(fieller(a, se_a, b, se_b))


def test_a_ratio_to_something_that_may_be_nothing_has_no_limits():
    assert ratio_of((1.0, 0.5, 1.5), (0.3, -0.1, 0.7)) == (pytest.approx(1 / 0.3), None, None)


def test_halfway_is_half():
    """FCR from 70 % towards 90 %, now at 80 %; a repeat rate of 20 % to be cut by 20 %, now at 18 %."""
    share, low, high = progress_of((0.8, 0.77, 0.83), (0.7, 0.68, 0.72), aim="absolute", amount=0.9)
    assert share == pytest.approx(0.5) and low < 0.5 < high
    share, low, high = progress_of((0.18, 0.16, 0.2), (0.2, 0.19, 0.21), aim="relative", amount=-0.2)
    assert share == pytest.approx(0.5) and low < 0.5 < high


def test_a_step_back_is_negative():
    share, _low, _high = progress_of((0.65, 0.6, 0.7), (0.7, 0.68, 0.72), aim="absolute", amount=0.9)
    assert share == pytest.approx(-0.25)


def test_a_baseline_that_may_be_the_target_gives_no_interval():
    assert progress_of((0.9, 0.85, 0.93), (0.88, 0.84, 0.92), aim="absolute", amount=0.9)[1:] == (None, None)
