"""How often the scan speaks falsely, finds what is there, and how often intervals hold: 4,000 made-up waves each.

Three fixed seeds and one fresh; a test fails only when the exact one-sided 99 % bound contradicts the limit, so chance
alone fails it once in a hundred times at the very limit.
"""

import secrets
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import beta

from bihuan.engine.survey import scores
from bihuan.engine.survey.contracts import Design, Responses
from bihuan.engine.survey.cross import compare_all, cross
from bihuan.engine.survey.raking import rake

RUNS, SEEDS = 1000, (11, 12, 13, secrets.randbelow(2**32))
DESIGN = Design(dimensions={"服务": ("s1", "s2"), "物流": ("l1", "l2"), "价值": ("v",)}, overall="o",
                segments=("region", "tier"))
ITEMS = ("s1", "s2", "l1", "l2", "v", "o")


def wave(dice, size, drop=0.0):
    """Answers of people with a mood of their own; the east rates logistics lower by ``drop`` (before rounding)."""
    region = np.array(["华东", "华南", "华北", "西南"], object)[np.arange(size) % 4]
    tier = np.array(["新", "老", "VIP"], object)[dice.integers(0, 3, size)]
    raw = 3.4 + dice.normal(size=(size, 1)) * 0.5 + dice.normal(size=(size, 6)) * 0.8
    raw[:, 2:4] -= drop * (region == "华东")[:, None]
    return Responses(np.arange(size), ITEMS, np.clip(np.round(raw), 1, 5), np.ones(size),
                     {"region": region, "tier": tier})


SKEWED = Design(dimensions={name: (name,) for name in "abcd"}, overall="o", nps="n", segments=("city", "shop"))
CHANCES = {"ratings": [0.02, 0.03, 0.05, 0.2, 0.7], "weighted": [0.02, 0.03, 0.05, 0.2, 0.7],
           "delighted": [0.01, 0.005, 0.015, 0.02, 0.95]}
SHOPS = np.array([30, 20, 15, 5, 5, 5, 5, 2, 2, 2, 2, 2, 2, 1, 1, 1]) / 100


def skewed_wave(dice, kind, size=800, drop=0.0):
    """Nearly everybody gives the best rating, as customers do; sixteen shops from a third of them down to a handful."""
    shop = np.array([f"店{at}" for at in range(16)], object)[dice.choice(16, size, p=SHOPS)]
    city = np.array(["甲", "乙", "丙", "丁"], object)[np.arange(size) % 4]
    place = ndtr(dice.normal(size=(size, 1)) * 0.7 + dice.normal(size=(size, 6)) * 0.714)
    values = 1.0 + np.searchsorted(np.cumsum(CHANCES[kind])[:-1], place)
    values[:, 5] = np.searchsorted([0.05, 0.08, 0.1, 0.12, 0.14, 0.16, 0.2, 0.25, 0.4, 0.6], place[:, 5])
    lower = (city == "甲") & (dice.random(size) < drop / 2)
    values[:, 0] = np.where(lower, np.maximum(values[:, 0] - 2, 1), values[:, 0])
    weights = np.exp(dice.normal(size=size) * 0.6) if kind == "weighted" else np.ones(size)
    return Responses(np.arange(size), (*"abcd", "o", "n"), values, weights, {"city": city, "shop": shop})


def at_most(hits, runs):
    """The lowest share that so many hits still fit (exact, one-sided 99 %)."""
    return float(beta.ppf(0.01, hits, runs - hits + 1)) if hits else 0.0


def at_least(hits, runs):
    return float(beta.ppf(0.99, hits + 1, runs - hits)) if hits < runs else 1.0


def told(name, hits, runs, record_property):
    record_property(name, f"{hits}/{runs}")
    print(f"{name}: {hits / runs:.4f} ({hits} of {runs}; 99 % {at_most(hits, runs):.4f}-{at_least(hits, runs):.4f})")


@pytest.mark.long
def test_with_no_difference_few_waves_name_a_finding(record_property):
    hits = sum(bool(cross(wave(dice, 400), DESIGN)) for dice in map(np.random.default_rng, SEEDS) for _ in range(RUNS))
    told("false findings", hits, 4 * RUNS, record_property)
    assert at_most(hits, 4 * RUNS) <= 0.05


@pytest.mark.long
@pytest.mark.parametrize("kind", list(CHANCES))
def test_where_most_give_the_best_rating_few_waves_name_a_finding(kind, record_property):
    """Small shops, skewed scales and weights are where usual tests take chance for proof (t, ranks: 0.2 to 0.95)."""
    design = replace(SKEWED, weighted=kind == "weighted")
    hits = sum(bool(cross(skewed_wave(dice, kind), design)) for dice in map(np.random.default_rng, SEEDS)
               for _ in range(RUNS))
    told(f"false findings, {kind}", hits, 4 * RUNS, record_property)
    assert at_most(hits, 4 * RUNS) <= 0.05


@pytest.mark.long
def test_a_planted_difference_is_found_on_a_skewed_scale(record_property):
    """One in four of the first city's customers rates two points lower: -0.5 in 200 answers, among 120 comparisons."""
    hits = sum(any((one.group, one.measure) == ("甲", "a") and one.difference < 0
                   for one in cross(skewed_wave(dice, "ratings", drop=0.5), SKEWED))
               for dice in map(np.random.default_rng, SEEDS) for _ in range(RUNS))
    told("planted and found, skewed", hits, 4 * RUNS, record_property)
    assert at_least(hits, 4 * RUNS) >= 0.9


@pytest.mark.long
def test_a_planted_difference_is_found(record_property):
    """-0.4 in one region x dimension cell of 200 answers."""
    hits = sum(any((one.group, one.measure) == ("华东", "物流") and one.difference < 0
                   for one in cross(wave(dice, 800, drop=0.4), DESIGN))
               for dice in map(np.random.default_rng, SEEDS) for _ in range(RUNS))
    told("planted and found", hits, 4 * RUNS, record_property)
    assert at_least(hits, 4 * RUNS) >= 0.9


@pytest.mark.long
def test_intervals_of_differences_hold_as_often_as_they_say(record_property):
    hits = sum(next(one.low <= 0 <= one.high for one in compare_all(wave(dice, 300), DESIGN, segments=("tier",))
                    if (one.group, one.measure) == ("VIP", "物流"))
               for dice in map(np.random.default_rng, SEEDS) for _ in range(RUNS))
    told("interval holds", hits, 4 * RUNS, record_property)
    assert at_least(hits, 4 * RUNS) >= 0.93 and at_most(hits, 4 * RUNS) <= 0.97


@pytest.mark.long
def test_raking_moves_a_biased_mean_toward_the_truth(record_property):
    """The discontented young answer more often; the population's age margin is known."""
    hits = 0
    for dice in map(np.random.default_rng, SEEDS):
        for _ in range(RUNS):
            young = dice.random(400) < 0.7
            values = np.where(young, 3.0, 4.0) + dice.normal(size=400)
            groups = {"age": np.where(young, "young", "old").astype(object)}
            weights = rake(groups, {"age": {"young": 0.4, "old": 0.6}}).weights
            raked = scores.mean(values, weights).value
            assert raked is not None
            hits += abs(raked - 3.6) < abs(values.mean() - 3.6)
    told("nearer after raking", hits, 4 * RUNS, record_property)
    assert at_least(hits, 4 * RUNS) >= 0.95
