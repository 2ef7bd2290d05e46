"""Intervals of shares."""

from __future__ import annotations

from typing import Any

import numpy as np

from .normal import LEVEL, Array, divide, t_value, z_value


def wilson(successes: Any, n: Any, level: float = LEVEL) -> tuple[Array, Array]:
    """Return Wilson's score interval (low, high) of shares 0..1; NaN where n is 0. Wilson 1927, JASA 22:209-212.

    ``n`` may be an effective (fractional) size.

    >>> low, high = wilson(24, 30)
    >>> round(float(low), 3), round(float(high), 3)
    (0.627, 0.905)
    """
    n = np.asarray(n, float)
    share, z = divide(successes, n), z_value(level)
    safe = np.where(n > 0, n, np.nan)
    middle = (share + z**2 / (2 * safe)) / (1 + z**2 / safe)
    half = z / (1 + z**2 / safe) * np.sqrt(np.maximum(share * (1 - share), 0) / safe + z**2 / (4 * safe**2))
    # At 0 and n the bound is the edge itself; rounding must not leave a hair beyond it.
    low = np.where(share <= 0, 0.0, middle - half)
    high = np.where(share >= 1, 1.0, middle + half)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def newcombe(before: tuple[Any, Any], after: tuple[Any, Any], level: float = LEVEL) -> tuple[Array, Array, Array]:
    """Return (difference, low, high) of two shares, after minus before, each given as (successes, n).

    Newcombe 1998, Statistics in Medicine 17:873-890, method 10 (hybrid of two Wilson intervals).
    """
    p1, p2 = divide(*after), divide(*before)
    (l1, u1), (l2, u2) = wilson(*after, level), wilson(*before, level)
    difference = p1 - p2
    low = difference - np.sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2)
    high = difference + np.sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
    return difference, low, high


def cluster_wilson(
    successes: Any, n: Any, clusters: Any, sum_kk: Any, sum_kn: Any, sum_nn: Any, level: float = LEVEL
) -> tuple[Array, Array]:
    """Return Wilson's interval with the effective size that clustering leaves; arguments as ``effective_size``."""
    effective = effective_size(successes, n, clusters, sum_kk, sum_kn, sum_nn, level)
    return wilson(divide(successes, n) * effective, effective, level)


def effective_size(
    successes: Any, n: Any, clusters: Any, sum_kk: Any, sum_kn: Any, sum_nn: Any, level: float = LEVEL
) -> Array:
    """Return how many independent rows say as much about a share as the clustered ones (Korn and Graubard 1998,
    Survey Methodology 24:193-201).

    ``sum_kk``, ``sum_kn``, ``sum_nn`` are sums over clusters of k*k, k*n and n*n (k successes among n rows of the
    cluster). The linearised variance over clusters is set against p(1-p)/n and shrunk by ``for_few_clusters``; the
    effective n is never larger than n, and the number of clusters where all rows agree, since then the data cannot
    show how alike a cluster is.
    """
    n, clusters = np.asarray(n, float), np.asarray(clusters, float)
    share = divide(successes, n)
    spread = np.maximum(np.asarray(sum_kk, float) - 2 * share * sum_kn + share**2 * np.asarray(sum_nn, float), 0)
    variance = divide(clusters, clusters - 1) * divide(spread, n**2)
    simple = share * (1 - share)
    effective = np.minimum(n, divide(simple, variance) * for_few_clusters(clusters, level))
    effective = np.where((simple <= 0) | np.isnan(effective), np.minimum(n, clusters), effective)
    return np.where(clusters >= n, n, effective)


def for_few_clusters(clusters: Any, level: float = LEVEL) -> Array:
    """Return by what an effective size shrinks because its variance is known from few clusters: (z / t)^2, t with one
    degree of freedom fewer than clusters, so that an interval by z is as wide as one by t; NaN below two.

    >>> [round(float(for_few_clusters(clusters)), 3) for clusters in (3, 10, 100)]
    [0.208, 0.751, 0.976]
    """
    return (z_value(level) / t_value(np.asarray(clusters, float) - 1, level)) ** 2
