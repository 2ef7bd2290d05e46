"""Trends: one indicator over its periods, with the limits of a control chart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from .. import stats
from ..home import Home
from .contracts import EVERYTHING, Passport, Point, Query, Result, Scope, Target
from .errors import IndicatorError
from .evaluate import Session, evaluate_on, open_session, with_query
from .passports import find
from .periods import bounds, is_over, keys_between, label, parse_label
from .targets import load_targets


def series(
    home: Home, indicator: str, query: Query, scope: Scope = EVERYTHING, *, engine: str = "duckdb"
) -> list[Point]:
    """Return one point a period (and group of ``query.by``), oldest first within each group.

    Periods without data between the first and the last are there with value None. Shares get p limits (Laney's where
    they vary more than chance), everything else individuals limits; a point is a signal beyond the limits or as the
    eighth in a row on one side. A period that is not over in the data is there, marked as running, and takes no part in
    centre, limits, runs and signals. ``query.period`` must be day, week, month, quarter or year.
    """
    home = home.then(query.known_at)
    with open_session(home, query, engine=engine) as session:
        return series_on(session, find(home, indicator), query, scope, targets=load_targets(home))


def series_on(
    session: Session, passport: Passport, query: Query, scope: Scope, *, targets: Sequence[Target] = ()
) -> list[Point]:
    """As ``series``, on a session."""
    if query.period not in ("day", "week", "month", "quarter", "year"):
        raise IndicatorError("no_series", name=passport.name, period=query.period)
    asked = with_query(query, indicators=(passport.name,))
    reached = session.reached(passport)
    today = reached.astimezone(session.zone).date() if reached else None
    return points_of(passport, evaluate_on(session, [passport], asked, scope, targets=targets), query.period, today)


def points_of(passport: Passport, results: Sequence[Result], kind: str, today: date | None) -> list[Point]:
    """Return one indicator's results by periods of a kind as the points of control charts, group after group.

    ``today``: the last day the facts reach; None when there are none.
    """
    groups: dict[tuple[Any, ...], dict[str, Result]] = defaultdict(dict)
    for result in results:
        groups[tuple(result.group.items())][result.period] = result
    labels = _labels(kind, results)
    return [point for group in groups.values()
            for point in _with_limits(passport, _filled(passport, group, labels), today)]


def _labels(kind: str, results: Sequence[Result]) -> list[str]:
    keys = [parse_label(result.period)[1] for result in results]
    if not keys:
        return []
    first, last = bounds(kind, min(keys))[0], bounds(kind, max(keys))[0]
    return [label(kind, key) for key in keys_between(kind, first, last)]


def _filled(passport: Passport, group: dict[str, Result], labels: Sequence[str]) -> list[Result]:
    model = next(iter(group.values()))
    return [group.get(name) or Result(passport.name, passport.version, name, model.group, None, 0, small=True,
                                      unit=passport.unit, as_of=model.as_of) for name in labels]


def _with_limits(passport: Passport, results: Sequence[Result], today: date | None) -> list[Point]:
    running = [today is not None and not is_over(bounds(*parse_label(result.period))[1], today) for result in results]
    values = np.array([np.nan if result.value is None or still else result.value
                       for result, still in zip(results, running)])
    if passport.aggregation == "rate":
        seen = ~np.isnan(values)
        k = np.array([result.numerator or 0.0 for result in results])
        limits = stats.p_chart(np.where(seen, k, 0), np.where(seen, [result.n for result in results], 0))
    else:
        limits = stats.xmr_chart(values, floor=None if passport.unit == "points" else 0.0)
    return [
        Point(result, running=True) if running[index] else
        Point(result, _known(limits.centre[index]), _known(limits.lower[index]), _known(limits.upper[index]),
              bool(limits.signal[index]), limits.chart)
        for index, result in enumerate(results)
    ]


def _known(number: Any) -> float | None:
    return None if np.isnan(number) else float(number)
