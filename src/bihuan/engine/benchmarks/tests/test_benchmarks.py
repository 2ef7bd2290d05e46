"""Benchmark files: noise as scipy has it, too little withheld, another definition refused, places with intervals."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from bihuan.engine.benchmarks.contracts import Cell, Mismatch, Raw
from bihuan.engine.benchmarks.errors import BenchmarkError
from bihuan.engine.benchmarks.files import from_bytes, make, mismatches, noised, require_same, spent, to_bytes, why_not
from bihuan.engine.benchmarks.noise import discrete_laplace, fresh_dice, variance
from bihuan.engine.benchmarks.places import chance, interval, place
from bihuan.engine.benchmarks.pooling import between_companies, pool
from bihuan.engine.indicators.passports import definition_hash, shipped

FCR, NPS, TIME = shipped()["fcr_flag"], shipped()["nps"], next(
    one for one in shipped().values() if one.aggregation == "median")
OWN = {one.name: one for one in (FCR, NPS, TIME)}
RAWS = (Raw("fcr_flag", 0.8, 2000, (700, 700, 600)), Raw("nps", 30.0, 500, (200, 200, 100)),
        Raw(TIME.name, 55.0, 900, (300, 300, 300)))


def placed(own, n, cell, direction):
    found = place(own, n, cell, direction)
    assert found is not None
    return found


def pooled(own, n, cells, direction):
    found = pool(own, n, cells, direction)
    assert found is not None
    return found


def made(epsilon=1.0, dice=None, raws=RAWS, **more):
    return make(raws, OWN, industry="retail", period="2026-Q3", issuer="甲", epsilon=epsilon,
                dice=dice or np.random.default_rng(5), **more)


@pytest.mark.parametrize("epsilon", [0.2, 1.0, 3.0])
def test_the_noise_is_the_discrete_laplace_of_scipy(epsilon):
    drawn = discrete_laplace(epsilon, np.random.default_rng(8), 40_000)
    reach = int(4 / epsilon) + 2
    inner = np.arange(-reach, reach + 1)
    law = stats.dlaplace(epsilon)
    expected = np.r_[law.cdf(-reach - 1), law.pmf(inner), law.sf(reach)] * len(drawn)
    seen = np.r_[(drawn < -reach).sum(), [(drawn == k).sum() for k in inner], (drawn > reach).sum()]
    kept = expected >= 5
    seen, expected = np.r_[seen[kept], seen[~kept].sum()], np.r_[expected[kept], expected[~kept].sum()]
    seen, expected = seen[expected > 0], expected[expected > 0]
    assert stats.chisquare(seen, expected * seen.sum() / expected.sum()).pvalue > 1e-4
    assert variance(epsilon) == pytest.approx(law.var(), rel=1e-9)
    assert drawn.var() == pytest.approx(law.var(), rel=0.06)


def test_neighbouring_counts_are_hidden_within_epsilon():
    """The definition of differential privacy, on the law itself: e^ε bounds the ratio for counts that differ by 1."""
    law, at = stats.dlaplace(0.7), np.arange(-30, 31)
    assert np.max(law.pmf(at) / law.pmf(at - 1)) <= np.exp(0.7) * (1 + 1e-9)


def test_what_is_told_is_noised_counts_and_nothing_else():
    told = made(epsilon=2.0)
    assert {cell.indicator for cell in told.cells} == {"fcr_flag", "nps"}
    assert [(one.indicator, one.reason) for one in told.withheld] == [(TIME.name, "unbounded")]
    assert told.epsilon == pytest.approx(2.0) and {cell.epsilon for cell in told.cells} == {1.0}
    text = to_bytes(told).decode()
    assert '"seed"' not in text and "groups" not in text and '"owner"' not in text
    rate = np.array([noised(RAWS[0], FCR, 1.0, fresh_dice()).numerator for _ in range(400)])
    assert abs(rate.mean() - 1600) < 5 * np.sqrt(variance(0.5) / 400) and len(set(rate)) > 5
    nps = np.array([noised(RAWS[1], NPS, 1.0, fresh_dice()).numerator for _ in range(400)])
    assert abs(nps.mean() - 150) < 5 * np.sqrt(variance(0.5) / 400)


@pytest.mark.parametrize(("raw", "reason"), [
    (replace(RAWS[0], n=99), "cases"), (replace(RAWS[0], groups=(1000, 1000)), "groups"),
    (replace(RAWS[0], groups=(1000, 1000, 0)), "groups"), (replace(RAWS[0], groups=(1700, 200, 100)), "one_group"),
    (replace(RAWS[0], value=None), "no_data"), (RAWS[0], "")])
def test_too_few_are_withheld(raw, reason):
    assert why_not(raw, FCR) == reason


def test_nothing_to_tell_and_a_budget_out_of_bounds_are_refused():
    with pytest.raises(BenchmarkError, match="cases"):
        made(raws=(replace(RAWS[0], n=20),))
    for epsilon in (0.01, 50.0):
        with pytest.raises(BenchmarkError, match="budget"):
            made(epsilon=epsilon)


def test_the_same_number_is_never_noised_twice():
    first = made()
    given = {(cell.indicator, cell.definition_hash): cell for cell in first.cells}
    assert made(dice=np.random.default_rng(99), given=given).cells == first.cells


def test_the_budget_of_a_period_is_kept_over_its_files():
    """Ten of a period in all: what was told before costs nothing, what is new is refused where it would pass that."""
    first = made(epsilon=9.5, raws=RAWS[:1])
    given = {(cell.indicator, cell.definition_hash): cell for cell in first.cells}
    assert spent(given) == pytest.approx(9.5)
    assert made(epsilon=9.5, raws=RAWS[:1], given=given).cells == first.cells
    with pytest.raises(BenchmarkError, match="2026-Q3"):
        made(epsilon=2.0, given=given)
    assert len(made(epsilon=1.0, given=given).cells) == 2


def test_a_file_comes_back_as_it_was_and_a_changed_one_is_refused():
    told = made()
    raw = to_bytes(told)
    back = from_bytes(raw)
    assert (back.cells, back.withheld, back.period) == (told.cells, told.withheld, "2026-Q3")
    require_same(from_bytes(raw), OWN)
    with pytest.raises(BenchmarkError, match="checksum"):
        from_bytes(raw.replace(b'"period": "2026-Q3"', b'"period": "2026-Q2"'))
    for broken in (b"text", b"{}", b"[]"):
        with pytest.raises(BenchmarkError):
            from_bytes(broken)


def forged(**changes):
    """A file with some of its words replaced and its checksum made to fit."""
    kept = json.loads(to_bytes(made()))
    kept.pop("sha256")
    cell = {**kept["cells"][0], **changes.pop("cell", {})}
    kept |= changes | {"cells": [cell, *kept["cells"][1:]]}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return json.dumps(kept | {"sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()}).encode()


@pytest.mark.parametrize("raw", [
    forged(period="nonsense"), forged(period="99999-Q1"), forged(issuer="a\x00b"), forged(issuer="\ud800"),
    forged(epsilon=float("inf")), forged(cell={"numerator": 10**400}), forged(cell={"n": 10**400}),
    forged(cell={"indicator": ["fcr_flag"]}), forged(cell={"version": {"a": 1}}),
    forged(withheld=[{"indicator": {"a": 1}, "reason": "x"}]), b"[" * 100_000,
    to_bytes(made()).decode().encode("utf-16")])
def test_a_file_that_would_break_a_page_is_not_taken(raw):
    with pytest.raises(BenchmarkError):
        from_bytes(raw)


def test_another_definition_is_refused_and_named():
    told = from_bytes(to_bytes(made()))
    changed = replace(FCR, minimum_n=FCR.minimum_n + 1)
    changed = replace(changed, definition_hash=definition_hash(changed))
    assert mismatches(told, OWN | {"fcr_flag": changed}) == [Mismatch("fcr_flag", ("minimum_n",))]
    with pytest.raises(BenchmarkError, match=r"fcr_flag \(minimum_n\)"):
        require_same(told, OWN | {"fcr_flag": changed})
    assert mismatches(told, {"fcr_flag": FCR}) == [Mismatch("nps", ("unknown",))]
    forged = replace(told, cells=(replace(told.cells[0], definition_hash="0" * 16), *told.cells[1:]))
    assert [str(one) for one in mismatches(forged, OWN)] == ["fcr_flag (hash)"]


def test_a_place_without_noise_is_the_interval_of_statsmodels():
    """statsmodels' Wald interval of two independent proportions; at ε = 40 the noise is nothing."""
    cell = Cell("fcr_flag", "", "1", "rate", 1600, 2000, 40.0)
    found = placed(0.84, 1000, cell, "up")
    low, high = confint_proportions_2indep(840, 1000, 1600, 2000, method="wald")
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert found.word == "better" and placed(0.84, 1000, cell, "down").word == "worse"
    assert interval(cell) == pytest.approx(proportion_confint(1600, 2000, method="normal"), abs=1e-9)
    assert interval(replace(cell, numerator=1999))[1] == 1.0 and interval(replace(cell, n=0)) == (None, None)


def test_overlapping_cannot_be_told_and_noise_widens():
    near, loud = (Cell("fcr_flag", "", "1", "rate", 160, 200, epsilon) for epsilon in (40.0, 0.1))
    assert placed(0.82, 100, near, "up").word == "cannot_tell"
    wide, narrow = placed(0.82, 100, loud, "up"), placed(0.82, 100, near, "up")
    assert wide.high - wide.low > narrow.high - narrow.low
    assert place(None, 0, near, "up") is None and placed(0.9, 10, near, "none").word == "cannot_tell"


def test_intervals_cover_what_is_true():
    """Both sides drawn at the same 70 %, noise of ε = 1 a cell: 95 % of intervals hold 0 (exact 99 % bounds)."""
    dice = np.random.default_rng(17)
    held = 0
    for _ in range(600):
        own, other = dice.binomial(300, 0.7), dice.binomial(300, 0.7)
        cell = noised(Raw("fcr_flag", other / 300, 300, (100, 100, 100)), FCR, 1.0, dice)
        found = placed(own / 300, 300, cell, "up")
        held += found.low <= 0 <= found.high
    low, high = stats.binom.interval(0.99, 600, 0.95)
    assert low <= held <= high + 6


def test_companies_together_are_the_random_effects_mean_of_statsmodels():
    """DerSimonian and Laird's variance between companies, Hartung and Knapp's interval of the mean."""
    counts = ((800, 1000), (850, 1100), (600, 900), (720, 1000))
    cells = [Cell("fcr_flag", "", "1", "rate", *one, 40.0) for one in counts]
    values = np.array([up / n for up, n in counts])
    spreads = np.array([chance(value, n, "rate") + variance(20.0) * (1 + value ** 2) / n ** 2
                        for value, (_up, n) in zip(values, counts)])
    theirs = combine_effects(values, spreads, method_re="chi2", use_t=True)
    assert between_companies(list(values), list(spreads)) == pytest.approx(theirs.tau2, rel=1e-9)
    found = pooled(0.8, 1000, cells, "up")
    assert found.value == pytest.approx(theirs.mean_effect_re, rel=1e-9)
    plain = stats.t.ppf(0.975, 3) * theirs.sd_eff_w_re      # theirs is narrower here than without Hartung and Knapp
    hksj = theirs.conf_int()[3]
    assert found.high - found.low == pytest.approx(max(2 * plain, hksj[1] - hksj[0]), rel=1e-6)
    # 80 % beside 77.3, 66.7 and 72 %: surely ahead of two of four, and nobody surely ahead.
    assert (found.companies, found.ahead, found.behind, found.word) == (4, 2, 0, "cannot_tell")
    assert pool(0.8, 1000, cells[:2], "up") is None and pool(None, 0, cells, "up") is None
    assert pooled(0.3, 5000, cells, "down").word == "better" and pooled(0.3, 5000, cells, "up").behind == 4
