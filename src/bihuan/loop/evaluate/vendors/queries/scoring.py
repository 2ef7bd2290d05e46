"""One month of a vendor by its rule table: same definitions as everybody's, and beside them the others at equal mix."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np

from bihuan.core import workspace
from bihuan.engine.indicators.contracts import Passport, Query, Result, Scope
from bihuan.engine.indicators.errors import IndicatorError
from bihuan.engine.stats.standardise import mean_variance, standardise, standardise_rates
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
    n, mean, squares, worth = _columns(own, keys)
    other_n, other_mean, other_squares, other_worth = _columns(others, keys)
    if passport.aggregation == "rate":
        found = standardise_rates(n * mean, n, other_n * other_mean, other_n, worth=worth, reference_worth=other_worth)
    else:
        found = standardise(n, mean, mean_variance(n, mean, squares, worth), other_n, other_mean,
                            mean_variance(other_n, other_mean, other_squares, other_worth))
    if found is None:
        return None
    small = found.n < passport.minimum_n or found.n_reference < passport.minimum_n
    return asdict(found) | {"peers": len(peers), "small": small}


def _columns(side: dict[tuple[Any, ...], Result], keys: list[tuple[Any, ...]]) -> np.ndarray:
    """n, value, sum of squares, and what the rows are worth where those of one customer hang together."""
    return np.array([_numbers(side.get(key)) for key in keys], float).reshape(len(keys), 4).T


def _numbers(one: Result | None) -> tuple[float, float, float, float]:
    if one is None:
        return 0.0, 0.0, 0.0, 0.0
    return (float(one.n), float(one.value or 0.0), float(one.extra.get("sum_squares") or 0.0),
            float(one.extra.get("effective_n") or one.n))
