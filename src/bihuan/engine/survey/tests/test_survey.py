"""A survey from its file to its numbers: validity, dimensions, findings, and the command."""

import json
from dataclasses import replace

import numpy as np
import pandas
import pytest
from scipy import stats as oracle
from statsmodels.stats.proportion import confint_proportions_2indep

from bihuan.engine.survey.analyse import analyse, named, sentence
from bihuan.engine.survey.contracts import Design, Responses, Rules
from bihuan.engine.survey.cross import compare_all, cross
from bihuan.engine.survey.validity import count_reasons, is_valid, judge

from .ratings import ITEMS, survey

DESIGN = Design(dimensions={"服务": ("s1", "s2"), "物流": ("logistics",)}, overall="overall", nps="nps",
                segments=("region",), rules=Rules(straight_items=0))


class TestValidity:
    def test_each_reason_is_named_and_nothing_is_altered(self):
        values = np.array([[4, 3, 5, 4, 9], [5, 5, 5, 5, 9], [4, 2, 3, 3, 8], [np.nan, np.nan, 4, 4, 9],
                           [3, 4, 2, 4, 7], [3, 4, 2, 4, 7]], float)
        responses = Responses(
            np.arange(6), ITEMS, values, np.ones(6), seconds=np.array([90, 80, 5, 70, np.nan, 60]),
            devices=np.array(["a", "b", "c", "d", "a", "e"], object), customers=np.array([None] * 6, object),
            status=np.array(["valid", "valid", "valid", "valid", "valid", "test"], object))
        found = judge(responses, Design(dimensions=DESIGN.dimensions, rules=Rules(20, 3, 0.5)))
        assert count_reasons(found) == {"straight": 1, "fast": 1, "incomplete": 1, "device": 1, "test": 1}
        assert is_valid(found).tolist() == [True, False, False, False, False, False]

    def test_the_first_good_response_of_a_device_counts(self):
        """A test answer before it takes nothing from the customer."""
        responses = Responses(np.arange(2), ("s1",), np.array([[4.0], [3.0]]), np.ones(2),
                              devices=np.array(["a", "a"], object), status=np.array(["test", "valid"], object))
        assert is_valid(judge(responses, Design(dimensions={"d": ("s1",)}))).tolist() == [False, True]


    def test_of_ratings_after_contacts_one_a_case_counts(self):
        """A customer's second contact is another one; without a case the customer is who counts once."""
        responses = Responses(np.arange(5), ("csat",), np.full((5, 1), 4.0), np.ones(5),
                              customers=np.array(["K1"] * 5, object),
                              cases=np.array(["a", "b", "a", None, None], object))
        found = judge(responses, Design(overall="csat", rules=Rules(one_per_case=True)))
        assert count_reasons(found) == {"case": 1, "customer": 1} and is_valid(found).tolist() == [1, 1, 0, 1, 0]

    def test_intervals_end_where_the_scale_does(self):
        """2 and 4 of five: t reaches from -9.7 to 15.7."""
        responses = Responses(np.arange(2), ("csat",), np.array([[2.0], [4]]), np.ones(2))
        told = analyse(responses, Design(overall="csat"))["overall"]
        assert (told["value"], told["low"], told["high"]) == (3, 1, 5)

    def test_headline_items_count_as_items_where_there_is_no_dimension(self):
        """Nobody counts who said nothing; whoever rated one of the two asked answered half."""
        values = np.array([[np.nan, np.nan], [4, np.nan], [np.nan, 10]])
        found = judge(Responses(np.arange(3), ("csat", "nps"), values, np.ones(3)), Design(overall="csat", nps="nps"))
        assert found["incomplete"].tolist() == [True, False, False]

    @pytest.mark.parametrize("status", ["late", "test", "staff", "withdrawn"])
    def test_an_answer_that_was_not_taken_in_as_valid_does_not_count(self, status):
        """Also where a design asks for no share of answered items; a withdrawn answer has nothing in it."""
        responses = Responses(np.arange(2), ("a",), np.array([[np.nan if status == "withdrawn" else 5.0], [4]]),
                              np.ones(2), status=np.array([status, "valid"], object))
        found = judge(responses, Design(dimensions={"d": ("a",)}, rules=Rules(answered_share=0)))
        assert is_valid(found).tolist() == [False, True] and count_reasons(found) == {status: 1}

    def test_codes_beyond_the_scale_are_no_answers_and_no_straight_line(self):
        """0 for blank and 6 for never used, as in the airport survey: three zeros are nothing answered."""
        responses = Responses(np.arange(2), ("a", "b", "c"), np.array([[0.0, 0, 0], [6, 6, 4]]), np.ones(2))
        found = judge(responses, Design(dimensions={"d": ("a", "b", "c")}, rules=Rules(straight_items=2)))
        assert found["straight"].tolist() == [False, False] and found["incomplete"].tolist() == [True, True]

    def test_a_line_over_a_reversed_item_is_a_straight_one(self):
        """Five everywhere, also where five is the worst; somebody content ticks one there."""
        responses = Responses(np.arange(2), ("a", "b", "c"), np.array([[5.0, 5, 5], [5, 5, 1]]), np.ones(2))
        design = Design(dimensions={"d": ("a", "b", "c")}, reversed=frozenset({"c"}), rules=Rules(straight_items=3))
        assert judge(responses, design)["straight"].tolist() == [True, False]


class TestScan:
    def test_a_planted_difference_is_found_with_its_size(self):
        found = cross(survey(size=1600, drop=0.5), DESIGN)
        east = next(one for one in found if (one.group, one.measure) == ("华东", "物流"))
        assert east.low < -0.4 < east.high or -0.6 < east.difference < -0.35
        assert east.low < east.difference < east.high < 0 and east.q < 0.001 and east.method == "welch"
        assert "华东" in sentence(east) and "低于其他" in sentence(east) and f"n={east.n:,}/1,600" in sentence(east)

    def test_sentences_call_things_by_their_names(self):
        """Codes of a file stay in the document's fields; people read what the mapping calls them."""
        east = next(one for one in cross(survey(size=1600, drop=0.5), DESIGN)
                    if (one.group, one.measure) == ("华东", "物流"))
        design = replace(DESIGN, titles={"region": "区域", "物流": "送货"}, labels={"region": {"华东": "东区"}})
        assert sentence(named(east, design)).startswith("区域“东区”的送货低于其他")

    def test_an_overall_item_that_is_a_dimension_too_is_compared_once(self):
        """As where ratings come without a questionnaire: twice in the scan, each finding stood there twice."""
        design = replace(DESIGN, dimensions={"overall": ("overall",)})
        assert {one.measure for one in compare_all(survey(), design)} == {"overall", "nps"}
        assert len(compare_all(survey(), design)) == 8

    def test_numbers_are_those_of_scipy(self):
        responses = survey(drop=0.3)
        one = next(one for one in compare_all(responses, DESIGN) if (one.group, one.measure) == ("华东", "物流"))
        values, inside = responses.item("logistics"), responses.segments["region"] == "华东"
        theirs = oracle.ttest_ind(values[inside], values[~inside], equal_var=False)
        interval = theirs.confidence_interval()
        assert (one.low, one.high) == pytest.approx((interval.low, interval.high))
        rest = values[~inside]
        assert (one.others_low, one.others_high) == pytest.approx(
            oracle.t.interval(0.95, len(rest) - 1, rest.mean(), oracle.sem(rest)))
        assert theirs.pvalue <= one.p < 2 * theirs.pvalue        # the larger one: half a step is taken off by chance

    def test_ranks_are_those_of_mann_and_whitney(self):
        """SciPy's exact test without ties, and the effect size from its U."""
        dice = np.random.default_rng(5)
        values, inside = dice.normal(size=24).cumsum()[:, None] / 9, np.arange(24) < 9
        responses = Responses(np.arange(24), ("x",), values, np.ones(24),
                              {"g": np.where(inside, "a", "b").astype(object)})
        one = compare_all(responses, Design(scale=(-9, 9), dimensions={"x": ("x",)}, segments=("g",)))[0]
        theirs = oracle.mannwhitneyu(values[inside, 0], values[~inside, 0], method="exact")
        assert one.method == "ranks" and one.p == pytest.approx(theirs.pvalue, rel=0.05)
        assert one.effect_size == pytest.approx(2 * theirs.statistic / (9 * 15) - 1)

    def test_two_answers_are_compared_as_shares(self):
        """Yes or no: Newcombe's interval from statsmodels, p near the chi-square test with Yates' correction."""
        values = np.repeat([1.0, 0, 1, 0], [21, 9, 20, 40])[:, None]
        groups = np.repeat(["a", "b"], [30, 60]).astype(object)
        one = compare_all(Responses(np.arange(90), ("x",), values, np.ones(90), {"g": groups}),
                          Design(scale=(0, 1), dimensions={"x": ("x",)}, segments=("g",)))[0]
        assert one.method == "two_proportions"
        assert (one.low, one.high) == pytest.approx(confint_proportions_2indep(21, 30, 20, 60, method="newcomb"))
        assert one.p == pytest.approx(oracle.chi2_contingency([[21, 9], [20, 40]]).pvalue, rel=0.2)

    def test_what_is_told_never_has_an_interval_with_zero(self):
        """Many small groups on a skewed scale, some of them planted."""
        dice, told = np.random.default_rng(8), []
        for _ in range(60):
            groups = np.array([f"g{at}" for at in dice.integers(0, 12, 240)], object)
            values = dice.choice([1.0, 3, 4, 5], (240, 2), p=[0.05, 0.05, 0.2, 0.7])
            values[groups == "g3"] -= dice.integers(0, 3)
            told += cross(Responses(np.arange(240), ("x", "y"), np.clip(values, 1, 5), np.ones(240), {"g": groups}),
                          Design(dimensions={"x": ("x",), "y": ("y",)}, segments=("g",)))
        assert len(told) > 20 and all(one.low * one.high > 0 for one in told)
        assert all(one.low < one.difference < one.high for one in told)

    def test_of_one_answer_only_nothing_is_told(self):
        groups = np.repeat(["a", "b"], 20).astype(object)
        assert compare_all(Responses(np.arange(40), ("x",), np.full((40, 1), 5.0), np.ones(40), {"g": groups}),
                           Design(dimensions={"x": ("x",)}, segments=("g",))) == []

    def test_small_groups_are_compared_by_ranks(self):
        one = next(one for one in compare_all(survey(size=60, drop=1.5), DESIGN)
                   if (one.group, one.measure) == ("华东", "物流"))
        assert one.method == "ranks" and one.n == 15 and one.effect_size < 0

    def test_groups_below_the_minimum_are_not_told(self):
        assert compare_all(survey(size=16), DESIGN) == []

    def test_weights_widen_the_interval(self):
        plain, heavy = survey(), survey()
        heavy = Responses(heavy.ids, heavy.items, heavy.values, np.tile([0.2, 0.2, 0.2, 0.2, 3.4, 3.4, 3.4, 3.4], 75),
                          heavy.segments)
        found = [one for responses in (plain, heavy)
                 for one in compare_all(responses, replace(DESIGN, weighted=True))
                 if (one.group, one.measure) == ("华东", "物流")]
        assert found[1].high - found[1].low > (found[0].high - found[0].low) * 1.2
        inside = heavy.segments["region"] == "华东"
        mean = np.average(heavy.item("logistics")[inside], weights=heavy.weights[inside])
        assert found[1].value == pytest.approx(mean)

    def test_a_finding_has_the_value_that_stands_beside_it(self):
        """Where the headline is not weighted, the group's mean in a finding is the plain one of pandas."""
        heavy = replace(survey(), weights=np.tile([0.2, 0.2, 0.2, 0.2, 3.4, 3.4, 3.4, 3.4], 75))
        one = next(one for one in compare_all(heavy, DESIGN) if (one.group, one.measure) == ("华东", "物流"))
        means = pandas.Series(heavy.item("logistics")).groupby(heavy.segments["region"]).mean()
        assert one.value == pytest.approx(means["华东"])


class TestAnalysis:
    def test_the_table_is_that_of_pandas(self):
        responses = survey()
        found = analyse(responses, DESIGN)
        frame = pandas.DataFrame(responses.values, columns=ITEMS)
        service = found["dimensions"][0]
        assert service["value"] == pytest.approx(frame[["s1", "s2"]].mean(axis=1).mean()) and service["n"] == 600
        assert service["items"][1]["value"] == pytest.approx(frame["s2"].mean())
        nps = 100 * ((frame["nps"] >= 9).mean() - (frame["nps"] <= 6).mean())
        assert found["nps"]["value"] == pytest.approx(nps)
        assert found["top2"]["value"] == pytest.approx((frame["overall"] >= 4).mean())
        json.dumps(found)

    def test_the_lowest_names_what_cannot_be_told_from_it(self):
        assert analyse(survey(), DESIGN)["lowest"]["not_told_apart_from"]
        assert analyse(survey(size=4000, drop=3.0), DESIGN)["lowest"] == {"name": "物流", "not_told_apart_from": []}

    def test_of_eight_equal_dimensions_the_lowest_is_seldom_told_apart(self):
        """Nothing is planted: 5 % of surveys may tell one apart; 4 of 20 or more have a chance of 1.6 % (binomial)."""
        names = tuple("abcdefgh")
        design = Design(dimensions={name: (name,) for name in names}, rules=Rules(straight_items=0))
        told = 0
        for seed in range(20):
            dice = np.random.default_rng(seed)
            raw = np.clip(np.round(4 + dice.normal(size=(120, 1)) * 0.7 + dice.normal(size=(120, 8)) * 0.7), 1, 5)
            lowest = analyse(Responses(np.arange(120), names, raw, np.ones(120)), design)["lowest"]
            told += len(lowest["not_told_apart_from"]) < 7
        assert told <= 3

    def test_nobody_valid_gives_none_everywhere(self):
        found = analyse(survey(size=40, status=np.array(["test"] * 40, object)), DESIGN)
        assert (found["valid"], found["excluded"]) == (0, {"test": 40})
        assert found["nps"]["value"] is None and found["dimensions"][0]["value"] is None and found["findings"] == []

    def test_expectations_stand_beside_what_was_found(self):
        design = Design(dimensions={"服务": ("s1",)}, expectations={"s1": "s2"})
        responses = Responses(np.arange(40), ("s1", "s2"), np.tile([[3.0, 5.0], [4.0, 5.0]], (20, 1)), np.ones(40))
        assert analyse(responses, design)["dimensions"][0]["items"][0]["gap"]["value"] == -1.5
