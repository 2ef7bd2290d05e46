"""What is told as a problem, and what is not: small cells, open intervals, chance among many."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats as scipy_stats

from bihuan.engine import stats
from bihuan.engine.findings.judge import band_drops, below_target, out_of_control
from bihuan.engine.findings.spikes import expectation, seasonal, spikes
from bihuan.engine.indicators.contracts import Passport, Point, Result

PASSPORT = Passport("fcr", {"zh": "一次性解决率"}, {"zh": ""}, "case", "opened", "rate", minimum_n=30, worthwhile=0.02)
COUNT = replace(PASSPORT, name="complaint_volume", aggregation="count", unit="count", direction="down", minimum_n=1)
KNOWN = {"fcr": PASSPORT, "complaint_volume": COUNT}


def cell(k, n, period="2026-03", target=0.9, **more):
    low, high = stats.wilson(k, n)
    given = {"small": n < 30, "group": {}, **more}
    group = given.pop("group")
    return Result("fcr", "1", period, group, k / n, n, float(low), float(high), numerator=k, unit="%", target=target,
                  **given)


def test_only_an_interval_wholly_below_the_target_is_told():
    """Wilson's interval of 160/200 is .739 to .850 (statsmodels proportion_confint); of 176/200 it holds .9."""
    results = [cell(160, 200), cell(176, 200, group={"team": "a"}), cell(5, 10, group={"team": "b"})]
    found, tally = below_target(results, KNOWN, periods=frozenset({"2026-03"}))
    assert [one.n for one in found] == [200] and found[0].value == 0.8
    assert (tally.looked, tally.small, tally.undecided, tally.found) == (2, 1, 1, 1)
    assert found[0].size == pytest.approx(20)      # ten points short of the target in 200 rows


def test_another_period_and_a_withheld_cell_are_not_judged():
    results = [cell(100, 200, period="2026-01"), cell(100, 200, suppressed=True)]
    found, tally = below_target(results, KNOWN, periods=frozenset({"2026-03"}))
    assert not found and tally.small == 1


def test_chance_among_many_cells_is_corrected_as_scipy_does():
    rng = np.random.default_rng(5)
    results = [cell(int(k), 400, group={"team": str(at)}) for at, k in enumerate(rng.binomial(400, 0.9, 300))]
    found, tally = below_target(results, KNOWN, periods=frozenset({"2026-03"}))
    alone = sum(one.high < 0.9 for one in results)
    assert tally.looked == 300 and alone > 2 and not found
    error = [(one.high - one.low) / (2 * scipy_stats.norm.ppf(0.975)) for one in results]
    p = [scipy_stats.norm.sf((0.9 - one.value) / e) if one.value < 0.9 else 1.0 for one, e in zip(results, error)]
    assert scipy_stats.false_discovery_control(p).min() >= 0.05


def test_a_band_drop_needs_both_bands_certain():
    before = cell(190, 200, period="2026-02", band=5, band_certain=True)
    sure = [before, cell(140, 200, band=3, band_certain=True)]
    assert len(band_drops(sure, KNOWN, periods=frozenset({"2026-03"}))[0]) == 1
    unsure = [before, cell(150, 200, band=3, band_certain=False)]
    found, tally = band_drops(unsure, KNOWN, periods=frozenset({"2026-03"}))
    assert not found and tally.undecided == 1


def test_a_point_beyond_the_worse_limit_is_told_and_a_good_one_is_not():
    def points(k):
        return [Point(cell(k, 200, group={"team": str(k)}), 0.9, 0.84, 0.96, True, "p")]

    found, tally = out_of_control([points(150), points(197)], KNOWN, periods=frozenset({"2026-03"}))
    assert [one.value for one in found] == [0.75] and tally.looked == 2
    assert found[0].usual == 0.9


def count(n, week, group):
    return Result("complaint_volume", "1", week, {"product": group}, float(n), n, unit="count")


def weeks(number):
    return [f"2026-W{week:02d}" for week in range(1, number + 1)]


def test_a_spike_is_a_share_that_rose_and_not_a_season_of_everything():
    names = weeks(12)
    totals = dict.fromkeys(names, 500) | {"2026-W12": 2000}
    everything = [count(10, name, "a") for name in names[:-1]] + [count(40, "2026-W12", "a")]
    assert not spikes(everything, totals, COUNT, periods=frozenset({"2026-W12"}))[0]
    risen = [count(10, name, "b") for name in names[:-1]] + [count(160, "2026-W12", "b")]
    (found,), tally = spikes(risen, totals, COUNT, periods=frozenset({"2026-W12"}))
    assert found.usual == pytest.approx(40) and found.size == pytest.approx(120) and tally.looked == 1


def test_few_cases_are_no_spike_however_rare_they_were():
    names = weeks(12)
    found, tally = spikes([count(9, "2026-W12", "a")], dict.fromkeys(names, 500), COUNT,
                          periods=frozenset({"2026-W12"}))
    assert not found and tally.small == 1


def test_the_expectation_is_the_share_of_the_weeks_before_and_p_the_tail_of_poisson():
    """With an even history the larger p is that of scipy.stats.poisson.sf(24, 10) = 4.7e-5 or the normal tail."""
    base = [(10, 500)] * 12
    expected, p = expectation(25, 500, base)
    z = (25 - 10) / np.sqrt(10 * (1 - 10 / 500))
    assert expected == pytest.approx(10)
    assert p == pytest.approx(max(scipy_stats.poisson.sf(24, 10), scipy_stats.norm.sf(z)))
    assert expectation(25, 500, base[:7]) == (None, 1.0)


def test_what_was_as_high_a_year_ago_is_a_season():
    assert seasonal(60, 500, (170, 1500)) and not seasonal(60, 500, (60, 1500)) and not seasonal(60, 500, (0, 0))
