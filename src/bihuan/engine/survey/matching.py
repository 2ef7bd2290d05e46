"""CSAT, call-back score and inspection score of the same cases side by side, and how far they agree."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import duckdb
import numpy as np

from .. import stats
from .seen import EVERYBODY, Seen

SOURCES = ("csat", "callback", "inspection")
# A call-back's answer says so, or somebody of the staff wrote it down for the customer; the customer's own is the CSAT.
# All are brought to 0..100: ratings from their scale of 1 to 5, inspections from their points.
SCORES = """
    WITH answered AS (
        SELECT a."case" AS id, avg(a.value) FILTER (NOT called) AS csat, avg(a.value) FILTER (called) AS callback
        FROM (SELECT *, metric = 'callback' OR coalesce(entered_by, '') != '' AS called FROM answers) a
        WHERE a.metric IN ('csat', 'callback') AND coalesce(a.status, 'valid') = 'valid' AND a.value BETWEEN 1 AND 5
            AND a."case" IS NOT NULL AND {survey} AND {where} GROUP BY 1),
    inspected AS (
        SELECT "case" AS id, 100 * sum(score) / nullif(sum(max_score), 0) AS inspection
        FROM inspection_scores WHERE max_score > 0 GROUP BY 1)
    SELECT a.id AS "case", 25 * (a.csat - 1) AS csat, 25 * (a.callback - 1) AS callback, i.inspection
    FROM answered a LEFT JOIN inspected i USING (id)
    WHERE (a.csat IS NOT NULL)::INT + (a.callback IS NOT NULL)::INT + (i.inspection IS NOT NULL)::INT > 1
    ORDER BY 1"""


@dataclass(frozen=True)
class Scored:
    """Cases that two sources at least speak of; each score 0..100, NaN where there is none."""

    cases: tuple[str, ...]
    scores: dict[str, np.ndarray]


@dataclass(frozen=True)
class Agreement:
    """Two sources over the cases both speak of.

    ``difference``: second minus first with its interval. ``concordance``: Lin 1989, Biometrics 45, 1 when both give
    every case the same score. ``correlation`` is Spearman's: whether they order the cases alike.
    """

    first: str
    second: str
    n: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    concordance: float | None = None
    correlation: float | None = None


def read_scores(con: duckdb.DuckDBPyConnection, survey: str | None = None, seen: Seen = EVERYBODY) -> Scored:
    """Return the scores of the cases that a reader may see; of one survey's answers, or of all."""
    where, params = seen.condition("a")
    table = con.sql(SCORES.format(where=where, survey="true" if survey is None else "a.survey = ?"),
                    params=[*([survey] if survey is not None else []), *params]).to_arrow_table()
    return Scored(tuple(table["case"].to_pylist()),
                  {name: table[name].to_numpy().astype(float) for name in SOURCES})


def agreements(scored: Scored, minimum: int = 5) -> list[Agreement]:
    """Return how each two sources agree that have cases in common; without numbers below ``minimum`` cases."""
    return [found for one, two in combinations(SOURCES, 2)
            if (found := _agree(scored, one, two, max(minimum, 3))) is not None]


def _agree(scored: Scored, one: str, two: str, minimum: int) -> Agreement | None:
    x, y = scored.scores[one], scored.scores[two]
    both = ~np.isnan(x) & ~np.isnan(y)
    x, y, n = x[both], y[both], int(both.sum())
    if n == 0:
        return None
    if n < minimum:
        return Agreement(one, two, n)
    mean, low, high = (None if np.isnan(part) else float(part) for part in stats.mean_from_sums(
        n, (y - x).sum(), np.square(y - x).sum()))
    spread = x.var() + y.var() + (x.mean() - y.mean()) ** 2
    concordance = float(2 * np.cov(x, y, bias=True)[0, 1] / spread) if spread > 0 else None
    return Agreement(one, two, n, mean, low, high, concordance, _spearman(x, y))


def _spearman(x: np.ndarray, y: np.ndarray) -> float | None:
    a, b = _ranks(x), _ranks(y)
    return None if min(a.std(), b.std()) == 0 else float(np.corrcoef(a, b)[0, 1])


def _ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 0; equal values share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts + 1) / 2)[place]
