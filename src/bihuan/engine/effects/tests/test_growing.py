"""How often a verdict on a change that grows is right, and what it costs to declare the wrong shape.

4,000 made-up measures each, as in ``test_simulations.py``; sizes in standard deviations of the weeks.
"""

from datetime import timedelta

import numpy as np
import pytest

from bihuan.engine.effects.contracts import Estimate, Series
from bihuan.engine.effects.decide import decide
from bihuan.engine.effects.likelihood import fit
from bihuan.engine.effects.onset import Onset, onset_of
from bihuan.engine.effects.timeseries import (
    HIDDEN,
    LEAST_FOR_YEAR,
    Cut,
    Model,
    choose,
    estimate,
    hidden_wave,
    matrix,
    weeks_of,
)

from .test_simulations import CHANGE, RUNS, SEEDS, at_least, at_most, noise, told

# weeks before and after, carry-over, yearly wave, others beside it, the worthwhile change
CASES = {"alone, seasons": (104, 26, 0.4, 1.0, False, 2.0),
         "alone, a season is hidden": (52, 16, 0.3, 0.7, False, 3.0),
         "with others": (52, 20, 0.4, 0.0, True, 1.5)}


def starts_of(before, after):
    return tuple(CHANGE + timedelta(7 * (place - before)) for place in range(before + after))


def made(dice, case, over):
    """Weeks (periods x runs) with a worthwhile change that grows over so many weeks; None: without any."""
    before, after, carry, wave, _others, worthwhile = CASES[case]
    day = np.arange(before + after)[:, None] * 7
    values = noise(dice, before + after, carry, RUNS)
    values += wave * np.sin(2 * np.pi * (day + dice.uniform(0, 365, RUNS)) / 365.2425)
    if over is None:
        return values
    starts = starts_of(before, after)
    grown = Onset(CHANGE, over).heights(starts) if over else (np.arange(before + after) >= before).astype(float)
    return values + worthwhile * grown[:, None]


def judged(values, case, ramp):
    """(low, high) of all runs by a yardstick that declares ``ramp``: ``choose`` and ``estimate`` all at once.

    A straight trend is a term wherever one of the runs asks for it, as nearly all do when alone; with others none is.
    """
    before, after, _carry, _wave, others, worthwhile = CASES[case]
    seen = Cut(starts_of(before, after), values, np.full(len(values), 100.0), before, onset_of(CHANGE, ramp, "week"))
    yearly = weeks_of(seen, "week") >= LEAST_FOR_YEAR
    model = Model(not others, False, yearly, (), () if others or yearly else (HIDDEN,))
    fits = fit(values, matrix(seen, model), seen.n, before=before, days=hidden_wave(seen, model))
    low, high = fits.quantile(0.025), fits.quantile(0.975)
    for place in range(3):      # what is fitted at once is what the verdict fits one by one
        one = Cut(seen.starts, values[:, place], seen.n, before, seen.onset)
        if choose(one, worthwhile=worthwhile, others=others, grain="week").trend == model.trend:
            own = Series(one.starts, one.values, one.n)
            flat = Series(one.starts, np.zeros(len(values)), one.n * 1e9) if others else None
            alone = estimate(own, change=CHANGE, worthwhile=worthwhile, against=flat, ramp=ramp)
            assert (alone.low, alone.high) == pytest.approx((low[place], high[place]), abs=1e-3)
    return low, high


def told_of(case, over, ramp, record_property, what):
    """Verdicts and whether the interval holds the full height, over all seeds."""
    worthwhile = CASES[case][-1]
    found = [judged(made(np.random.default_rng(seed), case, over), case, ramp) for seed in SEEDS]
    low, high = (np.concatenate([one[side] for one in found]) for side in (0, 1))
    words = [decide(Estimate((a + b) / 2, float(a), float(b)), worthwhile)[0] for a, b in zip(low, high)]
    size = 0.0 if over is None else worthwhile
    held = int(((low <= size) & (high >= size)).sum())
    for word in ("effective", "no_effect_shown", "cannot_tell"):
        told(f"{case}: {what}: {word}", words.count(word), len(words), record_property)
    told(f"{case}: {what}: interval holds", held, len(words), record_property)
    return words, held


@pytest.mark.long
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("over", [6, 12])
def test_a_growth_that_was_declared_is_found_and_none_is_feigned(case, over, record_property):
    words, held = told_of(case, over, over, record_property, f"grows over {over}, declared")
    assert at_most(held, len(words)) <= 0.97 and at_least(held, len(words)) >= 0.93
    without, _ = told_of(case, None, over, record_property, f"no effect, {over} declared")
    assert at_most(without.count("effective"), len(without)) <= 0.05
    at_once, _ = told_of(case, over, 0, record_property, f"grows over {over}, at once declared")
    assert words.count("effective") > at_once.count("effective")


@pytest.mark.long
@pytest.mark.parametrize("case", CASES)
def test_a_step_that_was_declared_to_grow_is_not_called_worse(case, record_property):
    """The cost of a growth that was none: it is found less often; where a season may be hidden its interval, which is
    that of another shape, holds the truth somewhat less often than it should."""
    for ramp in (6, 12):
        words, held = told_of(case, 0, ramp, record_property, f"at once, {ramp} declared")
        assert words.count("worse") <= 0.01 * len(words) and at_least(held, len(words)) >= 0.90
