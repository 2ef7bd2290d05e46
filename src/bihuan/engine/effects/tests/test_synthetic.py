"""Synthetic control: weights against an independent optimiser, and the rules by which it is taken or not."""

import hashlib
from datetime import date, timedelta

import numpy as np
import pytest
from scipy.optimize import minimize

from bihuan.engine.effects.contracts import Estimate, Series, Yardstick
from bihuan.engine.effects.decide import decide, judge
from bihuan.engine.effects.keeping import evidence_from_json, evidence_to_json, verdict_from_json, verdict_to_json
from bihuan.engine.effects.reading import Evidence
from bihuan.engine.effects.synthetic import (
    Placebo,
    Pool,
    Synthetic,
    fit_weights,
    placebo_of,
    pool_of,
    synthesise,
    synthetic_line,
)
from bihuan.engine.effects.timeseries import estimate
from bihuan.engine.effects.yardstick import hash_of

CHANGE, BEFORE, AFTER = date(2024, 7, 1), 40, 12
STARTS = tuple(CHANGE + timedelta(7 * (i - BEFORE)) for i in range(BEFORE + AFTER))


def series(values, starts=STARTS):
    return Series(starts, np.asarray(values, float), np.full(len(starts), 100.0))


def panel(*, count=8, step=0.0, seed=5, noise=0.3):
    """Teams that go up at paces of their own; the touched one goes as the third and the sixth do in the middle."""
    dice, time = np.random.default_rng(seed), np.arange(len(STARTS))
    pace = np.linspace(-0.05, 0.05, count)
    teams = 10 + np.arange(count) + np.outer(time, pace) + dice.normal(0, noise, (len(time), count))
    own = 20 + time * (pace[2] + pace[5]) / 2 + dice.normal(0, noise, len(time)) + step * (time >= BEFORE)
    return series(own), {f"T{place}": series(teams[:, place]) for place in range(count)}


def together(donors):
    return series(np.mean([one.values for one in donors.values()], axis=0))


def drifting(**how):
    """A touched team that rises while the others, taken together, do not."""
    own, donors = panel(**how)
    return series(own.values + 0.035 * np.arange(len(STARTS))), donors


def weigh(own, donors):
    found = synthesise(own, donors, CHANGE)
    assert isinstance(found, Synthetic)
    return found


def pool(own, donors):
    found = pool_of(own, donors, CHANGE)
    assert isinstance(found, Pool)
    return found


def slsqp(own, others):
    """The same weights by a general optimiser: sequential quadratic programming from equal weights."""
    own, others = own - own.mean(), others - others.mean(axis=0)
    count = others.shape[1]
    found = minimize(lambda w: ((own - others @ w) ** 2).sum(), np.full(count, 1 / count), method="SLSQP",
                     jac=lambda w: -2 * others.T @ (own - others @ w), bounds=[(0, 1)] * count,
                     constraints={"type": "eq", "fun": lambda w: w.sum() - 1}, options={"ftol": 1e-15, "maxiter": 999})
    # Status 8 is the optimum too: to the last digit no step goes down any more.
    assert found.success or found.status == 8, found
    return found.x


@pytest.mark.parametrize("seed", range(4))
def test_weights_are_those_of_an_independent_optimiser(seed):
    own, donors = drifting(seed=seed)
    values = np.column_stack([one.values for one in donors.values()])[:BEFORE]
    found = fit_weights(own.values[:BEFORE], values)
    assert found == pytest.approx(slsqp(own.values[:BEFORE], values), abs=1e-5)
    assert found.min() >= 0 and found.sum() == pytest.approx(1)


def test_the_distances_are_those_of_the_independent_weights_out_of_each_third():
    """Before the change from weights that did not see the third; after it from weights of the whole time before."""
    own, donors = drifting(step=2.0)
    found = weigh(own, donors)
    y = own.values - own.values[:BEFORE].mean()
    x = np.column_stack([one.values - one.values[:BEFORE].mean() for one in donors.values()])
    expected = y - x @ slsqp(y[:BEFORE], x[:BEFORE])
    for first, last in ((0, 14), (14, 27), (27, 40)):
        rest = [place for place in range(BEFORE) if not first <= place < last]
        expected[first:last] = y[first:last] - x[first:last] @ slsqp(y[rest], x[rest])
    assert found.values == pytest.approx(expected, abs=0.01)  # weights below 0.1 % count for nothing
    assert sum(found.weights.values()) == pytest.approx(1) and min(found.weights.values()) > 0


def test_the_line_is_the_touched_ones_level_moved_as_the_weighed_others_moved():
    own, donors = drifting()
    found = weigh(own, donors)
    line = synthetic_line(found.pool, found.weights)
    by_hand = sum(weight * donors[name].values for name, weight in found.weights.items())
    assert np.diff(line) == pytest.approx(np.diff(by_hand))
    assert line[:BEFORE].mean() == pytest.approx(own.values[:BEFORE].mean())


def test_where_the_others_drift_apart_they_are_weighed():
    own, donors = drifting(step=1.0)
    found = estimate(own, change=CHANGE, worthwhile=0.5, against=together(donors), donors=donors)
    assert found.method == "synthetic_control" and 0 < found.low < 1.0 < found.high  # type: ignore[operator]
    assert found.why[:3] == ("together_drift_apart", "donors_8", "weighed_drift_possible")
    assert "weights_hold" in found.assumptions and "parallel" not in found.assumptions


def test_where_they_do_not_drift_apart_the_plain_difference_stays():
    """No drift that matters beside a large worthwhile change: the same numbers with and without telling them apart."""
    own, donors = panel(step=1.0)
    told = {"change": CHANGE, "worthwhile": 5.0, "against": together(donors)}
    apart, plain = estimate(own, **told, donors=donors), estimate(own, **told)
    assert apart.method == "difference_in_differences" and apart.why == ("drift_negligible",)
    assert (apart.effect, apart.low, apart.high) == (plain.effect, plain.low, plain.high)


@pytest.mark.parametrize(("kept", "reason"), [(4, "too_few_donors_4"), (0, "")])
def test_too_few_others_are_taken_together_with_a_trend_and_it_says_so(kept, reason):
    own, donors = drifting(step=1.0)
    few = dict(list(donors.items())[:kept])
    found = estimate(own, change=CHANGE, worthwhile=0.5, against=together(donors), donors=few)
    assert found.method == "difference_in_differences" and "linear_trend" in found.assumptions
    assert found.why[-1] == (reason or "drift_apart") and not found.weights


def test_others_that_no_weights_bring_alongside_are_not_believed():
    """The touched one rises faster than any other: no mixture of them does, whatever its weights."""
    own, donors = panel()
    steep = series(own.values + 0.2 * np.arange(len(STARTS)))
    found = estimate(steep, change=CHANGE, worthwhile=0.5, against=together(donors), donors=donors)
    assert found.method == "difference_in_differences" and found.why[-1] == "weighed_drift_too"


def test_a_short_time_before_is_not_weighed_by():
    own, donors = drifting()
    short = series(own.values[20:], STARTS[20:])
    assert synthesise(short, donors, CHANGE) == "too_short_for_weights_24"


def test_who_lacks_a_week_before_the_change_is_no_donor_and_who_lacks_one_after_it_leaves_it_out():
    own, donors = drifting()
    heaviest = max(weigh(own, donors).weights.items(), key=lambda one: one[1])[0]
    early = donors | {heaviest: series(np.delete(donors[heaviest].values, 3), STARTS[:3] + STARTS[4:])}
    assert heaviest not in pool(own, early).names
    late = donors | {heaviest: series(donors[heaviest].values[:-1], STARTS[:-1])}
    found = weigh(own, late)
    assert heaviest in found.weights and len(found.starts) == len(STARTS) - 1


def test_weighed_donors_that_lack_the_periods_at_full_height_are_not_taken():
    """A change that grows over ten of twelve weeks; the heaviest donor ends after the tenth, at 0.95 of the height."""
    own, donors = drifting(step=1.0)
    heaviest = max(weigh(own, donors).weights.items(), key=lambda one: one[1])[0]
    late = donors | {heaviest: series(donors[heaviest].values[:-2], STARTS[:-2])}
    told = {"change": CHANGE, "worthwhile": 0.5, "against": together(donors), "donors": late}
    found, grown = estimate(own, **told, ramp=10), estimate(own, **told, ramp=9)
    assert (found.method, found.points_after) == ("difference_in_differences", AFTER)
    assert "donors_lack_periods" in found.why and "donors_lack_periods" not in grown.why
    assert (grown.method, grown.points_after) == ("synthetic_control", AFTER - 2)


def test_the_placebo_ranks_the_touched_one_among_the_others():
    """A large effect is the largest of 21: 1 in 21 is the least that 20 others can give, and reaches 5 %."""
    own, donors = drifting(count=20, step=6.0)
    assert placebo_of(pool(own, donors)) == Placebo(1 / 21, 1 / 21, 20)
    assert Placebo(1 / 20, 1 / 20, 19).decides and not Placebo(1 / 19, 1 / 19, 18).decides


def test_an_effect_that_others_show_too_is_not_called_effective():
    told = Estimate(0.1, 0.05, 0.15, 0.02, method="synthetic_control")
    assert decide(told, 0.05, (), Placebo(0.3, 1 / 21, 20)) == ("cannot_tell", "placebo_as_large")
    assert decide(told, 0.05, (), Placebo(1 / 21, 1 / 21, 20))[0] == "effective"
    assert decide(told, 0.05, (), Placebo(0.3, 1 / 11, 10))[0] == "effective"  # ten cannot reach the level at all


def test_the_kept_evidence_gives_the_same_verdict_with_its_weights():
    own, donors = drifting(step=1.0)
    yardstick = Yardstick("fcr", CHANGE, 0.5, against="unit != T9", donors="unit")
    evidence = Evidence("week", "score", own, together(donors), {}, donors)
    again = evidence_from_json(evidence_to_json(evidence))
    first, second = (judge(yardstick, one.series, against=one.against, donors=one.donors) for one in (evidence, again))
    assert first == second == verdict_from_json(verdict_to_json(first))
    assert first.weights and first.extra["placebo_least"] == pytest.approx(1 / 9)


def test_a_yardstick_that_tells_nobody_apart_keeps_the_hash_it_had():
    """SHA-256 of what was hashed before there were donors: the frozen ones of old must still be believed."""
    words = ('{"against":null,"change":"2024-07-01","definition_hash":"","direction":"up","grain":"","guards":[],'
             '"indicator":"fcr","selected_from":1,"selected_until":null,"since":null,"until":null,"version":"",'
             '"where":null,"worthwhile":0.5}')
    assert hash_of(Yardstick("fcr", CHANGE, 0.5)) == hashlib.sha256(words.encode()).hexdigest()
    assert hash_of(Yardstick("fcr", CHANGE, 0.5, donors="unit")) != hash_of(Yardstick("fcr", CHANGE, 0.5))
