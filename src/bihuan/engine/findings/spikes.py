"""Sudden rises of a product's or a topic's cases: their share of all contacts against the weeks before.

A share is compared and not a count, so that a season that lifts everything is no spike. The limits are those of a p
chart, widened after Laney (2002, Quality Engineering 14:531-537) where the weeks before vary more than chance; a week
that was a spike itself is no yardstick for the next ones. Where the year before is known, its same weeks must be
exceeded too: what comes every summer is a season.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .. import stats
from ..indicators.contracts import Passport, Result
from ..indicators.periods import bounds, parse_label
from ..stats.normal import normal_p
from .contracts import ALPHA, Spotted, Tally

BASE_WEEKS, FEWEST_WEEKS = 26, 8
YEAR_WEEKS, AROUND = 52, 1
FEWEST = 10                              # cases in the week: fewer are no spike, however rare they were before
LEAST_RATIO = 1.5
D2_MEDIAN = 0.954                        # median moving range of a standard normal series


@dataclass(frozen=True)
class _Week:
    result: Result
    expected: float
    p: float
    ratio: float
    seasonal: bool


def spikes(results: Iterable[Result], totals: Mapping[str, int], passport: Passport, *, periods: frozenset[str]
           ) -> tuple[list[Spotted], Tally]:
    """Return the weeks in which a group's share of all contacts rose beyond chance.

    ``results``: counts by group and week; ``totals``: all contacts of each week, by its label.
    """
    groups: dict[tuple[tuple[str, str | None], ...], dict[str, Result]] = defaultdict(dict)
    for result in results:
        if None not in result.group.values():
            groups[tuple(result.group.items())][result.period] = result
    weeks = sorted(totals, key=lambda name: parse_label(name)[1])
    tested, tally = [], Tally()
    for found in groups.values():
        judged, small = _judged(found, weeks, totals, periods)
        tested += judged
        tally += Tally(looked=len(judged), small=small)
    risen = [(week, float(q)) for week, q in zip(tested, stats.benjamini_hochberg([week.p for week in tested]))
             if q < ALPHA and week.ratio >= LEAST_RATIO]
    kept = [_spotted(week, passport, q, len(tested)) for week, q in risen if not week.seasonal]
    return kept, Tally(tally.looked, tally.small, len(risen) - len(kept), len(kept))


def _judged(found: Mapping[str, Result], weeks: Sequence[str], totals: Mapping[str, int], periods: frozenset[str]
            ) -> tuple[list[_Week], int]:
    base: list[tuple[float, float]] = []
    judged, small = [], 0
    for at, name in enumerate(weeks):
        k, n = found[name].n if name in found else 0, totals[name]
        expected, p = expectation(k, n, base[-BASE_WEEKS:])
        ratio = k / expected if expected else float("inf")
        if name in periods and name in found and expected is not None:
            if k < FEWEST:
                small += 1
            else:
                again = seasonal(k, n, _a_year_before(found, at, weeks, totals))
                judged.append(_Week(found[name], expected, p, ratio, again))
        # Beyond three sigma the week is a spike itself: later weeks are not measured by it.
        if expected is None or p > 0.00135 or ratio < LEAST_RATIO:
            base.append((k, n))
    return judged, small


def _a_year_before(found: Mapping[str, Result], at: int, weeks: Sequence[str], totals: Mapping[str, int]
                   ) -> tuple[int, int]:
    """(cases, contacts) of the same weeks a year before; (0, 0) where they are not known."""
    same = weeks[max(at - YEAR_WEEKS - AROUND, 0):max(at - YEAR_WEEKS + AROUND + 1, 0)]
    return sum(found[name].n for name in same if name in found), sum(totals[name] for name in same)


def seasonal(k: float, n: float, before: tuple[int, int]) -> bool:
    """Say whether the same weeks a year before were as high: the share did not rise by more than chance since."""
    if not before[1]:
        return False
    compared = stats.compare_rates(before=before, after=(k, n))
    return not bool(compared.low > 0)


def expectation(k: float, n: float, base: Sequence[tuple[float, float]]) -> tuple[float | None, float]:
    """Return (expected count, one-sided p) of ``k`` among ``n`` contacts after the weeks of ``base`` (k, n).

    None with too few weeks. The larger of two p: the tail of a Poisson count, and the normal one with the spread that
    the weeks before showed.
    """
    if len(base) < FEWEST_WEEKS:
        return None, 1.0
    from scipy.special import pdtrc

    ks, ns = np.array(base, float).T
    share = ks.sum() / ns.sum()
    expected = float(share * n)
    if expected <= 0:
        # Never seen before: half a case in all the weeks is the most cautious guess that is not nothing.
        expected = 0.5 * n / float(ns.sum())
    sigma = np.sqrt(np.maximum(share * (1 - share) / ns, 1e-12))
    ranges = np.abs(np.diff((ks / ns - share) / sigma))
    scale = max(float(np.median(ranges)) / D2_MEDIAN, 1.0)
    z = (k - expected) / (scale * np.sqrt(max(expected * (1 - expected / n), 1e-12)))
    by_chance = float(pdtrc(max(k - 1, 0), expected)) if k > 0 else 1.0
    return expected, max(by_chance, float(normal_p(z)) / 2) if z > 0 else 1.0


def _spotted(week: _Week, passport: Passport, q: float, looked: int) -> Spotted:
    result = week.result
    start, end = bounds(*parse_label(result.period))
    _rate, low, high = (float(one) for one in stats.poisson_interval(result.n))
    return Spotted(
        "spike", passport.name, passport.version, passport.definition_hash, passport.unit, "down", result.period, start,
        end, float(result.n), result.n, low, high, q, looked,
        "share_chart", {name: str(value) for name, value in result.group.items()}, usual=week.expected,
        size=result.n - week.expected, size_measure="extra_cases", as_of=result.as_of or "")
