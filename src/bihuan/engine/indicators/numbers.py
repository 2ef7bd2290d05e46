"""From sums to numbers: value, n, interval and method of each cell, on arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from .. import stats
from .cells import Cells, Key
from .contracts import Passport
from .shape import View


@dataclass
class Numbers:
    """Arrays in the order of ``keys``; NaN means no data."""

    keys: list[Key]
    value: np.ndarray
    n: np.ndarray
    low: np.ndarray
    high: np.ndarray
    method: str
    immature: np.ndarray
    numerator: np.ndarray | None = None
    open_count: np.ndarray | None = None
    survival: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None
    extra: dict[str, np.ndarray] = field(default_factory=dict)
    ordered: bool = True


@dataclass(frozen=True)
class Spread:
    """A histogram and, for each of its rows, the index of the cell that it belongs to."""

    table: pa.Table
    owner: np.ndarray

    def column(self, name: str) -> np.ndarray:
        return self.table[name].cast(pa.float64()).to_numpy()


def numbers(passport: Passport, cells: Cells, histogram: pa.Table | None, view: View) -> Numbers:
    """Return the numbers of one passport; ``histogram`` is needed for medians and survival curves only."""
    make: Any = {"rate": _rate, "mean": _mean, "nps": _nps, "ratio": _ratio, "count": _count, "median": _median}
    spread = None if histogram is None else Spread(histogram, _owners(cells, histogram, view))
    result: Numbers = make[passport.aggregation](passport, cells, spread)
    if passport.open_cases == "kaplan_meier" and spread is not None:
        _add_survival(result, spread)
    if passport.unit in ("s", "count", "%"):
        result.low = np.maximum(result.low, 0)  # below nothing there is nothing
    return result


def _start(cells: Cells, value: Any, n: Any, low: Any, high: Any, method: str) -> Numbers:
    # A fresh array each: what is changed later must not reach the sums.
    value, n, low, high = (np.array(part, dtype=float) for part in (value, n, low, high))
    return Numbers(cells.keys, value, n, low, high, method, cells.column("immature"), ordered=cells.ordered)


def _cluster_parts(cells: Cells) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return cells.column("clusters"), cells.column("yy"), cells.column("yx"), cells.column("xx")


def _rate(passport: Passport, cells: Cells, _spread: Any) -> Numbers:
    k, n = cells.column("k"), cells.column("n")
    if "clusters" in cells.sums:
        low, high = stats.cluster_wilson(k, n, *_cluster_parts(cells))
        method = "wilson_cluster"
    else:
        low, high = stats.wilson(k, n)
        method = "wilson"
    result = _start(cells, np.where(n > 0, k / np.maximum(n, 1), np.nan), n, low, high, method)
    result.numerator = k
    return result


def _mean(passport: Passport, cells: Cells, _spread: Any) -> Numbers:
    n, total = cells.column("n"), cells.column("s")
    mean, low, high = stats.mean_from_sums(n, total, cells.column("q"))
    method = "t"
    if "clusters" in cells.sums:
        _, cluster_low, cluster_high = stats.cluster_ratio(total, n, *_cluster_parts(cells))
        # Where every cluster is one row, nothing is clustered and Student's interval is exact.
        alone = cells.column("clusters") >= n
        low, high = np.where(alone, low, cluster_low), np.where(alone, high, cluster_high)
        method = "t_cluster"
    result = _start(cells, mean, n, low, high, method)
    result.numerator = total
    result.extra = {"sum_squares": cells.column("q")}
    return result


def _nps(passport: Passport, cells: Cells, _spread: Any) -> Numbers:
    n, promoters, detractors = cells.column("n"), cells.column("k"), cells.column("d")
    value, low, high = stats.nps(promoters, detractors, n)
    result = _start(cells, value, n, low, high, "multinomial")
    result.numerator = promoters - detractors
    result.extra = {"promoters": promoters, "detractors": detractors}
    return result


def _ratio(passport: Passport, cells: Cells, _spread: Any) -> Numbers:
    top, bottom = cells.column("s"), cells.column("w")
    if passport.interval == "poisson":
        value, low, high = stats.poisson_interval(top, bottom)
        result = _start(cells, value, bottom, low, high, "poisson")
    else:
        value, low, high = stats.cluster_ratio(top, bottom, *_cluster_parts(cells))
        result = _start(cells, value, cells.column("n"), low, high, "t_cluster")
    result.numerator = top
    result.extra = {"denominator": bottom}
    return result


def _count(passport: Passport, cells: Cells, _spread: Any) -> Numbers:
    n = cells.column("n")
    value, low, high = stats.poisson_interval(n)
    result = _start(cells, value, n, low, high, "poisson")
    result.numerator = n
    return result


def _median(passport: Passport, cells: Cells, spread: Spread | None) -> Numbers:
    assert spread is not None
    n, value, low, high = stats.grouped_quantile(
        spread.owner, spread.column("amount"), spread.column("ended"), len(cells.keys), passport.quantile)
    return _start(cells, value, n, low, high, "order_statistics")


def _add_survival(result: Numbers, spread: Spread) -> None:
    running = spread.column("running")
    result.survival = stats.grouped_median_survival(
        spread.owner, spread.column("amount"), spread.column("ended"), running, len(result.keys))
    result.open_count = np.bincount(spread.owner, weights=running, minlength=len(result.keys))


def _owners(cells: Cells, histogram: pa.Table, view: View) -> np.ndarray:
    """Index of the cell of each histogram row; texts are compared once per distinct value, not once per row.

    A group that only the histogram has (rows came in between the two queries) becomes a cell of its own.
    """
    codes = np.zeros(histogram.num_rows, np.int64)
    values: list[list[Any]] = []
    for name in (*(f"by_{name}" for name in view.by), "period_key"):
        encoded = histogram[name].combine_chunks().dictionary_encode(null_encoding="encode")
        values.append(encoded.dictionary.to_pylist())
        codes = codes * max(len(values[-1]), 1) + encoded.indices.to_numpy(zero_copy_only=False)
    distinct, inverse = np.unique(codes, return_inverse=True)
    keys = [_decode(int(code), values) for code in distinct]
    known = set(cells.keys)
    cells.add([key for key in keys if key not in known])
    at = {key: index for index, key in enumerate(cells.keys)}
    return np.array([at[key] for key in keys], np.int64)[inverse]


def _decode(code: int, values: list[list[Any]]) -> Key:
    parts = []
    for column in reversed(values):
        code, position = divmod(code, max(len(column), 1))
        parts.append(column[position])
    return tuple(reversed(parts))
