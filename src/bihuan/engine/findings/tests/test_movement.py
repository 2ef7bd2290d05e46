"""Mix and rate: against another library's decomposition, and intervals against resampling."""

import numpy as np
import pytest
from statsmodels.stats.oaxaca import OaxacaBlinder
from statsmodels.stats.proportion import confint_proportions_2indep

from bihuan.engine.findings.movement import decompose
from bihuan.engine.indicators.contracts import Passport, Result

RATE = Passport("fcr", {"zh": "一次性解决率"}, {"zh": ""}, "case", "opened", "rate")
MEAN = Passport("handle_time", {"zh": "平均处理时长"}, {"zh": ""}, "case", "opened", "mean", unit="s")
GROUPS = ("a", "b", "c")


def taken_apart(*asked):
    """The movement where there is one."""
    found = decompose(*asked)
    assert found is not None
    return found


def rows(rng, sizes, values, spread):
    group = np.repeat(GROUPS, sizes)
    return group, np.concatenate([value + spread * rng.standard_normal(size) for size, value in zip(sizes, values)])


def results(passport, group, values):
    found = []
    for name in np.unique(group):
        own = values[group == name]
        found.append(Result(passport.name, "1", "all", {"channel": str(name)}, float(own.mean()), len(own),
                            numerator=float(own.sum()), extra={"sum_squares": float((own**2).sum())}))
    return found


def dummies(group):
    return np.column_stack([(group == name).astype(float) for name in GROUPS])


def test_a_mean_is_taken_apart_as_the_oaxaca_blinder_decomposition_of_statsmodels_does():
    """With dummies of the groups the two-fold decomposition with equal weights (Reimers 1983) is Kitagawa's."""
    rng = np.random.default_rng(11)
    before, after = rows(rng, (300, 150, 50), (400, 520, 610), 90), rows(rng, (200, 220, 120), (410, 480, 650), 90)
    found = taken_apart(MEAN, results(MEAN, *before), results(MEAN, *after), "channel")
    side = np.repeat([1.0, 0.0], [540, 500])          # the library takes the group with the higher mean first
    exog = np.column_stack([np.vstack([dummies(after[0]), dummies(before[0])]), side])
    endog = np.concatenate([after[1], before[1]])
    fitted = OaxacaBlinder(endog, exog, 3, hasconst=True, swap=True).two_fold(two_fold_type="self_submitted",
                                                                            submitted_weight=0.5)
    unexplained, explained, gap = fitted.params
    assert abs(gap) == pytest.approx(abs(found.change))
    assert abs(explained) == pytest.approx(abs(found.mix)) and abs(unexplained) == pytest.approx(abs(found.rate))
    assert found.mix + found.rate == pytest.approx(found.change)
    assert float(sum(part.total for part in found.parts)) == pytest.approx(found.change)


def test_worked_by_hand():
    """Shares .5/.5 become .8/.2, rates .9/.5 become .8/.5: .70 becomes .74. Mix .3 * (.85 - .72) + -.3 * (.5 - .72)
    = .039 + .066 = .105, rate .65 * -.1 = -.065; .105 - .065 = .04."""
    def cell(name, k, n):
        return Result("fcr", "1", "all", {"channel": name}, k / n, n, numerator=k)

    found = taken_apart(RATE, [cell("a", 450, 500), cell("b", 250, 500)],
                        [cell("a", 640, 800), cell("b", 100, 200)], "channel")
    a, b = sorted(found.parts, key=lambda part: part.group)
    assert (found.before, found.after) == (0.7, 0.74)
    assert (round(a.mix, 6), round(b.mix, 6), round(a.rate, 6), b.rate) == (0.039, 0.066, -0.065, 0.0)
    assert a.low < -0.065 < a.high and a.q < 0.001


def test_the_interval_of_the_rate_part_is_that_of_resampled_rows():
    rng = np.random.default_rng(3)
    before, after = rows(rng, (300, 150, 50), (400, 520, 610), 90), rows(rng, (200, 220, 120), (410, 480, 650), 90)
    found = taken_apart(MEAN, results(MEAN, *before), results(MEAN, *after), "channel")
    weight = {name: ((before[0] == name).mean() + (after[0] == name).mean()) / 2 for name in GROUPS}
    drawn = []
    for _draw in range(500):
        drawn.append(sum(weight[name] * (rng.choice(after[1][after[0] == name], (after[0] == name).sum()).mean()
                                         - rng.choice(before[1][before[0] == name], (before[0] == name).sum()).mean())
                         for name in GROUPS))
    half = 1.96 * np.std(drawn)
    assert found.rate_high - found.rate == pytest.approx(half, rel=0.12)


def test_a_group_of_one_period_is_all_mix_and_an_unfit_indicator_is_refused():
    def cell(name, k, n):
        return Result("fcr", "1", "all", {"channel": name}, k / n, n, numerator=k)

    found = taken_apart(RATE, [cell("a", 80, 100)], [cell("a", 80, 100), cell("b", 20, 100)], "channel")
    new = next(part for part in found.parts if part.group == "b")
    assert new.rate == 0 and new.low is None and new.value_before is None
    assert found.mix == pytest.approx(-0.3) and found.rate == 0
    median = Passport("m", {"zh": ""}, {"zh": ""}, "case", "opened", "median")
    assert decompose(median, [], [], "channel") is None and decompose(RATE, [], [cell("a", 1, 2)], "channel") is None


def test_groups_whose_few_rows_agree_are_not_certain():
    """Two of two, then none of three: Newcombe's interval of that change, in statsmodels, ends at -0.14; by plain
    p(1-p)/n it would have no width."""
    def cell(name, k, n):
        return Result("fcr", "1", "all", {"channel": name}, k / n, n, numerator=float(k))

    found = taken_apart(RATE, [cell("a", 2, 2), cell("b", 50, 100)], [cell("a", 0, 3), cell("b", 52, 100)], "channel")
    part = next(one for one in found.parts if one.group == "a")
    low, high = confint_proportions_2indep(0, 3, 2, 2, method="newcomb", compare="diff")
    weight = (part.share_before + part.share_after) / 2
    assert part.low < part.rate < part.high and part.q is not None
    assert part.high - part.low > (high - low) / 3 * weight
