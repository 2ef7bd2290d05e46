"""Rates before and after, their ratio, and the alarm of a block; the intervals are compared with R and scipy."""

import numpy as np
import pytest
from scipy.stats import binomtest

from bihuan.engine import stats
from bihuan.engine.effects.recurrence import ALPHA, Seen, rate_of, ratio_of, watch


def test_the_ratio_equals_the_example_in_the_manual_of_r():
    """R 4, help(poisson.test): poisson.test(c(11, 6+8+7), c(800, 1083+1050+878)) gives 1.971488, 0.8584264, 4.2772659.

    Lung cancer in Fredericia against three other Danish towns (Andersen 1977).
    """
    found = ratio_of(Seen(21, 3011), Seen(11, 800))
    assert (found.value, found.low, found.high) == pytest.approx((1.971488, 0.8584264, 4.2772659), abs=5e-7)


@pytest.mark.parametrize("x,t,y,u", [(21, 3011, 11, 800), (4, 900, 0, 300), (1, 50, 9, 60), (400, 9000, 380, 9100)])
def test_ratio_and_one_sided_p_equal_the_binomial_form_of_scipy(x, t, y, u):
    share = binomtest(y, x + y).proportion_ci(0.95, "exact")
    _value, low, high = (float(one) for one in stats.rate_ratio((x, t), (y, u)))
    assert low == pytest.approx(share.low / (1 - share.low) * t / u)
    assert high == pytest.approx(share.high / (1 - share.high) * t / u)
    p = binomtest(y, x + y, u / (t + u), alternative="greater").pvalue
    assert float(stats.more_than((x, t), (y, u))) == pytest.approx(p)


def test_no_case_before_has_no_ratio_and_none_at_all_says_nothing():
    grown = ratio_of(Seen(0, 100), Seen(3, 100))
    assert grown.value is None and grown.low is not None and grown.low > 0
    assert ratio_of(Seen(0, 100), Seen(0, 100)).high is None and rate_of(Seen(0, 0)).value is None


@pytest.mark.parametrize("before,after,verdict", [
    (Seen(52, 26_000), Seen(4, 8_000), "fewer"), (Seen(52, 26_000), Seen(40, 8_000), "more"),
    (Seen(520, 26_000), Seen(150, 8_000), "not_fewer"), (Seen(5, 26_000), Seen(0, 4_000), "cannot_tell"),
    (Seen(0, 26_000), Seen(4, 4_000), "cannot_tell"), (Seen(52, 26_000), Seen(0, 0), "waiting")])
def test_too_few_cases_are_never_called_no_change(before, after, verdict):
    assert watch(before, after, []).verdict == verdict


def test_a_type_that_comes_back_after_quiet_blocks_raises_the_alarm_and_so_does_the_next_block():
    """Before 8 a block, then 1, 1, 1, then 7 and 7 again: 7 is no more than before, but it is more than since."""
    blocks = [Seen(count, 4_000) for count in (1, 1, 1, 7, 7)]
    found = watch(Seen(52, 26_000), Seen(17, 20_000), blocks)
    assert [one.alarm for one in found.blocks] == ["", "", "", "back", "back"]
    assert found.blocks[3].expected == found.blocks[4].expected == 1.0


def test_a_rise_above_the_time_before_raises_it_at_once_and_two_cases_never_do():
    assert watch(Seen(20, 26_000), Seen(15, 4_000), [Seen(15, 4_000)]).blocks[0].alarm == "more"
    assert watch(Seen(1, 260_000), Seen(2, 4_000), [Seen(2, 4_000)]).blocks[0].alarm == ""


@pytest.mark.parametrize("share", [1.0, 0.2])
def test_by_chance_alone_at_most_one_block_in_a_hundred_raises_it(share):
    """200 watched types whose rate stays, as before or a fifth of it; fails only where 1 % is contradicted at 99 %."""
    dice, alarms, looked = np.random.default_rng(7), 0, 0
    for before, *after in zip(dice.poisson(52, 200), *(dice.poisson(8 * share, 200) for _ in range(5))):
        found = watch(Seen(int(before), 26_000), Seen(0, 0), [Seen(int(one), 4_000) for one in after])
        alarms += sum(bool(one.alarm) for one in found.blocks)
        looked += len(after)
    assert looked == 1000 and binomtest(alarms, looked, ALPHA, alternative="greater").pvalue > 0.01
