"""Strata, allocations and draws: against Cochran's tables, and by their properties."""

import hashlib
import math
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats.proportion import proportion_confint, samplesize_confint_proportion

from bihuan.engine.survey.planning import margin_of, size_for_margin
from bihuan.engine.survey.sampling.allocation import (
    allocation,
    share_margin,
    stratified_error,
    weighting_effect,
)
from bihuan.engine.survey.sampling.contracts import ATTRIBUTES, Share, Strata, Stratum
from bihuan.engine.survey.sampling.draw import digest_of_draw, draw
from bihuan.engine.survey.sampling.frame import read_file
from bihuan.engine.survey.sampling.strata import strata_of
from bihuan.engine.survey.scores import effective_size

# Cochran 1977, section 5.8, table 5.1: 64 cities in 1930, the 16 largest and the others, by what 1920 had told.
LARGE, SMALL = Stratum("large", 16, 16, {}), Stratum("small", 48, 48, {})
DEVIATIONS = {"large": math.sqrt(53_843), "small": math.sqrt(5_581)}


def cochran(large, small):
    error = stratified_error([Share(LARGE, large), Share(SMALL, small)], deviations=DEVIATIONS)
    return None if error is None else 64 * error


def test_errors_of_the_published_allocations():
    """Cochran 1977, pp. 93-94: the total's standard error is 1,372 proportionally and 1,044 with twelve each."""
    proportional = allocation([LARGE, SMALL], total=24)
    assert [share.drawn for share in proportional] == [6, 18]
    assert round(cochran(6, 18)) == 1372
    assert round(cochran(12, 12)) == 1044


def test_neymans_allocation_of_the_published_example():
    """Cochran 1977, p. 96-97: the optimum is 12.21 and 11.79, that is twelve each."""
    shares = allocation([LARGE, SMALL], total=24, method="neyman", deviations=DEVIATIONS)
    assert [share.drawn for share in shares] == [12, 12]


def test_no_other_allocation_of_the_same_size_is_better_than_neymans():
    best = min(range(1, 17), key=lambda n: cochran(n, 24 - n))
    assert best == 12


def test_with_one_stratum_the_margin_is_that_of_the_planner_and_of_statsmodels():
    whole = Stratum("", 1000, 1000, {})
    assert share_margin([Share(whole, 278)]) == pytest.approx(margin_of(278, population=1000), abs=1e-3)
    low, high = proportion_confint(192, 384, method="normal")
    endless = Stratum("", 10**9, 10**9, {})
    assert share_margin([Share(endless, 384)]) == pytest.approx((high - low) / 2, rel=1e-6)
    assert size_for_margin(0.05) == math.ceil(samplesize_confint_proportion(0.5, 0.05))


def test_the_weighting_effect_is_n_over_the_effective_size():
    shares = [Share(Stratum("a", 900, 900, {}), 30), Share(Stratum("b", 100, 100, {}), 30)]
    weights = np.repeat([30.0, 100 / 30], 30)
    assert weighting_effect(shares) == pytest.approx(60 / effective_size(weights))


def test_a_census_is_whole_and_the_rest_is_shared():
    strata = [Stratum("key", 40, 38, {}), Stratum("a", 600, 600, {}), Stratum("b", 400, 400, {})]
    shares = {share.stratum.name: share for share in allocation(strata, total=138)}
    assert {name: share.drawn for name, share in shares.items()} == {"key": 38, "a": 60, "b": 40}
    assert (shares["key"].probability, shares["a"].weight) == (1.0, 10.0)


def test_every_stratum_gets_its_minimum_as_far_as_it_has_people():
    strata = [Stratum("a", 5000, 5000, {}), Stratum("b", 200, 200, {}), Stratum("c", 12, 12, {})]
    assert [share.drawn for share in allocation(strata, total=200, minimum=30)] == [158, 30, 12]


def test_equal_and_fixed_numbers():
    strata = [Stratum("a", 500, 500, {}), Stratum("b", 20, 20, {}), Stratum("c", 300, 300, {})]
    assert [share.drawn for share in allocation(strata, total=90, method="equal")] == [35, 20, 35]
    assert [share.drawn for share in allocation(strata, total=90, method="fixed", fixed={"a": 7})] == [7, 0, 0]
    assert [share.drawn for share in allocation(strata, total=90, fixed={"b": 5})][1] == 5


def test_nobody_can_be_drawn_of_those_who_may_not_be_asked():
    (share,) = allocation([Stratum("a", 50, 0, {})], total=10, census=frozenset())
    assert (share.drawn, share.probability, share.weight) == (0, None, None)


def test_neyman_without_a_deviation_is_refused():
    with pytest.raises(ValueError, match="needs a deviation of b"):
        allocation([LARGE, Stratum("b", 3, 3, {})], total=4, method="neyman", deviations={"large": 1.0})


def test_a_stratum_nobody_answers_in_has_no_error():
    assert stratified_error([Share(LARGE, 0), Share(SMALL, 9)], deviations=DEVIATIONS) is None
    assert weighting_effect([Share(LARGE, 0)]) is None


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=8), st.integers(0, 900),
       st.sampled_from(["proportional", "equal"]), st.integers(0, 40))
@settings(max_examples=150)
def test_allocations_give_what_was_asked_and_never_more_than_there_are(sizes, total, method, minimum):
    strata = [Stratum(f"s{at}", max(pair), min(pair), {}) for at, pair in enumerate(sizes)]
    shares = allocation(strata, total=total, method=method, minimum=minimum)
    assert all(min(minimum, share.stratum.eligible) <= share.drawn <= share.stratum.eligible for share in shares)
    drawn, there = sum(share.drawn for share in shares), sum(one.eligible for one in strata)
    least = sum(min(minimum, one.eligible) for one in strata)
    assert drawn == max(min(total, there), least) or least <= drawn <= max(total, least)
    if minimum == 0:
        assert drawn == min(total, there)


def frame(tmp_path, rows, name="frame"):
    """A frame's file of (customer, type, key, silent, state)."""
    full = [{**dict.fromkeys(ATTRIBUTES), "customer": customer, "inside": True, "state": state, "outside": "",
             "reach": "sms", "type": kind, "key": key, "silent": silent, "spend": None, "cases": 1, "complaints": 0,
             "last_at": None, "last_case": None, "last_agent": None} for customer, kind, key, silent, state in rows]
    path = tmp_path / f"{name}.parquet"
    pq.write_table(pa.Table.from_pylist(full).set_column(
        list(full[0]).index("last_at"), "last_at", pa.array([None] * len(full), pa.timestamp("us", "UTC"))), path)
    return path


@pytest.fixture
def people(tmp_path):
    return frame(tmp_path, [*((f"K{at}", "new" if at < 12 else "old", "no", "no", "") for at in range(40)),
                            ("V1", "vip", "yes", "no", ""), ("V2", "vip", "yes", "yes", ""),
                            ("S1", "old", "no", "yes", ""), ("Q1", "new", "no", "no", "quiet")])


PLAN = Strata(by=("type",), silent_apart=True)
DRAWN = {"key": 2, "silent": 1, "type=new": 3, "type=old": 7}


def drawn_with(path, seed, drawn=DRAWN, strata=PLAN):
    with duckdb.connect() as con:
        return draw(con, path, strata, drawn, seed=seed).to_pylist()


def test_strata_stand_apart_in_order(people):
    with duckdb.connect() as con:
        found = [(one.name, one.size, one.eligible, one.values) for one in strata_of(con, people, PLAN)]
    assert found == [("key", 2, 2, {}), ("silent", 1, 1, {}), ("type=new", 13, 12, {"type": "new"}),
                     ("type=old", 28, 28, {"type": "old"})]


def test_the_draw_is_that_of_a_sha256_done_by_hand(people):
    wanted = sorted((f"K{at}" for at in range(12)), key=lambda one: hashlib.sha256(f"7:{one}".encode()).hexdigest())[:3]
    rows = drawn_with(people, "7")
    assert [row["customer"] for row in rows if row["stratum"] == "type=new"] == sorted(wanted)
    assert {row["stratum"]: (row["probability"], row["weight"]) for row in rows}["type=new"] == (0.25, 4.0)
    assert Counter(row["stratum"] for row in rows) == DRAWN


def test_the_same_seed_gives_the_same_people_in_any_order_of_rows(people, tmp_path):
    rows = pq.read_table(people)
    mixed = tmp_path / "mixed.parquet"
    pq.write_table(rows.take(np.random.default_rng(5).permutation(rows.num_rows)), mixed)
    assert drawn_with(people, "s") == drawn_with(mixed, "s")
    assert drawn_with(people, "s") != drawn_with(people, "t")
    with duckdb.connect() as con:
        assert read_file(con, people).digest == read_file(con, mixed).digest


def test_a_smaller_draw_lies_within_a_larger_one(people):
    """So that more can be asked later without losing that everybody had the same chance."""
    few = {row["customer"] for row in drawn_with(people, "s", {"type=old": 5})}
    assert few < {row["customer"] for row in drawn_with(people, "s", {"type=old": 15})}


@pytest.mark.long
def test_over_seeds_everybody_is_drawn_as_often_as_the_probability_says(people):
    """500 seeds: each count lies within the binomial's 99.99 % bounds, and together they fit by chi-square."""
    runs, counts = 500, Counter[str]()
    for seed in range(runs):
        counts.update(row["customer"] for row in drawn_with(people, str(seed)))
    for names, probability in (([f"K{at}" for at in range(12)], 3 / 12), ([f"K{at}" for at in range(12, 40)], 7 / 28)):
        low, high = scipy_stats.binom.ppf([0.00005, 0.99995], runs, probability)
        assert all(low <= counts[name] <= high for name in names), counts
        # Without replacement the counts vary less by the factor (N - n) / (N - 1).
        expected = runs * probability
        spread = sum((counts[name] - expected) ** 2 for name in names) / (expected * (1 - probability))
        assert scipy_stats.chi2.sf(spread * (len(names) - 1) / len(names), len(names) - 1) > 0.0005
    assert counts["V1"] == counts["V2"] == counts["S1"] == runs
    assert counts["Q1"] == 0


def test_weighted_counts_of_a_draw_are_those_of_the_frame(people):
    totals = Counter[str]()
    for row in drawn_with(people, "9"):
        totals[row["stratum"]] += row["weight"]
    assert totals == pytest.approx({"key": 2, "silent": 1, "type=new": 12, "type=old": 28})


def test_an_unknown_attribute_is_a_mistake_of_the_caller():
    with duckdb.connect() as con, pytest.raises(ValueError, match="no attribute"):
        strata_of(con, Path("x"), Strata(by=("shoe",)))


def test_the_digest_of_a_draw_tells_one_person_from_another():
    assert digest_of_draw({"a": "x", "b": "y"}) == digest_of_draw({"b": "y", "a": "x"})
    assert digest_of_draw({"a": "x", "b": "y"}) != digest_of_draw({"a": "y", "b": "x"})
