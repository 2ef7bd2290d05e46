"""From sums to numbers: value, n, interval and method of each cell, on arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .. import stats
from .cells import Cells, Key
from .contracts import Passport
from .spread import Spread


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


def numbers(passport: Passport, cells: Cells, spread: Spread | None) -> Numbers:
    """Return the numbers of one passport; ``spread`` is needed for medians and survival curves only."""
    make: Any = {"rate": _rate, "mean": _mean, "nps": _nps, "ratio": _ratio, "count": _count, "median": _median}
    places = None if spread is None else spread.places(cells)
    result: Numbers = make[passport.aggregation](passport, cells, spread, places)
    if passport.open_cases == "kaplan_meier" and spread is not None and places is not None:
        _add_survival(result, spread, places)
    if passport.unit in ("s", "count", "%"):
        result.low = np.maximum(result.low, 0)  # below nothing there is nothing
    return result


def _start(cells: Cells, value: Any, n: Any, low: Any, high: Any, method: str) -> Numbers:
    # A fresh array each: what is changed later must not reach the sums.
    value, n, low, high = (np.array(part, dtype=float) for part in (value, n, low, high))
    return Numbers(cells.keys, value, n, low, high, method, cells.column("immature"), ordered=cells.ordered)


def _cluster_parts(cells: Cells) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return cells.column("clusters"), cells.column("yy"), cells.column("yx"), cells.column("xx")


def _rate(passport: Passport, cells: Cells, *_rest: Any) -> Numbers:
    k, n = cells.column("k"), cells.column("n")
    if "clusters" in cells.sums:
        low, high = stats.cluster_wilson(k, n, *_cluster_parts(cells))
        method = "wilson_cluster"
    else:
        low, high = stats.wilson(k, n)
        method = "wilson"
    result = _start(cells, np.where(n > 0, k / np.maximum(n, 1), np.nan), n, low, high, method)
    result.numerator = k
    if method == "wilson_cluster":
        result.extra = {"effective_n": stats.effective_size(k, n, *_cluster_parts(cells))}
    return result


def _mean(passport: Passport, cells: Cells, *_rest: Any) -> Numbers:
    n, total = cells.column("n"), cells.column("s")
    mean, low, high = stats.mean_from_sums(n, total, cells.column("q"))
    method, extra = "t", {"sum_squares": cells.column("q")}
    if "clusters" in cells.sums:
        _, cluster_low, cluster_high = stats.cluster_ratio(total, n, *_cluster_parts(cells))
        # Where every cluster is one row, nothing is clustered and Student's interval is exact.
        alone = cells.column("clusters") >= n
        with np.errstate(divide="ignore", invalid="ignore"):
            kept = np.minimum(((high - low) / (cluster_high - cluster_low)) ** 2, 1)
        extra["effective_n"] = np.where(alone, n, np.where(np.isnan(kept), cells.column("clusters"), n * kept))
        low, high = np.where(alone, low, cluster_low), np.where(alone, high, cluster_high)
        method = "t_cluster"
    result = _start(cells, mean, n, low, high, method)
    result.numerator = total
    result.extra = extra
    return result


def _nps(passport: Passport, cells: Cells, *_rest: Any) -> Numbers:
    n, promoters, detractors = cells.column("n"), cells.column("k"), cells.column("d")
    extra, method = {"promoters": promoters, "detractors": detractors}, "multinomial"
    if "clusters" in cells.sums:
        value, low, high, extra["effective_n"] = stats.cluster_nps(promoters, detractors, n, *_cluster_parts(cells))
        method = "multinomial_cluster"
    else:
        value, low, high = stats.nps(promoters, detractors, n)
    result = _start(cells, value, n, low, high, method)
    result.numerator = promoters - detractors
    result.extra = extra
    return result


def _ratio(passport: Passport, cells: Cells, *_rest: Any) -> Numbers:
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


def _count(passport: Passport, cells: Cells, *_rest: Any) -> Numbers:
    n = cells.column("n")
    value, low, high = stats.poisson_interval(n)
    result = _start(cells, value, n, low, high, "poisson")
    result.numerator = n
    return result


def _median(passport: Passport, cells: Cells, spread: Spread | None, places: Any) -> Numbers:
    assert spread is not None
    n, value, low, high = (_placed(part, places, len(cells.keys)) for part in spread.quantile(passport.quantile))
    return _start(cells, value, np.nan_to_num(n), low, high, "order_statistics")


def _add_survival(result: Numbers, spread: Spread, places: np.ndarray) -> None:
    median, low, high = (_placed(part, places, len(result.keys)) for part in spread.survival)
    result.survival = median, low, high
    result.open_count = np.nan_to_num(_placed(spread.open_count, places, len(result.keys)))


def _placed(found: np.ndarray, places: np.ndarray, size: int) -> np.ndarray:
    """The numbers of a spread's groups in the order of the cells, NaN for the other cells."""
    result = np.full(size, np.nan)
    result[places] = found
    return result
