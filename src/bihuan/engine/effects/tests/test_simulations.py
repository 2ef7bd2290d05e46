"""How often the verdict speaks falsely, finds what is there, and how often its interval holds the truth.

4,000 made-up measures each: three fixed seeds and a fresh one; a test fails only when the exact one-sided 99 % bound
contradicts the limit. The weeks carry over into each other, have a yearly wave, and weeks of more rows vary less.
"""

import secrets
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.stats import beta

from bihuan.engine.effects.contracts import Estimate, Series
from bihuan.engine.effects.decide import decide
from bihuan.engine.effects.likelihood import fit
from bihuan.engine.effects.synthetic import Pool, Synthetic, placebo_of, pool_of, synthesise
from bihuan.engine.effects.timeseries import HIDDEN, Cut, Model, cut, estimate, hidden_wave, matrix
from bihuan.engine.effects.waiting import need

RUNS, SEEDS = 1000, (21, 22, 23, secrets.randbelow(2**32))
CHANGE = date(2024, 7, 1)
STARTS = {before: tuple(CHANGE + timedelta(7 * (i - before)) for i in range(before + 26)) for before in (26, 52, 104)}


def at_most(hits, runs):
    """The lowest share that so many hits still fit (exact, one-sided 99 %)."""
    return float(beta.ppf(0.01, hits, runs - hits + 1)) if hits else 0.0


def at_least(hits, runs):
    return float(beta.ppf(0.99, hits + 1, runs - hits)) if hits < runs else 1.0


def told(name, hits, runs, record_property):
    record_property(name, f"{hits}/{runs}")
    print(f"{name}: {hits / runs:.4f} ({hits} of {runs}; 99 % {at_most(hits, runs):.4f}-{at_least(hits, runs):.4f})")


def noise(dice, periods, carry, count=1):
    """Errors of variance 1 that carry over (AR(1)), one column a place."""
    errors = dice.normal(size=(periods, count))
    for period in range(1, periods):
        errors[period] = carry * errors[period - 1] + np.sqrt(1 - carry**2) * errors[period]
    return errors


def weeks(dice, before, after, *, step=0.0, carry=0.4, wave=0.0, among=1):
    """One place's weeks; of ``among`` alike ones that with the lowest mean before the change."""
    values = noise(dice, before + after, carry, among)
    values = values[:, values[:before].mean(axis=0).argmin()]
    time = np.arange(before + after)
    values = values + step * (time >= before) + wave * np.sin(2 * np.pi * time * 7 / 365.2425)
    return Series(STARTS[before][:before + after], values, np.full(before + after, 100.0))


def runs(*, worthwhile, **how):
    """(estimate, verdict) of each made-up measure."""
    picked = how.get("among", 1)
    for seed in SEEDS:
        dice = np.random.default_rng(seed)
        for _ in range(RUNS):
            found = estimate(weeks(dice, **how), change=CHANGE, worthwhile=worthwhile, selected_from=picked)
            yield found, decide(found, worthwhile)[0]


@pytest.mark.long
@pytest.mark.parametrize("how", [
    {"before": 26, "after": 12, "carry": 0.4}, {"before": 52, "after": 12, "carry": 0.6},
    {"before": 104, "after": 26, "carry": 0.3, "wave": 1.0}, {"before": 26, "after": 12, "carry": 0.4, "among": 30},
], ids=["half a year", "strong carry-over", "seasons", "worst of 30"])
def test_without_an_effect_few_are_called_effective(how, record_property):
    words = [word for _, word in runs(worthwhile=1.0, **how)]
    told("false effective", words.count("effective"), len(words), record_property)
    assert at_most(words.count("effective"), len(words)) <= 0.05


@pytest.mark.long
@pytest.mark.parametrize("how", [
    {"before": 26, "after": 12, "carry": 0.3}, {"before": 52, "after": 12, "carry": 0.4},
    {"before": 104, "after": 26, "carry": 0.4, "wave": 1.0}, {"before": 104, "after": 26, "carry": 0.6},
], ids=["half a year", "a year", "seasons", "strong carry-over"])
def test_the_interval_holds_the_truth(how, record_property):
    held = [found.low <= 0.7 <= found.high for found, _ in runs(worthwhile=1.0, step=0.7, **how)]
    told("interval holds", sum(held), len(held), record_property)
    assert at_most(sum(held), len(held)) <= 0.97 and at_least(sum(held), len(held)) >= 0.93


@pytest.mark.long
@pytest.mark.parametrize("wave", [0.0, 0.7, 1.4, 2.8])
def test_a_season_that_is_too_short_to_take_off_feigns_few_effects(wave, record_property):
    """40 weeks before and 14 after, a yearly wave of any phase, noise of variance 1 of which a third carries over.

    Without the errors that may hold a wave, 7 to 9 % were called effective and the interval held in 79 to 87 %.
    """
    seen = Cut(tuple(CHANGE + timedelta(7 * (i - 40)) for i in range(54)), np.zeros(54), np.full(54, 60.0), 40)
    model, time, found = Model(True, False, False, (), (HIDDEN,)), np.arange(54)[:, None] * 7, []
    for seed in SEEDS:
        dice = np.random.default_rng(seed)
        values = 0.56 * noise(dice, 54, 0.4, RUNS) + 0.83 * dice.normal(size=(54, RUNS))
        values += wave * np.sin(2 * np.pi * (time + dice.uniform(0, 365, RUNS)) / 365.2425)
        fits = fit(values, matrix(seen, model), seen.n, before=40, days=hidden_wave(seen, model))
        found.append((fits.quantile(0.025), fits.quantile(0.975)))
    low, high = np.concatenate([one[0] for one in found]), np.concatenate([one[1] for one in found])
    effective, held = int((low > 0).sum()), int(((low <= 0) & (high >= 0)).sum())
    told("false effective", effective, len(low), record_property)
    told("interval holds", held, len(low), record_property)
    assert at_most(effective, len(low)) <= 0.05
    assert at_most(held, len(low)) <= 0.97 and at_least(held, len(low)) >= 0.93


@pytest.mark.long
def test_an_effect_of_the_worthwhile_size_is_found_when_the_need_is_met(record_property):
    """The worthwhile change is one that, by the need that is told, these weeks suffice for."""
    words = [word for _, word in runs(worthwhile=2.4, step=2.4, before=104, after=26, carry=0.3)]
    told("found", words.count("effective"), len(words), record_property)
    told("cannot tell", words.count("cannot_tell"), len(words), record_property)
    assert at_least(words.count("effective"), len(words)) >= 0.80
    assert at_most(words.count("cannot_tell"), len(words)) <= 0.20


@pytest.mark.long
def test_too_little_data_cannot_tell(record_property):
    words = [word for _, word in runs(worthwhile=0.5, before=26, after=8, carry=0.4)]
    told("no effect shown from too little", words.count("no_effect_shown"), len(words), record_property)
    assert at_most(words.count("no_effect_shown"), len(words)) <= 0.10


@pytest.mark.long
def test_after_the_weeks_that_were_asked_for_the_effect_is_found(record_property):
    """Where the verdict asks for more weeks, that many more find a worthwhile effect in about four of five cases:
    those that had a poor start, which is why they were asked to wait, are the only ones counted."""
    found, asked = 0, 0
    dice = np.random.default_rng(SEEDS[0])
    for _ in range(RUNS):
        longer = weeks(dice, 104, 26, step=1.5, carry=0.3)
        series = Series(longer.starts[:112], longer.values[:112], longer.n[:112])
        seen = estimate(series, change=CHANGE, worthwhile=1.5)
        more = need(series, seen, change=CHANGE, worthwhile=1.5).weeks
        if decide(seen, 1.5)[0] != "cannot_tell" or more is None or more > 18:
            continue
        asked += 1
        end = 112 + more
        series = Series(longer.starts[:end], longer.values[:end], longer.n[:end])
        later = estimate(series, change=CHANGE, worthwhile=1.5)
        found += decide(later, 1.5)[0] == "effective"
    told("found after the weeks asked for", found, asked, record_property)
    assert asked == 0 or at_least(found, asked) >= 0.75


def teams(dice, before, after, *, count, step=0.0, carry=0.3):
    """Teams that go up or down at paces of their own under a slow wave that each feels differently; the touched one
    goes as a mixture of three of them, so that taken together they do not go as it does."""
    periods, time = before + after, np.arange(before + after)
    wave, feels = 1.5 * noise(dice, periods, 0.97, 2), dice.uniform(0, 1, (2, count))
    pace, mixture = dice.uniform(-0.06, 0.06, count), np.zeros(count)
    mixture[dice.choice(count, 3, replace=False)] = dice.dirichlet([2, 2, 2])
    others = dice.normal(0, 3, count) + wave @ feels + np.outer(time, pace) + noise(dice, periods, carry, count)
    own = (wave @ feels + np.outer(time, pace)) @ mixture + noise(dice, periods, carry)[:, 0] + step * (time >= before)
    starts, n = tuple(CHANGE + timedelta(7 * (i - before)) for i in range(periods)), np.full(periods, 100.0)
    return Series(starts, own, n), {f"T{i:02}": Series(starts, others[:, i], n) for i in range(count)}


def together(donors):
    parts = list(donors.values())
    return Series(parts[0].starts, np.mean([one.values for one in parts], axis=0), parts[0].n * len(parts))


def at_once(cuts, worthwhile):
    """``choose`` and ``estimate`` for many cuts of the same periods, all fitted together: (low, high, trend, drift)."""
    first, values = cuts[0], np.column_stack([one.values for one in cuts])
    early = Cut(first.starts[:first.before], values[:first.before], first.n[:first.before], first.before)
    yearly = len(first.starts) > 78
    drift = fit(early.values, matrix(early, Model(True, False, yearly, (), ()), step=False), early.n, column=1,
                before=first.before)
    slope = np.array([drift.quantile(0.025), drift.quantile(0.975)]) * len(first.starts) / 2 / 100
    trend = np.maximum(-slope[0], slope[1]) > worthwhile / 4
    bounds = np.empty((2, len(cuts)))
    for kept in (False, True):
        if (trend == kept).any():
            fits = fit(values[:, trend == kept], matrix(first, Model(kept, False, yearly, (), ())), first.n,
                       before=first.before)
            bounds[:, trend == kept] = fits.quantile(0.025), fits.quantile(0.975)
    return *bounds, trend, (slope[0] > 0) | (slope[1] < 0)


def weighed(*, worthwhile, **how):
    """(low, high, verdict) of each made-up measure that is judged by a synthetic control."""
    for seed in SEEDS:
        dice = np.random.default_rng(seed)
        made = [teams(dice, **how) for _ in range(RUNS)]
        plain = [cut(own, CHANGE, better=1, against=together(donors)) for own, donors in made]
        found = [synthesise(own, donors, CHANGE) for own, donors in made]
        apart = [Cut(one.starts, one.values, one.n, one.before) for one in found if isinstance(one, Synthetic)]
        unlike = at_once(plain, worthwhile)[2]
        low, high, _, drifts = at_once(apart, worthwhile)
        checked = 0
        for place, (own, donors) in enumerate(made):
            if not unlike[place] or drifts[place]:
                continue
            told = Estimate(float(low[place] + high[place]) / 2, float(low[place]), float(high[place]))
            if checked < 5:  # what is fitted at once is what the verdict fits one by one
                alone = estimate(own, change=CHANGE, worthwhile=worthwhile, against=together(donors), donors=donors)
                assert alone.method == "synthetic_control"
                assert (alone.low, alone.high) == pytest.approx((told.low, told.high), abs=1e-6)
                checked += 1
            pool = pool_of(own, donors, CHANGE)
            asked = low[place] > 0 and len(donors) >= 19
            placebo = placebo_of(pool) if asked and isinstance(pool, Pool) else None
            yield told.low, told.high, decide(told, worthwhile, (), placebo)[0]


@pytest.mark.long
def test_others_that_are_weighed_feign_few_effects_and_the_interval_holds_the_truth(record_property):
    found = list(weighed(worthwhile=1.0, before=52, after=12, count=8))
    words = [word for _, _, word in found]
    held = [low <= 0 <= high for low, high, _ in found]
    told("false effective", words.count("effective"), len(words), record_property)
    told("interval holds", sum(held), len(held), record_property)
    assert len(found) > 3 * RUNS and at_most(words.count("effective"), len(words)) <= 0.05
    assert at_most(sum(held), len(held)) <= 0.97 and at_least(sum(held), len(held)) >= 0.93


@pytest.mark.long
def test_others_that_are_weighed_show_an_effect_of_the_worthwhile_size(record_property):
    """Twenty teams, so that their placebo test has its say too."""
    words = [word for _, _, word in weighed(worthwhile=3.0, step=3.0, before=52, after=12, count=20)]
    told("found", words.count("effective"), len(words), record_property)
    told("cannot tell", words.count("cannot_tell"), len(words), record_property)
    assert len(words) > 3 * RUNS
    assert at_least(words.count("effective"), len(words)) >= 0.80
    assert at_most(words.count("cannot_tell"), len(words)) <= 0.20
