"""Runs the passes of a question and gives back, for each passport, its sums per group and period as arrays."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from .compiled import at_moments, sql_for
from .contracts import TOLD_GRAINS, Passport
from .executors import Executor
from .periods import FOREVER, Span, bounds, keys_between, local_midnight
from .shape import View, cluster_of, frame_of, sum_columns
from .slots import filled

Key = tuple[Any, ...]  # the group's values, then the period key


@dataclass
class Cells:
    """One passport's groups and columns of sums in the same order; ``ordered`` by ``key_order``."""

    keys: list[Key]
    sums: dict[str, np.ndarray] = field(default_factory=dict)
    ordered: bool = True

    def column(self, name: str) -> np.ndarray:
        return self.sums.get(name, np.zeros(len(self.keys)))

    def add(self, keys: list[Key]) -> None:
        """Add groups whose sums are all 0."""
        self.keys.extend(keys)
        self.ordered = self.ordered and not keys
        self.sums = {name: np.concatenate([column, np.zeros(len(keys))]) for name, column in self.sums.items()}


@dataclass(frozen=True)
class Moments:
    """The slots of a run in epoch seconds, ``told`` as in ``Session``; ``span`` and ``zone`` for ends of periods."""

    as_of: int
    span: Span
    zone: ZoneInfo
    told: int = 0

    def of(self, passport: Passport) -> Moments:
        """Return the moments of one indicator: answers may reach further than the service's own rows."""
        return dataclasses.replace(self, as_of=self.told) if passport.grain in TOLD_GRAINS and self.told else self

    @property
    def start(self) -> int:
        return local_midnight(self.span.start, self.zone) if self.span.start else -FOREVER

    @property
    def end(self) -> int:
        return local_midnight(self.span.end + timedelta(days=1), self.zone) if self.span.end else FOREVER

    def fill(self, sql: str) -> str:
        return at_moments(sql, as_of=self.as_of, start=self.start, end=self.end)


def collect(executor: Executor, passports: Sequence[Passport], view: View, moments: Moments) -> dict[str, Cells]:
    """Return {passport name: cells}; passports of one frame and cluster share one pass over the rows."""
    passes: dict[Any, list[Passport]] = defaultdict(list)
    for passport in passports:
        passes[frame_of(passport), cluster_of(passport, view)].append(passport)
    register_snapshots(executor, passports, view, moments)
    found: dict[str, Cells] = {}
    for (_, cluster), members in passes.items():
        table, keys = _sorted(_run(executor, "cluster" if cluster else "sums", members, view, moments), view)
        for index, (passport, own) in enumerate(zip(members, sum_columns(members))):
            found[passport.name] = Cells(list(keys), _own_sums(table, own, f"m{index}_"))
    for passport in passports:
        if passport.denominator_grain:
            _join_denominator(executor, passport, found[passport.name], view, moments)
    return found


def collect_distribution(executor: Executor, passport: Passport, view: View, moments: Moments) -> pa.Table:
    """Return the values of a median or survival curve as lists, with their group and period columns."""
    return _run(executor, "distribution", [passport], view, moments)


def denominator_passport(passport: Passport) -> Passport:
    """Return the other grain of a ratio as a passport of its own, whose sum ``s`` is the denominator."""
    return dataclasses.replace(
        passport, grain=str(passport.denominator_grain), anchor=str(passport.denominator_anchor), aggregation="mean",
        value=passport.denominator_value, denominator=passport.denominator_condition or "true", numerator=None,
        exclusions=None, window=None, window_value=None, window_from=None, cluster=None, credit="agent",
        denominator_grain=None, denominator_anchor=None, denominator_value=None, denominator_condition=None,
        definition_hash=f"{passport.definition_hash}/denominator",
    )


def cell_keys(table: pa.Table, view: View) -> list[Key]:
    """Return the key of each row of a result."""
    columns = [table[f"by_{name}"].to_pylist() for name in view.by] + [table["period_key"].to_pylist()]
    return list(zip(*columns))


def key_order(key: Key) -> tuple[Any, ...]:
    """Sort key of a cell: by period, then group; empty values last."""
    return key[-1], [(part is None, str(part)) for part in key[:-1]]


def _sorted(table: pa.Table, view: View) -> tuple[pa.Table, list[Key]]:
    """A result in the order of its keys, once for all passports of the pass."""
    keys = cell_keys(table, view)
    order = sorted(range(len(keys)), key=lambda index: key_order(keys[index]))
    return table.take(pa.array(order, pa.int64())), [keys[index] for index in order]


def _run(executor: Executor, shape: str, passports: list[Passport], view: View, moments: Moments) -> pa.Table:
    def expression(seen: View) -> Any:
        from .measures import cluster_sums, distribution, sums

        if shape == "distribution":
            return distribution(passports[0], seen)
        return (cluster_sums if shape == "cluster" else sums)(passports, seen)

    sql = moments.of(passports[0]).fill(sql_for(shape, passports, view, executor.dialect, expression))
    run = executor.run if shape == "distribution" else executor.run_few
    return run(filled(sql, view, (), executor.dialect))


def _own_sums(table: pa.Table, own: Mapping[str, str], prefix: str) -> dict[str, np.ndarray]:
    """A passport's sums: those that it may share with others, and those over clusters that are its alone."""
    names = {**own, **{name: prefix + name for name in ("yy", "yx", "xx", "clusters")}}
    return {name: _numbers(table[column]) for name, column in names.items() if column in table.column_names}


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    """Sums as floats: engines give big integers, decimals or doubles; below 2^53 all are exact."""
    return column.cast(pa.float64()).fill_null(0.0).to_numpy()


def _join_denominator(
    executor: Executor, passport: Passport, cells: Cells, view: View, moments: Moments
) -> None:
    """Add the other grain's sums as ``w``; groups that it alone has come with a numerator of 0."""
    table = _run(executor, "sums", [denominator_passport(passport)], view, moments)
    other = Cells(cell_keys(table, view), {"s": _numbers(table["m0_s"])})
    known = set(cells.keys)
    cells.add([key for key in other.keys if key not in known])
    at = {key: index for index, key in enumerate(cells.keys)}
    cells.sums["w"] = np.zeros(len(cells.keys))
    cells.sums["w"][[at[key] for key in other.keys]] = other.column("s")


def register_snapshots(executor: Executor, passports: Sequence[Passport], view: View, moments: Moments) -> None:
    """Make the moments readable at which a backlog is looked at, when one of the passports needs them."""
    if any(passport.snapshot for passport in passports):
        executor.register("bihuan_snapshots", _snapshot_moments(executor, view.kind, moments))


def _snapshot_moments(executor: Executor, kind: str, moments: Moments) -> pa.Table:
    """Period keys and the moments at which the backlog is looked at: each period's end, not later than the data's."""
    keys: Iterable[int] = [0]
    if kind != "all":
        first = executor.run_few('SELECT MIN(opened) AS first FROM fact_case')["first"][0].as_py()
        keys = keys_between(kind, moments.span.start or _day(first, moments), _last_day(moments)) if first else []
    rows = []
    for key in keys:
        end = FOREVER if kind == "all" else local_midnight(bounds(kind, key)[1] + timedelta(days=1), moments.zone)
        # The last second inside the period: what is opened at midnight belongs to the next one.
        rows.append((key, min(end - 1, moments.end - 1, moments.as_of)))
    schema = pa.schema([("moment_key", pa.int64()), ("moment", pa.int64())])
    return pa.Table.from_arrays([pa.array([row[0] for row in rows], pa.int64()),
                                 pa.array([row[1] for row in rows], pa.int64())], schema=schema)


def _last_day(moments: Moments) -> date:
    return _day(datetime.fromtimestamp(min(moments.as_of, moments.end - 1), moments.zone), moments)


def _day(moment: datetime, moments: Moments) -> date:
    return moment.astimezone(moments.zone).date()
