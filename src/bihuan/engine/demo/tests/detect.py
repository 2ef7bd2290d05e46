"""What a careful analyst would look for in any company, with the product's own scan and evaluation.

Reads a workspace and nothing of the generator. A question names indicators, a dimension and the smallest difference
that matters; the scan says which cells (an hour, a region, an agent ...) differ from the rest by more than chance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from scipy import stats

from bihuan.engine.facts import store
from bihuan.engine.home import Home
from bihuan.engine.indicators.contracts import Query
from bihuan.engine.indicators.evaluate import evaluate
from bihuan.engine.indicators.scan import scan

ALPHA = 0.01
SPIKE = 1.8                            # times the other products' complaints per order
IDLE_HOURS = 10


@dataclass(frozen=True)
class Question:
    """Which cells of ``by`` differ in ``indicator`` (where ``where`` holds) by at least ``matters``, for the worse?

    ``faster``: a shorter handling time than the rest is what is looked for.
    """

    indicator: str
    by: str
    matters: float
    where: str | None = None
    faster: bool = False


@dataclass(frozen=True)
class Finding:
    """A cell that is worse than the rest. ``mix``: at least half of it goes away at an equal mix of topics."""

    indicator: str
    by: str
    cell: str
    effect: float
    n: int
    mix: bool = False


QUESTIONS = (
    Question("pickup", "hour", 30, "channel = phone"),
    Question("abandonment", "hour", 0.08, "channel = phone"),
    Question("resolution_cycle", "region", 0.4 * 86_400, "kind = request and topic = '物流配送'"),
    Question("fcr", "region", 0.025),
    Question("fcr", "product", 0.04),
    Question("fcr", "unit", 0.05, "channel = phone"),
    Question("fcr", "agent", 0.03, "channel = phone and unit = T11"),
    Question("handle_time", "unit", 60, "channel = phone", faster=True),
    Question("human_answer_rate", "channel", 0.10, "channel in (online, wechat)"),
    Question("resolution_cycle", "agent", 0.7 * 86_400, "kind = request"),
    Question("csat_mean", "topic", 0.6),
    Question("complaint_rate", "topic", 0.06),
)


def find_all(home: Home) -> list[Finding]:
    """Return what is worse somewhere than elsewhere: cells, spikes of complaints, idle steps."""
    found = [finding for question in QUESTIONS for finding in _ask(home, question)]
    return [*found, *_spikes(home), *_idle_steps(home)]


def _ask(home: Home, question: Question) -> Iterable[Finding]:
    query = Query(indicators=(question.indicator,), where=question.where)
    for seen in scan(home, query, dimensions=(question.by,), alpha=ALPHA):
        wanted = seen.better if question.faster else not seen.better
        if wanted and abs(seen.effect) >= question.matters:
            yield Finding(seen.indicator, question.by, str(seen.group), seen.effect, seen.n, seen.explained_by_mix)


def _spikes(home: Home) -> Iterable[Finding]:
    """Complaints per order by product and month, against the other products of the month."""
    results = [result for result in evaluate(home, Query(("complaint_rate_order",), ("product",), "month"))
               if result.group["product"] is not None and result.value is not None]
    tests = []
    for result in results:
        others = [other for other in results if other.period == result.period and other is not result]
        complaints, rest = int(result.numerator or 0), int(sum(other.numerator or 0 for other in others))
        orders, ordered = result.n, sum(other.n for other in others)
        if complaints + rest and orders and ordered:
            p = stats.binomtest(complaints, complaints + rest, orders / (orders + ordered)).pvalue
            tests.append((result, complaints / orders / max(rest / ordered, 1e-9), complaints, float(p)))
    adjusted = stats.false_discovery_control([test[3] for test in tests]) if tests else []
    for (result, ratio, complaints, _), p in zip(tests, adjusted):
        if p < ALPHA and ratio >= SPIKE:
            yield Finding("complaint_rate_order", "product", str(result.group["product"]), ratio, complaints)


def _idle_steps(home: Home) -> Iterable[Finding]:
    """Steps that wait long for nobody outside: no pause is stated and the ticket is not yet solved."""
    table = store.connect(home).execute(f"""
        WITH told AS (
            SELECT "case", activity, kind, lead(activity) OVER w AS next, lead(kind) OVER w AS next_kind,
                   epoch(lead(e."at") OVER w) - epoch(e."at") AS waited
            FROM events e WHERE origin IS DISTINCT FROM 'stamp' WINDOW w AS (PARTITION BY "case" ORDER BY e."at", seq)
        )
        SELECT activity || ' → ' || next, count(*), median(waited) / 3600 FROM told
        WHERE kind NOT IN ('pending', 'resolved', 'closed') AND next_kind NOT IN ('resumed', 'reopened')
        GROUP BY ALL HAVING count(*) >= 40 AND median(waited) > {IDLE_HOURS * 3600}""").fetchall()
    for edge, count, hours in table:
        yield Finding("idle", "step", edge, hours, count)


def change_in_fcr(home: Home, *, unit: str, against: str, since: date, where: str) -> tuple[float, float]:
    """Return the change of a team's first contact resolution at a date beyond that of another team, and its z."""
    query = Query(indicators=("fcr",), by=("unit",), where=where)
    late, early = (
        {result.group["unit"]: result for result in evaluate(home, Query(
            query.indicators, query.by, "all", start, end, where))}
        for start, end in ((since, None), (None, since - timedelta(days=1)))
    )
    effect = variance = 0.0
    for name, sign in ((unit, 1), (against, -1)):
        for results, side in ((late, 1), (early, -1)):
            result = results[name]
            assert result.value is not None
            rate = (result.numerator or 0) / result.n
            effect += sign * side * rate
            variance += rate * (1 - rate) / result.n
    return effect, effect / math.sqrt(variance)


def change_of_season(home: Home) -> float | None:
    """Return how much more the sale weeks of June or November grew in a year than the other weeks (logarithm).

    None when no sale lies in the data twice. A season comes again and grows like the rest: near 0.
    """
    days = {date.fromisoformat(result.period): result.n
            for result in evaluate(home, Query(("contact_volume",), (), "day"))}
    sums = {True: [0, 0, 0], False: [0, 0, 0]}
    for day, count in days.items():
        later = days.get(day + timedelta(days=364))
        if later is not None:
            in_sale = (day.month == 6 and 10 <= day.day <= 24) or (day.month == 11 and 6 <= day.day <= 20)
            sums[in_sale] = [total + more for total, more in zip(sums[in_sale], (1, count, later))]
    if min(sums[True][0], sums[False][0]) < 10:
        return None
    growth = {sale: math.log(after / before) for sale, (_, before, after) in sums.items()}
    return growth[True] - growth[False]
