"""Net promoter score."""

from __future__ import annotations

from typing import Any

import numpy as np

from .normal import LEVEL, Array, divide, z_value
from .proportions import for_few_clusters, wilson


def cluster_nps(
    promoters: Any, detractors: Any, n: Any, clusters: Any, sum_yy: Any, sum_yn: Any, sum_nn: Any, level: float = LEVEL
) -> tuple[Array, Array, Array, Array]:
    """Return (score, low, high, effective n): as ``nps`` where one customer may have answered several times.

    The sums are over clusters of products of y (promoters less detractors) and n (answers) of the cluster. The variance
    over clusters is set against the multinomial one, as ``proportions.effective_size`` does for shares.
    """
    n, clusters = np.asarray(n, float), np.asarray(clusters, float)
    p, d = divide(promoters, n), divide(detractors, n)
    score = p - d
    spread = np.maximum(np.asarray(sum_yy, float) - 2 * score * sum_yn + score**2 * np.asarray(sum_nn, float), 0)
    variance = divide(clusters, clusters - 1) * divide(spread, n**2)
    simple = p + d - score**2
    effective = np.minimum(n, divide(simple, variance) * for_few_clusters(clusters, level))
    effective = np.where((simple <= 0) | np.isnan(effective), np.minimum(n, clusters), effective)
    effective = np.where(clusters >= n, n, effective)
    return *nps(p * effective, d * effective, effective, level), effective


def nps(promoters: Any, detractors: Any, n: Any, level: float = LEVEL) -> tuple[Array, Array, Array]:
    """Return (score, low, high) in points -100..100, from counts, by the multinomial variance p + d - (p - d)^2.

    Where all answers fall into one class that variance is 0 and would claim certainty; then the interval takes
    Wilson's bound on the share of the class and puts the rest where it hurts most.
    """
    n = np.asarray(n, float)
    p, d, z = divide(promoters, n), divide(detractors, n), z_value(level)
    score = p - d
    half = z * np.sqrt(divide(np.maximum(p + d - score**2, 0), n))
    low, high = score - half, score + half
    floor, _ = wilson(n, n, level)  # the least share the only class may have
    low = np.where(p == 1, 2 * floor - 1, np.where((p == 0) & (d == 0), floor - 1, low))
    high = np.where(d == 1, 1 - 2 * floor, np.where((p == 0) & (d == 0), 1 - floor, high))
    return 100 * score, 100 * np.maximum(low, -1), 100 * np.minimum(high, 1)
