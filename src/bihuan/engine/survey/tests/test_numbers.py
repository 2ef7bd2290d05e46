"""Reliability, drivers, raking and planning against other libraries and published tables."""

import numpy as np
import pandas
import pytest
import statsmodels.api as sm

from bihuan.engine.survey import planning
from bihuan.engine.survey.drivers import quadrant, relative_weights
from bihuan.engine.survey.raking import rake
from bihuan.engine.survey.reliability import reliability


def answers(seed=3, size=300, items=4, share=0.7):
    dice = np.random.default_rng(seed)
    common = dice.normal(size=(size, 1))
    return np.clip(np.round(3 + share * common + dice.normal(size=(size, items)) * 0.8), 1, 5)


def test_alpha_is_that_of_the_correlation_matrix_for_standardised_items():
    """Standardised alpha from the mean correlation r: k r / (1 + (k - 1) r), computed with pandas."""
    values = answers()
    standard = (values - values.mean(axis=0)) / values.std(axis=0, ddof=1)
    r = pandas.DataFrame(values).corr().to_numpy()[np.triu_indices(4, 1)].mean()
    found = reliability(standard, ("a", "b", "c", "d"))
    assert found.alpha == pytest.approx(4 * r / (1 + 3 * r)) and found.n == 300


def test_an_item_that_does_not_belong_is_seen():
    values = np.column_stack([answers(), np.random.default_rng(9).integers(1, 6, 300)])
    found = reliability(values, ("a", "b", "c", "d", "odd"))
    odd, own, without = found.item_total["odd"], found.item_total["a"], found.alpha_without["odd"]
    assert odd is not None and own is not None and odd < 0.15 < own
    assert without is not None and found.alpha is not None and without > found.alpha


def test_a_single_item_has_no_reliability():
    assert reliability(answers(items=1), ("a",)).alpha is None


def test_relative_weights_sum_to_the_r2_of_the_regression():
    values = answers()
    outcome = values @ [0.9, 0.4, 0.1, 0.0] + np.random.default_rng(1).normal(size=300)
    found = relative_weights(values, outcome, ("a", "b", "c", "d"))
    assert found.r2 == pytest.approx(sm.OLS(outcome, sm.add_constant(values)).fit().rsquared)
    weights = found.weights or {}
    assert sorted(weights, key=lambda name: -weights[name]) == ["a", "b", "c", "d"]


def test_of_items_that_do_not_move_together_weights_are_squared_correlations():
    x = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]] * 20, float)
    y = x @ [2.0, 1.0] + np.tile([0.3, -0.3, -0.3, 0.3], 20)
    found = relative_weights(x, y, ("a", "b"))
    assert found.weights is not None
    assert [found.weights[name] for name in "ab"] == pytest.approx([np.corrcoef(x[:, i], y)[0, 1] ** 2 for i in (0, 1)])


def test_too_few_answers_have_no_drivers():
    assert relative_weights(answers(size=30), answers(size=30)[:, 0], tuple("abcd")).why == "too_few"


def test_the_matrix_names_what_to_work_on():
    assert quadrant(3.1, 0.4, (3.5, 0.2)) == "concentrate" and quadrant(4.0, 0.1, (3.5, 0.2)) == "possible_overkill"


def test_raking_meets_the_published_table():
    """The worked example of iterative proportional fitting in the encyclopaedia's article on it: 4 x 4 cells."""
    cells = [[40, 30, 20, 10], [35, 50, 100, 75], [30, 80, 70, 120], [20, 30, 40, 50]]
    rows, columns, start = [], [], []
    for i, line in enumerate(cells):
        for j, count in enumerate(line):
            rows.append(f"r{i}")
            columns.append(f"c{j}")
            start.append(count)
    found = rake({"row": np.array(rows, object), "column": np.array(columns, object)},
                 {"row": {"r0": 150, "r1": 300, "r2": 400, "r3": 150},
                  "column": {"c0": 200, "c1": 300, "c2": 400, "c3": 100}}, heaviest=1e9, start=np.array(start))
    assert found.weights is not None
    fitted = (found.weights / found.weights.sum() * 1000).reshape(4, 4)
    assert found.converged and fitted.sum(axis=1) == pytest.approx([150, 300, 400, 150], abs=1e-4)
    assert fitted[0] == pytest.approx([64.61, 46.28, 35.42, 3.83], abs=0.25)


def test_raking_says_whom_it_cannot_weight_for_and_what_it_costs():
    groups = {"region": np.array(["east"] * 90 + ["west"] * 10, object)}
    found = rake(groups, {"region": {"east": 0.5, "west": 0.4, "north": 0.1}})
    assert found.missing == (("region", "north"),) and found.weights is not None
    assert found.weights[groups["region"] == "west"].sum() / 100 == pytest.approx(0.4 / 0.9)
    assert found.design_effect > 2


def test_respondents_the_population_does_not_have_get_weight_nothing():
    groups = {"region": np.array(["east"] * 6 + ["west"] * 3 + ["gone"], object),
              "age": np.array(["young", "old"] * 5, object)}
    found = rake(groups, {"region": {"east": 50, "west": 50, "gone": 0}, "age": {"young": 0.3, "old": 0.7}})
    assert found.weights is not None and found.converged and found.weights[-1] == 0
    share = {name: found.weights[groups["age"] == name].sum() / found.weights.sum() for name in ("young", "old")}
    assert share == pytest.approx({"young": 0.3, "old": 0.7})


def test_margins_that_contradict_each_other_are_said_not_to_fit():
    """All the young are in the east, so a west of 60 % and young people of 60 % cannot both be."""
    groups = {"region": np.array(["east"] * 5 + ["west"] * 5, object),
              "age": np.array(["young"] * 5 + ["old"] * 5, object)}
    found = rake(groups, {"region": {"east": 40, "west": 60}, "age": {"young": 60, "old": 40}})
    assert not found.converged


@pytest.mark.parametrize("size", [-1, float("nan"), float("inf")])
def test_a_margin_that_is_no_size_is_refused(size):
    with pytest.raises(ValueError, match="margin"):
        rake({"region": np.array(["east"], object)}, {"region": {"east": size}})


def test_nobody_has_no_weights():
    assert rake({"region": np.array([], object)}, {"region": {"east": 1}}).weights is None


def reference_weights(x, y):
    """Johnson 2000 by singular values, as the paper has it: Z = Q P', the weights are (lambda)^2 (beta)^2."""
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    left, _, right = np.linalg.svd(z / np.sqrt(len(z)), full_matrices=False)
    orthogonal = left @ right                                    # the best orthogonal approximation of Z
    beta = orthogonal.T @ ((y - y.mean()) / y.std() / np.sqrt(len(y)))
    return np.square(orthogonal.T @ z / np.sqrt(len(z))).T @ np.square(beta)


def test_relative_weights_are_those_of_the_paper():
    values = answers(seed=7, size=400, items=5)
    outcome = values @ [0.7, 0.5, 0.3, 0.2, 0.0] + np.random.default_rng(1).normal(size=400)
    found = relative_weights(values, outcome, tuple("abcde"))
    assert found.weights is not None
    assert [found.weights[name] for name in "abcde"] == pytest.approx(reference_weights(values, outcome).tolist())


def test_heavy_weights_are_cut():
    groups = {"region": np.array(["east"] * 99 + ["west"], object)}
    found = rake(groups, {"region": {"east": 0.5, "west": 0.5}}, heaviest=5)
    assert found.trimmed == 1 and found.weights is not None
    assert found.weights.max() == pytest.approx(5 * found.weights.mean())


@pytest.mark.parametrize("population, size", [(10, 10), (100, 80), (500, 218), (1000, 278), (5000, 357), (100000, 383)])
def test_sample_sizes_are_those_of_the_published_table(population, size):
    """Krejcie and Morgan 1970, Educational and Psychological Measurement 30: 5 % margin; theirs round, ours go up."""
    assert abs(planning.size_for_margin(0.05, population=population) - size) <= 1


def test_margins_shrink_to_nothing_when_everybody_answers():
    assert planning.margin_of(50, population=50) == 0 and planning.margin_of(0) is None
    assert planning.margin_of(30) == pytest.approx(0.179, abs=5e-4)


def test_power_is_that_of_statsmodels():
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    theirs = NormalIndPower().solve_power(proportion_effectsize(0.7, 0.6), power=0.8, alpha=0.05)
    assert planning.size_for_difference(0.6, 0.7) == pytest.approx(theirs, rel=0.02)


class TestAllocation:
    STRATA = {"new": 4000, "old": 5000, "vip": 1000}

    def test_by_size(self):
        assert planning.allocate(100, self.STRATA) == {"new": 40, "old": 50, "vip": 10}

    def test_by_size_and_spread(self):
        """Neyman 1934: n_h goes with N_h S_h; 4000, 10000 and 1000 of 15000."""
        drawn = planning.allocate(150, self.STRATA, spread={"new": 1, "old": 2, "vip": 1})
        assert drawn == {"new": 40, "old": 100, "vip": 10}

    def test_a_census_is_whole_and_a_full_stratum_passes_on_the_rest(self):
        strata = {"key": 20, "small": 5, "large": 500}
        drawn = planning.allocate(120, strata, census=frozenset({"key"}), spread={"small": 100, "large": 1})
        assert drawn == {"key": 20, "small": 5, "large": 95}

    def test_nobody_is_asked_twice(self):
        assert planning.allocate(10_000, {"a": 3, "b": 4}) == {"a": 3, "b": 4}

    def test_a_stratum_of_unknown_spread_is_taken_for_an_average_one(self):
        """Spreads of 20 and 40: the third counts as 30, not as 1."""
        drawn = planning.allocate(90, {"a": 1000, "b": 1000, "c": 1000}, spread={"a": 20, "b": 40})
        assert drawn == {"a": 20, "b": 40, "c": 30}

    def test_whole_numbers_add_up(self):
        drawn = planning.allocate(100, {"a": 333, "b": 333, "c": 334})
        assert sum(drawn.values()) == 100
