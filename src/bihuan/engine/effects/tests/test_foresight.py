"""How long a measure must run is known beforehand, and kept evidence gives the same verdict again."""

from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import norm

from bihuan.engine.effects.contracts import Series, Yardstick
from bihuan.engine.effects.decide import decide, judge
from bihuan.engine.effects.foresight import foresee
from bihuan.engine.effects.futures import _continued
from bihuan.engine.effects.keeping import (
    evidence_from_json,
    evidence_to_json,
    verdict_from_json,
    verdict_to_json,
    yardstick_from_json,
    yardstick_to_json,
)
from bihuan.engine.effects.reading import Evidence, judge_evidence
from bihuan.engine.effects.timeseries import estimate
from bihuan.engine.effects.yardstick import hash_of

CHANGE = date(2024, 7, 1)


def series(before, after=0, *, step=0.0, seed=5, deviation=1.0):
    dice = np.random.default_rng(seed)
    values = dice.normal(scale=deviation, size=before + after) + step * (np.arange(before + after) >= before)
    starts = tuple(CHANGE + timedelta(7 * (place - before)) for place in range(before + after))
    return Series(starts, values, np.full(before + after, 50.0))


def test_with_others_and_white_noise_it_is_the_textbook_sample_size():
    """Two means: sd * sqrt(1/n1 + 1/n2) * (z.975 + z.8) (Chow, Shao, Wang, Sample Size Calculations, 3.2)."""
    own = series(60, seed=9)
    level = Series(own.starts, np.zeros(60), own.n)
    told = foresee(own, change=CHANGE, worthwhile=1.2, against=level, weeks=20)
    textbook = own.values.std(ddof=1) * np.sqrt(1 / 60 + 1 / 20) * (norm.ppf(0.975) + norm.ppf(0.8))
    # Not knowing that nothing carries over leaves a little on the safe side.
    assert textbook * (1 - 1e-9) <= told.shown <= 1.25 * textbook
    assert told.weeks is not None and told.n == told.weeks * 50 and told.a_week == 50


def test_too_few_weeks_before_can_never_tell():
    told = foresee(series(8), change=CHANGE, worthwhile=1.0)
    assert (told.weeks, told.reason, told.points_before) == (None, "points_before", 8)


def test_a_change_far_smaller_than_the_noise_takes_more_than_five_years():
    told = foresee(series(30), change=CHANGE, worthwhile=0.01)
    assert (told.weeks, told.reason) == (None, "too_noisy")


def test_a_place_that_was_picked_for_being_worst_needs_longer():
    alone = foresee(series(40), change=CHANGE, worthwhile=1.0, weeks=16).shown
    picked = foresee(series(40), change=CHANGE, worthwhile=1.0, weeks=16, selected_from=30).shown
    assert alone is not None and picked is not None and picked > alone


def test_kept_evidence_gives_the_same_verdict():
    found = series(30, 12, step=2.0)
    agreed = Yardstick("fcr", CHANGE, 1.0, guards=("csat", "old"), selected_from=3)
    evidence = Evidence("week", "%", found, None, {"csat": (series(30, 12, seed=6), None, 1, 0.5),
                                                       "old": (series(30, 12, seed=7), None, 1, None)})
    again = evidence_from_json(evidence_to_json(evidence))
    first = judge(agreed, found, grain="week", unit="%", guards=evidence.guards)
    assert judge_evidence(agreed, again) == first
    assert verdict_from_json(verdict_to_json(first)) == first
    assert hash_of(yardstick_from_json(yardstick_to_json(agreed))) == first.yardstick_hash


def test_what_is_drawn_of_white_noise_is_the_textbook_prediction():
    """A further value: mean of those seen, deviation s * sqrt(1 + 1/n) (Montgomery & Runger, Applied Statistics)."""
    values, level = np.random.default_rng(4).normal(size=30), np.ones((31, 1))
    mean, root = _continued(values, level[:30], level[30:], np.eye(31), 29)
    assert mean[0] == pytest.approx(values.mean())
    assert root[0, 0] == pytest.approx(values.std(ddof=1) * np.sqrt(1 + 1 / 30))


def test_where_a_season_may_be_hidden_more_weeks_are_told_than_where_others_take_it_off():
    own = series(40, seed=3)
    alone = foresee(own, change=CHANGE, worthwhile=2.2)
    beside = foresee(own, change=CHANGE, worthwhile=2.2, against=Series(own.starts, np.zeros(40), own.n))
    assert alone.weeks is not None and beside.weeks is not None and alone.weeks > beside.weeks
    assert alone.shown is not None and beside.shown is not None and alone.shown > beside.shown


@pytest.mark.long
@pytest.mark.parametrize("before", [40, 60])
def test_after_the_weeks_told_beforehand_the_change_is_found_in_about_four_of_five(before, record_property):
    """Alone, where a season may be hidden for 38 weeks and for 18."""
    dice, found, asked = np.random.default_rng(31), 0, 0
    for _ in range(80):
        seed = int(dice.integers(2**31))
        told = foresee(series(before, seed=seed), change=CHANGE, worthwhile=2.2)
        if told.weeks is None or told.weeks > 60:
            continue
        asked += 1
        later = estimate(series(before, told.weeks, step=2.2, seed=seed), change=CHANGE, worthwhile=2.2)
        found += decide(later, 2.2)[0] == "effective"
    record_property("found", f"{found}/{asked}")
    assert asked > 40 and found / asked >= 0.70
