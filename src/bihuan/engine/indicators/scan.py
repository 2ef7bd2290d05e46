"""Looks through cells of dimension x indicator for those that differ from all the rest by more than chance.

Every cell is compared with the rest of its dimension; all p values of a scan are corrected together (Benjamini-
Hochberg). What remains is compared again at equal mix of topic, channel and priority: a difference of which at least
half goes away there is said to be explained by the mix.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .. import stats
from ..home import Home
from .contracts import EVERYTHING, Observation, Passport, Query, Result, Scope
from .evaluate import Session, answerable, evaluate_on, open_session, prepare, with_query
from .passports import find, load

DIMENSIONS = ("channel", "kind", "topic", "product", "region", "team", "centre", "vendor", "tier", "priority", "hour",
              "weekday")
MIX = ("topic", "channel", "priority")
_MOST_CELLS = 400  # a dimension with more values than this is an id, not a way to look at things


@dataclass(frozen=True)
class _Cell:
    passport: Passport
    dimension: str
    group: str
    n: int
    rest_n: int
    value: float
    rest: float
    effect: float
    low: float
    high: float
    p: float
    value_low: float | None
    value_high: float | None


def scan(
    home: Home, query: Query, scope: Scope = EVERYTHING, *, dimensions: Sequence[str] = DIMENSIONS, alpha: float = 0.05
) -> list[Observation]:
    """Return what stands out, strongest evidence first; ``query.indicators`` empty means all rates and means with a
    direction. Cells or rests below the indicator's minimum n are not looked at, effects below its smallest worthwhile
    change are not told.
    """
    home = home.then(query.known_at)
    with open_session(home, query) as session:
        passports = [find(home, name) for name in query.indicators] or list(load(home).values())
        return scan_on(session, passports, query, scope, dimensions=dimensions, alpha=alpha)


def scan_on(
    session: Session, passports: Sequence[Passport], query: Query, scope: Scope, *,
    dimensions: Sequence[str] = DIMENSIONS, alpha: float = 0.05,
) -> list[Observation]:
    """As ``scan``, on a session."""
    return scan_counted(session, passports, query, scope, dimensions=dimensions, alpha=alpha)[0]


def scan_counted(
    session: Session, passports: Sequence[Passport], query: Query, scope: Scope, *,
    dimensions: Sequence[str] = DIMENSIONS, alpha: float = 0.05,
) -> tuple[list[Observation], int]:
    """As ``scan``, with the number of cells that were compared: of how many each one stood out."""
    # Survival curves are a pass of their own and say nothing about a difference of sums.
    fit = [replace(passport, open_cases="excluded") for passport in passports
           if passport.aggregation in ("rate", "mean") and passport.direction != "none"]
    cells: list[_Cell] = []
    for dimension in dimensions:
        if dimension not in scope.masked:
            cells += _cells_of(session, fit, query, scope, dimension)
    adjusted = stats.benjamini_hochberg([cell.p for cell in cells])
    kept = [(cell, float(p)) for cell, p in zip(cells, adjusted) if p < alpha and _worthwhile(cell)]
    kept.sort(key=lambda pair: (pair[1], -abs(pair[0].effect)))
    return _at_equal_mix(session, [_observation(cell, p) for cell, p in kept], fit, query, scope), len(cells)


def _cells_of(
    session: Session, passports: Sequence[Passport], query: Query, scope: Scope, dimension: str
) -> list[_Cell]:
    asked = with_query(query, by=(dimension,), period="all" if query.period in _KINDS else query.period, indicators=())
    by_indicator: dict[str, list[Result]] = defaultdict(list)
    for result in evaluate_on(session, passports, asked, scope):
        if result.value is not None:
            by_indicator[result.indicator].append(result)
    found: list[_Cell] = []
    for passport in passports:
        results = by_indicator[passport.name]
        if 2 <= len(results) <= _MOST_CELLS:
            found += _against_rest(passport, dimension, results)
    return found


_KINDS = ("day", "week", "month", "quarter", "year", "all")


def _against_rest(passport: Passport, dimension: str, results: Sequence[Result]) -> list[_Cell]:
    sums = np.array(_sums(passport, results))
    others = sums.sum(axis=1, keepdims=True) - sums
    (n, total, _), rest = sums, others
    # Rows of one customer or agent say less than as many rows of others: all counts shrink to what they are worth.
    worth = np.array([result.extra.get("effective_n") or result.n for result in results], float)
    with np.errstate(divide="ignore", invalid="ignore"):
        after, before = sums * (worth / n), others * ((worth.sum() - worth) / rest[0])
    compared: Any
    # The larger of two p: far out, the usual tests take rare events and cells that are alike by chance for certain.
    if passport.aggregation == "rate":
        sides: Any = {"before": (before[1], before[0]), "after": (after[1], after[0])}
        compared, by_chance = stats.compare_rates(**sides), stats.exchange_p_of_rates(**sides)
    else:
        sides = {"before": tuple(before), "after": tuple(after)}
        compared, by_chance = stats.compare_means(**sides), stats.exchange_p_of_means(**sides)
    p = np.maximum(compared.p, by_chance)
    with np.errstate(divide="ignore", invalid="ignore"):
        value, other = total / n, rest[1] / rest[0]
    return [
        _Cell(passport, dimension, str(result.group[dimension]), int(n[i]), int(rest[0][i]), float(value[i]),
              float(other[i]), float(compared.difference[i]), float(compared.low[i]), float(compared.high[i]),
              float(p[i]), result.low, result.high)
        for i, result in enumerate(results)
        if result.group[dimension] is not None and min(n[i], rest[0][i]) >= passport.minimum_n
        and not np.isnan(p[i])
    ]


def _sums(passport: Passport, results: Sequence[Result]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = np.array([result.n for result in results], float)
    total = np.array([result.numerator or 0.0 for result in results])
    squares = total if passport.aggregation == "rate" else np.array(
        [result.extra.get("sum_squares") or 0.0 for result in results])
    return n, total, squares


def _worthwhile(cell: _Cell) -> bool:
    return cell.passport.worthwhile is None or abs(cell.effect) >= cell.passport.worthwhile


def _observation(cell: _Cell, p: float) -> Observation:
    better = bool(cell.effect > 0) == (cell.passport.direction == "up")
    return Observation(cell.passport.name, cell.dimension, cell.group, cell.value, cell.rest, cell.effect, cell.low,
                       cell.high, p, cell.n, cell.rest_n, better, value_low=cell.value_low,
                       value_high=cell.value_high)


def _at_equal_mix(
    session: Session, observations: list[Observation], passports: Sequence[Passport], query: Query, scope: Scope
) -> list[Observation]:
    by_name = {passport.name: passport for passport in passports}
    tables: dict[tuple[str, str], list[Result]] = {}
    told = []
    for seen in observations:
        passport, key = by_name[seen.indicator], (seen.indicator, seen.dimension)
        mix = tuple(name for name in MIX if name != seen.dimension and name not in scope.masked)
        if key not in tables:
            tables[key] = _mixed(session, passport, query, scope, seen.dimension, mix)
        effect = _standardised(passport, tables[key], seen)
        explained = effect is not None and (abs(effect) < abs(seen.effect) / 2 or effect * seen.effect < 0)
        told.append(replace(seen, adjusted_effect=effect, mix=mix if effect is not None else (),
                            explained_by_mix=explained))
    return told


def _mixed(
    session: Session, passport: Passport, query: Query, scope: Scope, dimension: str, mix: Sequence[str]
) -> list[Result]:
    period = "all" if query.period in _KINDS else query.period
    asked = with_query(query, by=(dimension, *mix), period=period, indicators=())
    view, _ = prepare(session, asked, scope)
    if not answerable([passport], view, scope, explicit=False):
        return []
    return [result for result in evaluate_on(session, [passport], asked, scope) if result.value is not None]


def _standardised(passport: Passport, results: Sequence[Result], seen: Observation) -> float | None:
    """Difference cell minus rest within strata, weighted by n1*n0/(n1+n0) (Mantel-Haenszel); None without overlap."""
    strata: dict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for result in results:
        stratum = tuple(value for name, value in result.group.items() if name != seen.dimension)
        at = 0 if result.group[seen.dimension] == seen.group else 2
        strata[stratum][at] += result.n
        strata[stratum][at + 1] += result.numerator or 0.0
    weights = difference = 0.0
    for n1, total1, n0, total0 in strata.values():
        if n1 and n0:
            weight = n1 * n0 / (n1 + n0)
            weights += weight
            difference += weight * (total1 / n1 - total0 / n0)
    return difference / weights if weights else None
