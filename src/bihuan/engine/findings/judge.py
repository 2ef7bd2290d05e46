"""Cells by period against their target, their bands of the period before, and their control limits.

A cell below its passport's minimum n is not looked at. What the interval leaves open is counted as undecided and never
told. The p values of all cells of a search are corrected together (Benjamini-Hochberg).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .. import stats
from ..indicators.contracts import Passport, Point, Result
from ..indicators.periods import bounds, parse_label
from ..stats.normal import normal_p
from .contracts import ALPHA, Spotted, Tally

Z95 = 1.959963984540054
Passports = Mapping[str, Passport]


def below_target(results: Iterable[Result], passports: Passports, *, periods: frozenset[str]
                 ) -> tuple[list[Spotted], Tally]:
    """Return the cells whose interval lies wholly on the wrong side of their target."""
    missed, p, tally = [], [], Tally()
    for result in results:
        if result.period not in periods or result.target is None:
            continue
        if unfit(result):
            tally += Tally(small=1)
            continue
        passport = passports[result.indicator]
        tally += Tally(looked=1)
        value, low, high = limits(result)
        far = (result.target - value) * (1 if passport.direction == "up" else -1)
        p.append(one_sided(far, result))
        outside = high < result.target if passport.direction == "up" else low > result.target
        missed.append((result, result.target, outside))
        if not outside and low < result.target < high:
            tally += Tally(undecided=1)
    kept = []
    for (result, target, outside), q in zip(missed, stats.benjamini_hochberg(p)):
        if outside and q < ALPHA:
            kept.append(spotted("below_target", result, passports[result.indicator], q=float(q), looked=len(p),
                                target=target, usual=None, gap=abs(limits(result)[0] - target)))
    return kept, replace(tally, found=len(kept))


def band_drops(results: Sequence[Result], passports: Passports, *, periods: frozenset[str]
               ) -> tuple[list[Spotted], Tally]:
    """Return the cells that surely lie in a lower band than surely a period before."""
    pairs, p, tally = [], [], Tally()
    for before, after in consecutive(results):
        if after.period not in periods or after.band is None or before.band is None:
            continue
        if unfit(after) or unfit(before):
            tally += Tally(small=1)
            continue
        passport = passports[after.indicator]
        tally += Tally(looked=1)
        worse = (limits(before)[0] - limits(after)[0]) * (1 if passport.direction == "up" else -1)
        spread = float(np.hypot(standard_error(before), standard_error(after)))
        p.append(float(normal_p(worse / spread)) / 2 if worse > 0 and spread else 1.0)
        sure = bool(after.band_certain and before.band_certain)
        lower = after.band < before.band
        pairs.append((before, after, lower and sure))
        if lower and not sure:
            tally += Tally(undecided=1)
    kept = []
    for (before, after, dropped), q in zip(pairs, stats.benjamini_hochberg(p)):
        if dropped and q < ALPHA:
            found = spotted("band_drop", after, passports[after.indicator], q=float(q), looked=len(p),
                            target=after.target, usual=before.value, gap=abs(limits(after)[0] - limits(before)[0]))
            kept.append(replace(found, band=after.band, band_before=before.band))
    return kept, replace(tally, found=len(kept))


def out_of_control(series: Iterable[Sequence[Point]], passports: Passports, *, periods: frozenset[str]
                   ) -> tuple[list[Spotted], Tally]:
    """Return the points beyond the control limits on the worse side, by at least the smallest worthwhile change."""
    seen, p, tally = [], [], Tally()
    for points in series:
        for point in points:
            result = point.result
            if result.period not in periods or point.centre is None or point.upper is None or point.lower is None:
                continue
            if unfit(result):
                tally += Tally(small=1)
                continue
            passport = passports[result.indicator]
            tally += Tally(looked=1)
            worse = (point.centre - limits(result)[0]) * (1 if passport.direction == "up" else -1)
            sigma = max(point.upper - point.centre, point.centre - point.lower) / 3
            p.append(float(normal_p(worse / sigma)) / 2 if worse > 0 and sigma > 0 else 1.0)
            beyond = worse > 3 * sigma > 0
            seen.append((result, point.centre, beyond and worse >= (passport.worthwhile or 0)))
    kept = []
    for (result, centre, beyond), q in zip(seen, stats.benjamini_hochberg(p)):
        if beyond and q < ALPHA:
            kept.append(spotted("out_of_control", result, passports[result.indicator], q=float(q), looked=len(p),
                                target=result.target, usual=centre, gap=abs(limits(result)[0] - centre)))
    return kept, replace(tally, found=len(kept))


def spotted(kind: str, result: Result, passport: Passport, *, q: float, looked: int, target: float | None,
            usual: float | None, gap: float) -> Spotted:
    """Return a result as a problem, with its size: the gap times the rows it concerns."""
    _kind, key = parse_label(result.period)
    start, end = bounds(_kind, key)
    return Spotted(
        kind, passport.name, passport.version, passport.definition_hash, passport.unit, passport.direction,
        result.period, start, end, limits(result)[0], result.n, result.low, result.high, q, looked, result.method,
        {name: str(value) for name, value in result.group.items()}, {}, target, usual,
        size=gap * result.n, size_measure=size_measure(kind, passport), as_of=result.as_of or "")


def size_measure(kind: str, passport: Passport) -> str:
    """Return what gap times n counts: times it went wrong, seconds, points."""
    side = "target" if kind == "below_target" else "usual"
    if passport.unit == "%":
        return f"short_of_{side}"
    return {"s": "seconds_over" if side == "target" else "seconds_over_usual"}.get(passport.unit, "points_short")


def unfit(result: Result) -> bool:
    """Say whether a cell must not be judged: no value, no interval, too few rows, or withheld."""
    return result.value is None or result.low is None or result.high is None or result.small or result.suppressed or (
        None in result.group.values())


def limits(result: Result) -> tuple[float, float, float]:
    """(value, low, high) of a cell that is not unfit."""
    assert result.value is not None and result.low is not None and result.high is not None
    return float(result.value), float(result.low), float(result.high)


def standard_error(result: Result) -> float:
    """The standard error that a 95 % interval amounts to."""
    _value, low, high = limits(result)
    return (high - low) / (2 * Z95)


def one_sided(far: float, result: Result) -> float:
    """p of a value lying ``far`` beyond a limit (in the worse direction) by chance."""
    error = standard_error(result)
    if far <= 0:
        return 1.0
    return float(normal_p(far / error)) / 2 if error else 0.0


def consecutive(results: Sequence[Result]) -> list[tuple[Result, Result]]:
    """Return each cell with the same cell of the period before."""
    found: dict[Any, dict[Any, Result]] = defaultdict(dict)
    for result in results:
        kind, key = parse_label(result.period)
        found[(result.indicator, tuple(sorted(result.group.items(), key=str)))][(kind, key)] = result
    pairs = []
    for cells in found.values():
        for (kind, key), after in cells.items():
            before = cells.get((kind, key - (7 if kind == "week" else 1)))
            if before is not None:
                pairs.append((before, after))
    return pairs
