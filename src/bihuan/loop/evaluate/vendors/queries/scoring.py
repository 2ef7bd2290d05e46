"""One month of a vendor by its rule table: same definitions as everybody's, and beside them the others at equal mix."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from bihuan.core import workspace
from bihuan.engine.indicators.contracts import Passport, Query, Result, Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.stats.standardise import rate_variance, standardise
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.scoping import quoted

from ..contracts import MIX, Item, Terms, points_of


def score_month(unit: str, terms: Terms, start: date, end: date) -> list[dict[str, Any]]:
    """Return one row an item: its result, points, the points at its interval's ends, a mark, and the comparison."""
    return [_scored(item, unit, start, end) for item in terms.items]


def _scored(item: Item, unit: str, start: date, end: date) -> dict[str, Any]:
    passport, where = engine.passports()[item.indicator], f"vendor = {quoted(unit)}"
    scope = Scope(minimum_n=workspace.facts().minimum_n)
    found = engine.ask(Query((item.indicator,), ("vendor",), "all", start, end, where), scope)
    result = found[0] if found else None
    row: dict[str, Any] = {"indicator": item.indicator, "weight": item.weight, "points": None, "worst": None,
                           "best": None, "mark": "none", "result": None, "adjusted": None,
                           "definition_hash": passport.definition_hash}
    if result is None or result.value is None or result.suppressed:
        return row
    row["result"] = {name: value for name, value in asdict(result).items() if name not in ("extra", "group")}
    row["adjusted"] = compared(passport, unit, start, end, scope)
    if result.small:
        return row | {"mark": "small"}      # too few rows: neither points nor a deduction
    ends = [one for one in (points_of(result.low, item, passport.direction),
                            points_of(result.high, item, passport.direction)) if one is not None]
    points = points_of(result.value, item, passport.direction)
    worst, best = min(ends, default=points), max(ends, default=points)
    return row | {"points": points, "worst": worst, "best": best, "mark": "" if worst == best else "unsure"}


def compared(passport: Passport, unit: str, start: date, end: date, scope: Scope) -> dict[str, Any] | None:
    """Return a vendor against all others at its own mix of channels and topics; None where that cannot be told."""
    if passport.aggregation not in ("rate", "mean"):
        return None
    own: dict[tuple[Any, ...], Result] = {}
    others: dict[tuple[Any, ...], Result] = {}
    name = quoted(unit)
    try:
        for where, side in ((f"vendor = {name}", own), (f"vendor is null or vendor != {name}", others)):
            for one in engine.ask_strictly(Query((passport.name,), MIX, "all", start, end, where),
                                           Scope(units=scope.units)):
                if one.n and one.value is not None:
                    side[tuple(one.group[dimension] for dimension in MIX)] = one
        peers = {one.group["unit"] for one in engine.ask_strictly(Query(
            (passport.name,), ("unit",), "all", start, end, f"vendor is null or vendor != {name}"),
            Scope(units=scope.units)) if one.n}
    except IndicatorError as error:
        if error.code != "dimension_absent":
            raise
        return None
    keys = sorted(set(own) | set(others), key=str)
    n, mean = _columns(own, keys)
    other_n, other_mean = _columns(others, keys)
    if passport.aggregation == "rate":
        spread, other_spread = rate_variance(n * mean, n, other_n * other_mean, other_n)
    else:
        spread, other_spread = _mean_variance(own, keys), _mean_variance(others, keys)
    found = standardise(n, mean, spread, other_n, other_mean, other_spread)
    if found is None:
        return None
    small = found.n < passport.minimum_n or found.n_reference < passport.minimum_n
    return asdict(found) | {"peers": len(peers), "small": small}


def _columns(side: dict[tuple[Any, ...], Result], keys: list[tuple[Any, ...]]) -> tuple[np.ndarray, np.ndarray]:
    rows = [(float(side[key].n), float(side[key].value or 0.0)) if key in side else (0.0, 0.0) for key in keys]
    table = np.array(rows, float).reshape(len(keys), 2)
    return table[:, 0], table[:, 1]


def _mean_variance(side: dict[tuple[Any, ...], Result], keys: list[tuple[Any, ...]]) -> np.ndarray:
    found = []
    for key in keys:
        one = side.get(key)
        if one is None or one.n < 2:
            found.append(0.0)
            continue
        squares, mean = float(one.extra.get("sum_squares") or 0.0), float(one.value or 0.0)
        found.append(max(squares / one.n - mean**2, 0.0) / (one.n - 1))
    return np.array(found, float)
