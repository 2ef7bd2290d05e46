"""Makes results out of numbers, whole columns at a time: bands and targets, maturity, order, what is withheld."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from .bands import score_columns, target_for
from .cells import Moments, key_order
from .contracts import Passport, Query, Result, Scope, Target
from .differencing import Near
from .numbers import Numbers
from .periods import bounds, label
from .suppression import OPEN_AGGREGATIONS, suppress

FLOATS = ("value", "low", "high", "numerator", "km_median", "target")
COUNTS = ("n", "immature", "open_count", "band")
FLAGS = ("band_certain", "provisional", "suppressed", "small", "target_met")
TEXTS = ("indicator", "version", "period", "unit", "method", "as_of", "target_version")


@dataclass(frozen=True)
class Columns:
    """One indicator's cells as columns of equal length; ``groups`` by dimension, ``extra`` by name; None is no data."""

    cells: dict[str, list[Any]]
    groups: dict[str, list[str | None]]
    extra: dict[str, list[float | None]]

    def __len__(self) -> int:
        return len(self.cells["value"])


def columns_of(
    passport: Passport, found: Numbers, query: Query, moments: Moments, targets: Sequence[Target]
) -> Columns:
    """Return one indicator's cells, sorted by period and group; groups that have nothing to say are left out."""
    order = _order(found, bool(query.by))
    keys = [found.keys[index] for index in order]
    labels = _by_key(keys, lambda key: moments.span.label or label(moments.span.kind, key))
    groups = {name: [_text(key[at]) for key in keys] for at, name in enumerate(query.by)}
    n = np.rint(found.n[order]).astype(np.int64)
    value = np.where(n > 0, found.value[order], np.nan) if passport.aggregation == "count" else found.value[order]
    known = ~np.isnan(value)
    low, high = (np.where(known, part[order], np.nan) for part in (found.low, found.high))
    immature = found.immature[order].astype(np.int64)
    size = len(keys)
    cells: dict[str, list[Any]] = {
        "indicator": [passport.name] * size, "version": [passport.version] * size, "period": labels,
        "value": _listed(value), "n": n.tolist(), "low": _listed(low), "high": _listed(high),
        "immature": immature.tolist(), "provisional": (immature > 0).tolist(), "suppressed": [False] * size,
        "small": (n < passport.minimum_n).tolist(), "unit": [passport.unit] * size, "method": [found.method] * size,
        "as_of": [as_of_text(moments.as_of)] * size, **_optional(found, order),
        **_judged(passport, targets, groups, keys, moments, (value, low, high)),
    }
    extra = {name: _listed(array[order]) for name, array in found.extra.items()}
    if found.survival is not None:
        extra |= {"km_low": _listed(found.survival[1][order]), "km_high": _listed(found.survival[2][order])}
    return Columns(cells, groups, extra)


def results_of(
    passport: Passport, columns: Columns, query: Query, scope: Scope, moments: Moments,
    others: Near | None = None,
) -> list[Result]:
    """Return the results of one indicator; ``others``: the questions it has to be compared with."""
    if not len(columns) and not query.by and (moments.span.kind == "all" or moments.span.label):
        return [Result(passport.name, passport.version, moments.span.label or "all", {}, None, 0, small=True,
                       unit=passport.unit, as_of=as_of_text(moments.as_of), target=passport.target)]
    names = list(columns.cells)
    groups = _rows_of(columns.groups, len(columns))
    extras = _rows_of(columns.extra, len(columns))
    results = [
        Result(**dict(zip(names, row)), group=group, extra=extra)
        for row, group, extra in zip(zip(*columns.cells.values()), groups, extras)
    ]
    if passport.aggregation in OPEN_AGGREGATIONS:
        return results
    return suppress(results, scope.minimum_n, others.gives_away if others else None)


def as_table(parts: Sequence[Columns], by: Sequence[str]) -> pa.Table:
    """Return all cells as one Arrow table: the fields of ``Result``, dimensions as ``by_<name>``, without extras."""
    kinds = {**dict.fromkeys(TEXTS, pa.string()), **dict.fromkeys(FLOATS, pa.float64()),
             **dict.fromkeys(COUNTS, pa.int64()), **dict.fromkeys(FLAGS, pa.bool_()),
             "bands_possible": pa.list_(pa.int64())}
    arrays = {name: pa.chunked_array([pa.array(part.cells.get(name, [None] * len(part)), kind) for part in parts], kind)
              for name, kind in kinds.items()}
    for name in by:
        chunks = [pa.array(part.groups[name], pa.string()) for part in parts]
        arrays[f"by_{name}"] = pa.chunked_array(chunks, pa.string())
    return pa.table(arrays)


def columns_from(results: Sequence[Result], by: Sequence[str]) -> Columns:
    """Return results as columns again, after something was withheld."""
    names = (*TEXTS, *FLOATS, *COUNTS, *FLAGS, "bands_possible")
    return Columns({name: [getattr(result, name) for result in results] for name in names},
                   {name: [result.group[name] for result in results] for name in by}, {})


def as_of_text(epoch: int) -> str | None:
    """Return an epoch second as ISO text in UTC; None for 0, which stands for a workspace without any data."""
    return datetime.fromtimestamp(epoch, UTC).isoformat() if epoch else None


def _order(found: Numbers, grouped: bool) -> np.ndarray:
    """Indices of the cells to show, in order."""
    something = (found.n > 0) | (found.immature > 0)
    if found.open_count is not None:
        something |= found.open_count > 0
    if found.ordered:
        return np.flatnonzero(something | (not grouped))
    shown = [index for index in range(len(found.keys)) if something[index] or not grouped]
    return np.array(sorted(shown, key=lambda index: key_order(found.keys[index])), np.int64)


def _by_key(keys: Sequence[tuple[Any, ...]], make: Callable[[int], Any]) -> list[Any]:
    """``make`` of each row's period key, called once a period."""
    known = {key: make(int(key)) for key in {row[-1] for row in keys}}
    return [known[row[-1]] for row in keys]


def _optional(found: Numbers, order: np.ndarray) -> dict[str, list[Any]]:
    cells: dict[str, list[Any]] = {}
    if found.numerator is not None:
        cells["numerator"] = _listed(found.numerator[order])
    if found.open_count is not None:
        cells["open_count"] = found.open_count[order].astype(np.int64).tolist()
    if found.survival is not None:
        cells["km_median"] = _listed(found.survival[0][order])
    return cells


def _judged(
    passport: Passport, targets: Sequence[Target], groups: Mapping[str, list[str | None]],
    keys: Sequence[tuple[Any, ...]], moments: Moments, numbers: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> dict[str, list[Any]]:
    """Bands and targets of each cell, computed once for all cells that share an aim."""
    own = [target for target in targets if target.indicator == passport.name]
    if not own:
        return score_columns(target_for(passport, (), {}, None), passport.direction, *numbers)
    days = _by_key(keys, lambda key: _last_day(moments, key))
    aims = [target_for(passport, own, {name: column[row] for name, column in groups.items()}, day)
            for row, day in enumerate(days)]
    result: dict[str, list[Any]] = {}
    for row, aim in enumerate(aims):
        one = score_columns(aim, passport.direction, *(part[row:row + 1] for part in numbers))
        for name, column in one.items():
            result.setdefault(name, []).extend(column)
    return result or score_columns(target_for(passport, own, {}, None), passport.direction, *numbers)


def _last_day(moments: Moments, key: int) -> date | None:
    span = moments.span
    if span.kind != "all":
        return bounds(span.kind, key)[1]
    return span.end or datetime.fromtimestamp(moments.as_of, moments.zone).date()


def _rows_of(columns: Mapping[str, list[Any]], size: int) -> list[dict[str, Any]]:
    if not columns:
        return [{} for _ in range(size)]
    names = list(columns)
    return [dict(zip(names, row)) for row in zip(*columns.values())]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _listed(array: np.ndarray) -> list[float | None]:
    """The numbers as Python floats, None for NaN."""
    plain = array.tolist()
    return [None if number != number else number for number in plain] if np.isnan(array).any() else plain
