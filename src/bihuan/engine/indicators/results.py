"""Makes results out of numbers: bands and targets, maturity, what is withheld, and a fixed order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from .bands import bands_touched, meets_target, score_by_bands, target_for
from .cells import Key, Moments
from .contracts import Passport, Query, Result, Scope, Target
from .numbers import Numbers
from .periods import bounds, label
from .suppression import OPEN_AGGREGATIONS, Cell, suppress


def results_of(
    passport: Passport, found: Numbers, query: Query, scope: Scope, moments: Moments, targets: Sequence[Target],
    unfiltered: Mapping[Cell, int] | None = None,
) -> list[Result]:
    """Return one indicator's results, sorted by period and group; groups that have nothing to say are left out.

    ``unfiltered`` are the rows of each cell without the question's filter, for what must be withheld.
    """
    results = [_result(passport, found, index, query, moments, targets) for index in range(len(found.keys))]
    results = [result for result in results if not query.by or _says_something(result)]
    if not results and not query.by and (moments.span.kind == "all" or moments.span.label):
        results = [_empty(passport, moments)]
    results.sort(key=lambda result: (result.period, [(value is None, str(value)) for value in result.group.values()]))
    if passport.aggregation in OPEN_AGGREGATIONS:
        return results
    return suppress(results, scope.minimum_n, unfiltered)


def _says_something(result: Result) -> bool:
    return result.n > 0 or result.immature > 0 or bool(result.open_count)


def _empty(passport: Passport, moments: Moments) -> Result:
    return Result(passport.name, passport.version, moments.span.label or "all", {}, None, 0, small=True,
                  unit=passport.unit, as_of=as_of_text(moments.as_of), target=passport.target)


def _result(
    passport: Passport, found: Numbers, index: int, query: Query, moments: Moments, targets: Sequence[Target]
) -> Result:
    key = found.keys[index]
    group = _group(query, key)
    value, low, high = (_known(array[index]) for array in (found.value, found.low, found.high))
    if passport.aggregation == "count" and not found.n[index]:
        value = None
    if value is None:
        low = high = None
    aim = target_for(passport, targets, group, _last_day(moments, int(key[-1])))
    possible = bands_touched(low, high, aim.bands)
    n = round(float(found.n[index]))
    immature = int(found.immature[index])
    return Result(
        passport.name, passport.version, moments.span.label or label(moments.span.kind, int(key[-1])), group, value, n,
        low, high, band=score_by_bands(value, aim.bands),
        band_certain=len(possible) == 1 if possible else (False if aim.bands and value is not None else None),
        bands_possible=possible, immature=immature, provisional=immature > 0, small=n < passport.minimum_n,
        unit=passport.unit, method=found.method, as_of=as_of_text(moments.as_of), target=aim.target,
        target_met=meets_target(value, aim.target, passport.direction), target_version=aim.version,
        **_optional(found, index),
    )


def _optional(found: Numbers, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {"extra": {name: _known(array[index]) for name, array in found.extra.items()}}
    if found.numerator is not None:
        result["numerator"] = _known(found.numerator[index])
    if found.open_count is not None:
        result["open_count"] = int(found.open_count[index])
    if found.survival is not None:
        median, low, high = (_known(array[index]) for array in found.survival)
        result["km_median"] = median
        result["extra"] |= {"km_low": low, "km_high": high}
    return result


def _group(query: Query, key: Key) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in zip(query.by, key)}


def _known(number: Any) -> float | None:
    return None if math.isnan(number) else float(number)


def _last_day(moments: Moments, key: int) -> date | None:
    span = moments.span
    if span.kind != "all":
        return bounds(span.kind, key)[1]
    return span.end or datetime.fromtimestamp(moments.as_of, moments.zone).date()


def as_of_text(epoch: int) -> str:
    """Return an epoch second as ISO text in UTC."""
    return datetime.fromtimestamp(epoch, UTC).isoformat()
