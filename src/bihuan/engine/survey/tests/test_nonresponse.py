"""Who did not answer and what it could change, against statsmodels, hand counts and planted silence."""

import numpy as np
import pytest
import scipy.stats
from statsmodels.stats.proportion import proportion_confint

from bihuan.engine.survey import scores
from bihuan.engine.survey.nonresponse import (
    bounds_of_mean,
    bounds_of_nps,
    bounds_of_top,
    propensities,
    r_indicator,
    representation,
)
from bihuan.engine.survey.raking import rake


def repeated(**sizes):
    return np.repeat(list(sizes), list(sizes.values())).astype(object)


def test_how_often_groups_answer_has_wilsons_interval_and_nearly_the_exact_p():
    """statsmodels and the hypergeometric distribution: 20 of 100 new and 80 of 200 old customers."""
    groups, answered = repeated(new=100, old=200), np.repeat([True, False, True, False], [20, 80, 80, 120])
    new, old = propensities({"type": groups}, answered)
    assert (new.group, new.invited, new.answered, new.rate) == ("new", 100, 20, 0.2) and old.rate == 0.4
    assert (new.low, new.high) == pytest.approx(proportion_confint(20, 100, method="wilson"))
    exact = 2 * scipy.stats.hypergeom(300, 100, 100).cdf(20)
    assert new.p == pytest.approx(exact, rel=0.4) and new.apart and new.q == pytest.approx(new.p)


def test_small_groups_and_what_would_give_them_away_are_not_told():
    groups = repeated(a=40, b=30, c=3)
    found = propensities({"type": groups}, np.arange(73) % 2 == 0)
    assert [one.group for one in found] == ["a"], "c, and b with it, could be had by subtracting"


def test_one_group_of_all_differs_from_nobody():
    found = propensities({"type": repeated(a=40)}, np.arange(40) < 10)
    assert len(found) == 1 and not found[0].apart and found[0].rate == 0.25


def test_whoever_chose_the_invited_and_the_silent_are_told_apart():
    """1,000 served, a tenth of them complainers. Hardly any complainer is invited; invited, the young keep silent."""
    complained = np.arange(1000) < 100
    young = np.arange(1000) % 2 == 0
    invited = (complained & (np.arange(1000) < 10)) | (~complained & (np.arange(1000) < 600))
    answered = invited & (np.arange(1000) % np.where(young, 10, 4) == np.where(young, 0, 1))   # 20 and 50 %
    groups = {"history": np.where(complained, "complained", "none").astype(object),
              "age": np.where(young, "young", "old").astype(object)}
    found = {(one.segment, one.group): one for one in representation(groups, invited, answered)}
    one = found["history", "complained"]
    assert one.served == 0.1 and one.invited == pytest.approx(10 / 510) and one.skipped and not one.silent
    assert found["age", "young"].silent and not found["age", "young"].skipped and not found["age", "old"].silent


def test_a_fair_draw_with_fair_answers_is_left_alone():
    dice = np.random.default_rng(6)
    found = 0
    for _ in range(100):
        groups = {"region": dice.choice(["e", "s", "w", "n"], 800).astype(object)}
        invited = dice.random(800) < 0.4
        found += any(one.skipped or one.silent for one in
                     representation(groups, invited, invited & (dice.random(800) < 0.3)))
    assert found <= 13          # two steps at 5 % each: 10 of 100 are more than 13 once in ten


def test_nobody_invited_has_no_share():
    found = representation({"region": repeated(e=30, w=30)}, np.zeros(60, bool), np.zeros(60, bool))
    assert [(one.served, one.invited, one.answered, one.skipped) for one in found] == [(0.5, None, None, False)] * 2


def test_the_r_indicator_of_the_paper():
    """Equal rates give 1; half the people at 0.9 and half at 0.1 give S = 0.4, R = 0.2 (n large)."""
    same = r_indicator({"a": (500, 100), "b": (300, 60)})
    assert same is not None and same.indicator == pytest.approx(1) == same.high and same.low < 1 and same.n == 800
    split = r_indicator({"a": (10**6, 9 * 10**5), "b": (10**6, 10**5)})
    assert split is not None and (split.indicator, split.bias) == pytest.approx((0.2, 0.8), abs=1e-5)
    assert (split.low, split.high) == pytest.approx((0.2, 0.2), abs=2e-3)
    assert r_indicator({"a": (10, 0)}) is None


def test_the_draw_of_small_groups_is_no_sign_that_they_answer_unlike():
    """Twenty groups of twenty who all answer with .5, and by .1 to .6: R is 1, and 1 - 2 S of those twenty rates."""
    dice, sizes = np.random.default_rng(3), np.full(20, 20)
    for rates in (np.full(20, 0.5), np.linspace(0.1, 0.6, 20)):
        truth = 1 - 2 * rates.std() * (400 / 399) ** 0.5
        draws = [dict(enumerate(dice.binomial(sizes, rates).tolist())) for _ in range(20)]
        found = [one for draw in draws if (one := r_indicator({str(at): (20, k) for at, k in draw.items()}))]
        assert np.mean([one.indicator for one in found]) == pytest.approx(truth, abs=0.07)
        assert sum(one.low <= truth + 1e-9 and truth - 1e-9 <= one.high for one in found) >= 17


def test_bounds_are_those_of_the_formula():
    """Manski 1989: r m + (1 - r) times the lowest and the highest; 40 of 100 answered with a mean of 4."""
    found = bounds_of_mean(np.tile([3.0, 5.0], 20), 60, (1, 5))
    assert found is not None
    assert (found.value, found.low, found.high) == (4, pytest.approx(0.4 * 4 + 0.6), pytest.approx(0.4 * 4 + 3))
    top = bounds_of_top(np.tile([3.0, 5.0], 20), 60, 5)
    assert top is not None and (top.value, top.low, top.high) == (0.5, pytest.approx(0.2), pytest.approx(0.8))
    assert (top.low_95, top.high_95) == pytest.approx((proportion_confint(20, 100, method="wilson")[0],
                                                       proportion_confint(80, 100, method="wilson")[1]))
    nps = bounds_of_nps(np.array([10.0] * 30 + [0] * 10 + [11] * 5), 60)
    assert nps is not None and nps.value is not None
    assert (nps.value, nps.low, nps.high) == (pytest.approx(50), pytest.approx(-40), pytest.approx(80))


def test_when_everybody_answered_nothing_is_left_open_and_of_nobody_nothing_is_known():
    found = bounds_of_mean(np.tile([3.0, 5.0], 20), 0, (1, 5))
    assert found is not None and found.low == found.value == found.high
    assert found.low_95 == scores.mean(np.tile([3.0, 5.0], 20)).low
    assert bounds_of_mean(np.array([]), 0, (1, 5)) is None and bounds_of_nps(np.array([np.nan]), 0) is None
    silent = bounds_of_top(np.array([]), 10, 5)
    assert silent is not None and (silent.value, silent.low, silent.high) == (None, 0, 1)


@pytest.mark.parametrize("seed", range(5))
def test_of_planted_silence_the_corrected_mean_is_nearer_and_the_bounds_hold_the_truth(seed):
    """The discontented old answer in one of ten cases, the content young in six; the served population is known."""
    dice = np.random.default_rng(seed)
    young = dice.random(3000) < 0.4
    values = np.clip(np.round(np.where(young, 4.4, 2.8) + dice.normal(size=3000) * 0.8), 1, 5)
    answered = dice.random(3000) < np.where(young, 0.6, 0.1)
    truth = values.mean()
    groups = {"age": np.where(young, "young", "old").astype(object)}
    weights = rake({"age": groups["age"][answered]}, {"age": {"young": young.sum(), "old": (~young).sum()}}).weights
    plain, corrected = scores.mean(values[answered]).value, scores.mean(values[answered], weights).value
    assert plain is not None and corrected is not None
    assert abs(plain - truth) > 0.4 > 0.2 > abs(corrected - truth)
    found = bounds_of_mean(values[answered], int((~answered).sum()), (1, 5))
    assert found is not None and found.low <= truth <= found.high and found.low <= corrected <= found.high
    low = next(one for one in propensities(groups, answered) if one.group == "old")
    assert low.apart and low.rate < 0.15


def test_of_two_who_answered_nobody_is_told_but_that_their_group_kept_silent():
    groups = {"region": np.array(["north"] * 60 + ["east"] * 60 + ["west"] * 60, object)}
    answered = np.zeros(180, bool)
    answered[:2] = answered[60:100] = answered[120:160] = True
    found = {one.group: one for one in representation(groups, np.ones(180, bool), answered)}
    assert found["north"].answered is None and found["north"].silent
    # The total minus one region and the other would be the two: of one only is told.
    assert [one.group for one in propensities(groups, answered)] == ["west"]
    bounds = bounds_of_mean(np.array([3.0, 4, 5, 4, 3]), 5, (1, 5))
    assert bounds is not None and (bounds.own_low, bounds.own_high) == pytest.approx((2.7612, 4.8388), abs=1e-4)
