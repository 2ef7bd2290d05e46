"""A change that grows: agreed beforehand, hashed, and told at its full height."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from bihuan.engine.effects.contracts import Series, Yardstick
from bihuan.engine.effects.decide import judge
from bihuan.engine.effects.foresight import foresee
from bihuan.engine.effects.keeping import verdict_from_json, verdict_to_json, yardstick_from_json, yardstick_to_json
from bihuan.engine.effects.onset import EVENLY, Onset
from bihuan.engine.effects.tests.test_yardstick import AGREED
from bihuan.engine.effects.yardstick import hash_of

CHANGE = date(2024, 7, 1)
GROWING = Yardstick("fcr", CHANGE, 1.0, ramp=6, shape=EVENLY)


def weeks(before, after, *, full=0.0, over=6, seed=3, deviation=1.0):
    """White weeks that grow by ``full`` over so many weeks: by the middle of each, as a straight line does."""
    starts = tuple(CHANGE + timedelta(7 * (place - before)) for place in range(before + after))
    grown = np.clip((np.arange(before + after) - before + 0.5) / over, 0, 1)
    values = np.random.default_rng(seed).normal(scale=deviation, size=before + after) + full * grown
    return Series(starts, values, np.full(before + after, 50.0))


def test_heights_are_the_mean_of_a_straight_line_over_each_period():
    """A change on a Thursday: the week from Monday on holds four of its days, 0.5 to 3.5 of 14 days, by hand."""
    told = Onset(date(2024, 7, 4), 2).heights([date(2024, 6, 24), date(2024, 7, 1), date(2024, 7, 22)])
    assert told == pytest.approx([0, (0.5 + 1.5 + 2.5 + 3.5) / 14 / 7, 1])
    assert Onset(CHANGE, 1, "day").heights([CHANGE, date(2024, 7, 7)]) == pytest.approx([1 / 14, 13 / 14])


def test_yardsticks_from_before_keep_their_hash_and_a_growth_is_part_of_it():
    assert hash_of(AGREED) == "812ea7b9c3d4c724f33244c219fa87e6d334adb47580cac40180f9606ca98c85"
    assert len({hash_of(one) for one in (AGREED, replace(AGREED, ramp=6, shape=EVENLY),
                                         replace(AGREED, ramp=8, shape=EVENLY))}) == 3
    assert yardstick_from_json(yardstick_to_json(GROWING)) == GROWING
    with pytest.raises(ValueError, match="shape"):
        yardstick_from_json(yardstick_to_json(GROWING) | {"shape": "evenly-2"})


def test_the_effect_is_told_at_its_full_height_where_at_once_tells_less():
    """Without noise worth speaking of the full height is what was planted; taken for a step it is some two thirds."""
    series = weeks(60, 16, full=4.0, deviation=0.05)
    found, at_once = judge(GROWING, series), judge(replace(GROWING, ramp=0, shape=""), series)
    assert found.verdict == "effective" and found.effect == pytest.approx(4.0, abs=0.15)
    assert at_once.effect is not None and at_once.effect < 3.4 and at_once.ramp == 0
    assert found.ramp == 6 and "grows_over_6" in found.why_method and "grows_evenly" in found.assumptions
    assert verdict_from_json(verdict_to_json(found)) == found
    assert "ramp" not in verdict_to_json(at_once)   # what was kept before says the same as what is computed now


def test_what_was_not_seen_at_its_full_height_is_not_told():
    found = judge(replace(GROWING, ramp=12), weeks(60, 10, full=4.0, over=12, deviation=0.05))
    assert (found.verdict, found.reason) == ("cannot_tell", "still_growing")
    assert found.need is not None and found.need.weeks is not None and found.need.weeks >= 3


def test_a_change_that_grows_needs_more_weeks_than_one_at_once():
    own = weeks(60, 0)
    level = Series(own.starts, np.zeros(60), own.n)
    at_once, growing = (foresee(own, change=CHANGE, worthwhile=1.0, against=level, ramp=ramp, weeks=16)
                        for ramp in (0, 8))
    assert at_once.weeks is not None and growing.weeks is not None and growing.weeks > max(at_once.weeks, 9)
    assert at_once.shown is not None and growing.shown is not None and growing.shown > at_once.shown
