"""From an interval to a word: the table of the rules, and what must hold whatever the numbers."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import norm

from bihuan.engine.effects.contracts import Estimate, Guard, Need, Series, Yardstick
from bihuan.engine.effects.decide import decide, judge

CHANGE = date(2024, 7, 1)


def interval(low, high):
    return Estimate((low + high) / 2, low, high, 1.0)


@pytest.mark.parametrize(("low", "high", "word"), [
    (0.01, 0.09, "effective"), (0.01, 0.05, "effective"), (0.01, 0.04, "no_effect_shown"),
    (-0.02, 0.04, "no_effect_shown"), (-0.02, 0.06, "cannot_tell"), (-0.06, -0.01, "worse"), (0.0, 0.06, "cannot_tell"),
    (-0.06, 0.0, "no_effect_shown"),
])
def test_the_word_follows_from_the_interval(low, high, word):
    assert decide(interval(low, high), 0.05)[0] == word


def test_too_few_periods_are_no_evidence_of_no_effect():
    assert decide(Estimate(lacks="points_after"), 0.05) == ("cannot_tell", "points_after")


def test_what_is_lost_elsewhere_turns_effective_into_worse():
    assert decide(interval(0.1, 0.2), 0.05, (Guard("csat", "harmed", -0.2, -0.3, -0.1),)) == ("worse", "guard_harmed")


def weeks(before, after, *, step=0.0, seed=1, noise=0.02, level=0.7):
    starts = tuple(CHANGE + timedelta(7 * (i - before)) for i in range(before + after))
    values = level + np.random.default_rng(seed).normal(0, noise, before + after)
    values[before:] += step
    return Series(starts, values, np.full(before + after, 200.0))


def test_a_plain_gain_is_effective_and_the_numbers_are_those_of_a_regression():
    """The effect of white noise without a trend is the difference of the means, whatever the method."""
    series = weeks(60, 20, step=0.1)
    found = judge(Yardstick("fcr", CHANGE, 0.05), series)
    assert found.verdict == "effective" and found.method == "interrupted_time_series"
    assert found.effect == pytest.approx(series.values[60:].mean() - series.values[:60].mean(), abs=0.01)
    assert (found.n_before, found.n_after) == (12_000, 4_000)


def test_where_less_is_better_a_fall_is_effective_and_shown_as_a_fall():
    found = judge(Yardstick("pickup", CHANGE, 0.05, direction="down"), weeks(60, 20, step=-0.1))
    assert found.verdict == "effective"
    assert found.low < found.effect < found.high < 0  # type: ignore[operator]


def test_a_change_between_two_waves_of_a_survey_cannot_be_told_however_clear_it_looks():
    """A month of answers each year: the days of a month do not tell how much two years differ."""
    may = [date(2024, 5, 1) + timedelta(i) for i in range(30)]
    starts = (*may, *(day + timedelta(365) for day in may))
    values = np.repeat([4.0, 4.5], 30) + np.random.default_rng(1).normal(0, 0.05, 60)
    found = judge(Yardstick("csat_mean", CHANGE, 0.1), Series(starts, values, np.full(60, 90.0)), grain="day")
    assert (found.verdict, found.reason, found.effect) == ("cannot_tell", "between_waves", None)
    assert found.need == Need(None, None)


def test_a_holiday_without_data_at_the_change_is_no_wave():
    series = weeks(60, 20, step=0.1)
    kept = np.r_[0:60, 65:80]
    holed = Series(tuple(series.starts[i] for i in kept), series.values[kept], series.n[kept])
    assert judge(Yardstick("fcr", CHANGE, 0.05), holed).verdict == "effective"


@pytest.mark.parametrize(("before", "after", "reason", "need"), [
    (11, 30, "points_before", Need(None, None)),    # a wait adds no week before the change
    (30, 7, "points_after", Need(1, 200)), (11, 7, "points_before", Need(None, None))])
def test_a_short_series_cannot_tell_and_says_what_it_needs(before, after, reason, need):
    found = judge(Yardstick("fcr", CHANGE, 0.05), weeks(before, after, step=0.3))
    assert (found.verdict, found.reason) == ("cannot_tell", reason)
    assert found.effect is None and found.need == need


def test_a_noisy_series_that_lacks_a_week_is_told_the_weeks_that_show_something():
    """By the textbook n₂ = sd² (z.975 + z.8)² / d² for a level known before (no fewer), not the eighth week alone."""
    ours = weeks(60, 7, noise=0.06, seed=5)
    found = judge(Yardstick("fcr", CHANGE, 0.05, against="team = B"), ours, against=weeks(60, 7, noise=0.06, seed=6))
    least = 2 * 0.06**2 * (norm.ppf(0.975) + norm.ppf(0.8)) ** 2 / 0.05**2
    assert found.reason == "points_after" and found.need is not None and found.need.weeks is not None
    assert found.need.weeks + 7 >= 0.8 * least > 8


def test_a_noisy_series_says_how_many_more_weeks_it_needs():
    found = judge(Yardstick("fcr", CHANGE, 0.05), weeks(60, 8, noise=0.06, step=0.03))
    assert found.verdict == "cannot_tell" and found.need is not None and found.need.weeks is not None
    assert found.need.weeks > 4 and found.need.n == found.need.weeks * 200


def test_what_happened_to_all_is_not_the_measures():
    ours, others = weeks(60, 20, step=0.1), weeks(60, 20, step=0.1, seed=2)
    found = judge(Yardstick("fcr", CHANGE, 0.05, against="team = B"), ours, against=others)
    assert found.method == "difference_in_differences" and found.verdict == "no_effect_shown"


def test_a_trend_that_was_there_before_is_no_effect():
    series = weeks(60, 20)
    rising = Series(series.starts, series.values + np.arange(80) * 0.004, series.n)
    found = judge(Yardstick("fcr", CHANGE, 0.05), rising)
    assert "trend_kept" in found.why_method and found.verdict != "effective"


def test_picked_as_the_worst_the_same_gain_has_to_reach_further():
    series = weeks(40, 12, step=0.025)
    plain = judge(Yardstick("fcr", CHANGE, 0.02), series)
    picked = judge(Yardstick("fcr", CHANGE, 0.02, selected_from=30), series)
    assert picked.low < plain.low and picked.high == pytest.approx(plain.high)  # type: ignore[operator]
    assert "selected_from_30" in picked.why_method


def test_a_guard_that_suffers_is_named():
    guards = {"csat": (weeks(60, 20, step=-0.2, seed=3), None, 1, 0.05)}
    found = judge(Yardstick("fcr", CHANGE, 0.05, guards=("csat",)), weeks(60, 20, step=0.1), guards=guards)
    assert found.verdict == "worse" and found.reason == "guard_harmed" and found.guards[0].state == "harmed"


@pytest.mark.parametrize(("guard", "worthwhile", "state", "reason"), [
    (weeks(60, 20, seed=3), 0.05, "unharmed", "interval_above_zero"),           # ± 0.01: no loss of 0.05 fits
    (weeks(60, 20, noise=0.6, seed=3), 0.05, "cannot_tell", "guard_not_judged"),    # ± 0.3 holds 0 and a loss of 0.05
    (weeks(60, 5, seed=3), 0.05, "cannot_tell", "guard_not_judged"),            # five weeks are too few
    (weeks(60, 20, noise=0.6, seed=3), None, "unharmed", "interval_above_zero")])   # kept before it was asked for
def test_not_shown_to_be_worse_is_not_unharmed(guard, worthwhile, state, reason):
    found = judge(Yardstick("fcr", CHANGE, 0.05, guards=("csat",)), weeks(60, 20, step=0.1),
                  guards={"csat": (guard, None, 1, worthwhile)})
    assert (found.guards[0].state, found.verdict, found.reason) == (state, "effective", reason)


def test_the_same_evidence_gives_the_same_verdict():
    series, yardstick = weeks(40, 12, step=0.03), Yardstick("fcr", CHANGE, 0.05)
    assert judge(yardstick, series) == judge(yardstick, series)
