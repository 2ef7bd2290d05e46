"""Definitions: the shipped ones are complete, own ones need no code, bands follow the decisions of the standard."""

import json
import re
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.engine.home import Home, publish
from bihuan.engine.indicators.bands import bands_touched, meets_target, score_by_bands, score_columns, target_for
from bihuan.engine.indicators.contracts import EVERYTHING, Band, Query, Target
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.indicators.evaluate import evaluate_on
from bihuan.engine.indicators.passports import find, from_dict, load, shipped, to_dict, versions
from bihuan.engine.indicators.targets import load_targets, target_to_dict
from bihuan.engine.indicators.tests.company import case, connection, session
from bihuan.engine.indicators.words import formula

OWN = {"name": "vip_share", "title": {"zh": "VIP 占比", "en": "VIP share"}, "sentence": {"zh": "…", "en": "…"},
       "grain": "case", "anchor": "opened", "aggregation": "rate", "numerator": 'tier = "VIP"'}


@pytest.fixture
def workspace(tmp_path):
    return Home(tmp_path).create()


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_shipped_passport_tells_a_reader_everything(name):
    passport = shipped()[name]
    for text in (passport.title, passport.sentence):
        assert text["zh"] and text["en"]
    assert passport.example and passport.example_en and passport.source and passport.owner and passport.version
    assert re.fullmatch(r"[0-9a-f]{16}", passport.definition_hash)
    for lang in ("zh", "en"):
        parts = formula(passport, lang)
        assert parts["how"] and parts["denominator"] and parts["interval"]
        assert not re.search(r"\b\w+_(s|at)\b", " ".join(parts.values())), "a field without a word"


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_passport_survives_being_written_and_read(name):
    passport = shipped()[name]
    assert from_dict(json.loads(json.dumps(to_dict(passport)))) == passport


@pytest.mark.parametrize(("name", "scores"), [
    # SPEC decision 2: rates closed below, times closed above; decision 3: closure rate floors to the point reached.
    ("fcr", {0.599: 1, 0.6: 2, 0.699: 2, 0.7: 3, 0.8: 4, 0.899: 4, 0.9: 5, 1.0: 5}),
    ("pickup", {30: 5, 30.1: 4, 60: 4, 61: 3, 120: 3, 121: 2, 180: 2, 181: 1}),
    ("online_first_response", {30: 5, 31: 4, 60: 4, 61: 3, 180: 3, 181: 2, 300: 2, 301: 1}),
    ("closure_rate", {0.0: 1, 0.499: 1, 0.5: 2, 0.799: 2, 0.8: 3, 0.949: 3, 0.95: 4, 0.999: 4, 1.0: 5})])
def test_band_edges_are_those_of_the_decisions(name, scores):
    bands = shipped()[name].bands
    assert {value: score_by_bands(value, bands) for value in scores} == scores


def test_no_value_has_no_band():
    assert score_by_bands(None, shipped()["fcr"].bands) is None
    assert score_by_bands(5, ()) is None
    assert bands_touched(None, None, shipped()["fcr"].bands) == ()


def test_an_interval_names_every_band_it_touches():
    # 27 of 30, Wilson 74.4-96.5 %: 3, 4 and 5 cannot be told apart.
    assert bands_touched(0.744, 0.965, shipped()["fcr"].bands) == (3, 4, 5)
    assert bands_touched(31, 59, shipped()["pickup"].bands) == (4,)


def test_an_own_indicator_needs_no_code(workspace):
    publish(workspace, passports=[OWN])
    passport = load(workspace)["vip_share"]
    con = connection(case=[case(1, "2024-03-04 09:00", tier="VIP"), case(2, "2024-03-04 09:00"),
                           case(3, "2024-03-04 09:00", tier="new")])
    (result,) = evaluate_on(session(con), [passport], Query(("vip_share",)), EVERYTHING)
    assert (result.indicator, result.value, result.n) == ("vip_share", 1 / 3, 3)


def test_a_published_version_replaces_the_shipped_one_and_both_can_be_had(workspace):
    newer = {**to_dict(shipped()["fcr"]), "version": "2", "window": "3d",
             "numerator": "not repeat within 3d and (reopens is null or reopens = 0)"}
    publish(workspace, passports=[newer])
    assert find(workspace, "fcr").version == "2" and find(workspace, "fcr").window == 3 * 86400
    assert find(workspace, "fcr@1") == shipped()["fcr"]
    publish(workspace, passports=[{**newer, "version": "3"}])
    assert list(versions(workspace, "fcr")) == ["1", "2", "3"]
    with pytest.raises(IndicatorError, match="1, 2, 3"):
        find(workspace, "fcr@9")


def test_an_indicator_is_found_by_its_other_names(workspace):
    assert find(workspace, "首次解决率").name == "fcr"
    assert find(workspace, "aht").name == "handle_time"
    with pytest.raises(IndicatorError, match="Did you mean pickup"):
        find(workspace, "pickupp")


@pytest.mark.parametrize(("change", "field"), [
    ({"numerator": "colour = red"}, "numerator"), ({"aggregation": "sum"}, "aggregation"),
    ({"anchor": "tier"}, "anchor"),
    ({"grain": "moon"}, "grain"), ({"numerator": None}, "numerator"), ({"window": "7 days"}, "window"),
    ({"window": "7d"}, "window_from"), ({"bands": {"5": 0.5, "4": 0.9}}, "bands"), ({"colour": "red"}, "colour"),
    ({"cluster": "moon"}, "cluster"), ({"unit": "km"}, "unit")])
def test_a_wrong_definition_names_its_field(change, field):
    with pytest.raises(IndicatorError) as error:
        from_dict({**OWN, **change})
    if error.value.code == "passport_field":
        assert error.value.params["field"] == field
    assert error.value.text("zh") and error.value.text("en")


def test_texts_do_not_change_the_hash_and_calculation_does():
    passport = from_dict(OWN)
    assert from_dict({**OWN, "owner": "someone"}).definition_hash == passport.definition_hash
    assert from_dict({**OWN, "minimum_n": 5}).definition_hash != passport.definition_hash


def test_the_narrowest_target_holds_and_old_periods_keep_theirs(workspace):
    publish(workspace, targets=[
        {"indicator": "fcr", "scope": {}, "target": 0.8, "version": "1"},
        {"indicator": "fcr", "scope": {"channel": "phone"}, "target": 0.85, "version": "1"},
        {"indicator": "fcr", "scope": {"channel": "phone"}, "target": 0.9, "bands": {"5": 0.95, "4": 0.9},
         "version": "2", "valid_from": "2024-03-01"}])
    targets, fcr = load_targets(workspace), shipped()["fcr"]
    assert target_for(fcr, targets, {"channel": "online"}, date(2024, 3, 31)).target == 0.8
    assert target_for(fcr, targets, {"channel": "phone"}, date(2024, 2, 29)).target == 0.85
    newest = target_for(fcr, targets, {"channel": "phone"}, date(2024, 3, 31))
    assert (newest.target, newest.version, score_by_bands(0.9, newest.bands)) == (0.9, "2", 4)
    assert target_for(fcr, targets, {"channel": "phone"}, date(2024, 2, 29)).bands == fcr.bands
    assert target_to_dict(newest)["bands"] == {"4": 0.9, "5": 0.95}
    assert target_for(fcr, [Target("csat", target=1)], {}, None).target is None


@given(st.lists(st.one_of(st.none(), st.floats(0, 1), st.sampled_from([0.6, 0.7, 0.8, 0.9])), min_size=3, max_size=3),
       st.booleans())
def test_whole_columns_are_scored_like_single_values(numbers, rising):
    """The two ways to a score agree, on the edges too."""
    bands = shipped()["fcr"].bands
    if not rising:
        bands = tuple(Band(7 - band.score, band.limit) for band in reversed(bands))
    direction = "up" if rising else "down"
    value, low, high = (np.array([np.nan if number is None else number]) for number in numbers)
    found = score_columns(Target("x", target=0.75, bands=bands), direction, value, low, high)
    assert found["band"] == [score_by_bands(numbers[0], bands)]
    assert found["bands_possible"] == [bands_touched(numbers[1], numbers[2], bands)]
    assert found["target_met"] == [meets_target(numbers[0], 0.75, direction)]
