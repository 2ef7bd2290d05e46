"""The list of planted truths itself."""

from __future__ import annotations

from datetime import date

import pytest

from bihuan.engine.demo.truths import Truth, Truths, describe_truths, move, shipped_truths, varied_truths
from bihuan.engine.indicators import passports
from bihuan.engine.indicators.contracts import DIMENSIONS

START, DAYS = date(2025, 1, 1), 400


def planted(truths: Truths, truth_id: str) -> Truth:
    truth = truths.get(truth_id)
    assert truth is not None
    return truth


def test_shares_of_the_period_become_dates():
    spike = planted(shipped_truths(START, DAYS), "product_spike")
    assert (spike.since, spike.until) == (date(2025, 10, 16), date(2025, 12, 11))
    assert not spike.acts_on(date(2025, 10, 15)) and spike.acts_on(date(2025, 12, 11))


def test_other_seeds_plant_in_other_places_sizes_and_dates():
    drawn = [planted(varied_truths(seed, START, DAYS), "region_logistics") for seed in range(8)]
    assert len({truth.where["region"] for truth in drawn}) > 1
    assert len({truth.size for truth in drawn}) == len({truth.since for truth in drawn}) == 8


def test_a_moved_spike_keeps_its_length():
    for seed in range(5):
        spike = planted(varied_truths(seed, START, DAYS), "product_spike")
        assert spike.since is not None and spike.until is not None
        assert abs((spike.until - spike.since).days - 56) <= 1


def test_every_truth_is_told_in_both_languages():
    for truth in shipped_truths(START, DAYS).all:
        assert all(truth.sentence[lang] and truth.title[lang] and truth.size_means[lang] for lang in ("zh", "en"))
        assert f"`{truth.id}`" in describe_truths("zh") and truth.sentence["en"] in describe_truths("en")


def test_what_a_truth_shows_in_are_indicators_of_the_product(home):
    known, dimensions = passports.load(home), {*DIMENSIONS, "month"}
    for truth in shipped_truths(START, DAYS).all:
        assert all(sign.indicator in known and sign.by in dimensions for sign in truth.shows)
        assert {sign.direction for sign in truth.shows} <= {"up", "down", "none"}


def test_moving_an_unknown_truth_names_those_known():
    with pytest.raises(KeyError, match="evening_short"):
        move(shipped_truths(START, DAYS), "no_such", size=1.0)
