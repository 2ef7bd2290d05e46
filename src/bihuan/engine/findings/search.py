"""The whole search over a workspace, step by step, so that whoever runs it can show how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from ..indicators.contracts import EVERYTHING, Passport, Point, Query, Result, Target
from ..indicators.evaluate import Session, evaluate_on
from ..indicators.periods import bounds, key_of, label, latest_over
from ..indicators.series import points_of
from .cells import echoes, worse_cells
from .contracts import Spotted, Tally
from .judge import band_drops, below_target, out_of_control
from .spikes import BASE_WEEKS, YEAR_WEEKS, spikes

MONTHS, WEEKS = 6, 26                    # how far a search looks back
HISTORY_MONTHS = 24
CELL_MONTHS = 6
SPIKED = (("complaint_volume", "product"), ("complaint_volume", "topic"), ("contact_volume", "product"),
          ("contact_volume", "topic"))
CUTS: tuple[tuple[str, ...], ...] = ((), ("team",), ("channel",))
# Families whose numbers describe the load, not how well it is served.
LOAD = frozenset({"volume"})
STEPS = ("below_target", "band_drop", "out_of_control", "spike", "worse_cell")


@dataclass(frozen=True)
class Stage:
    """What one step of the search came to."""

    step: str
    found: list[Spotted]
    tally: Tally


def search(session: Session, passports: Mapping[str, Passport], targets: Sequence[Target], *, today: date
           ) -> Iterator[Stage]:
    """Yield the steps of the search. ``today`` is the last day the facts reach; unfinished periods are left out.

    Nothing is ever grouped by agent: who serves is not the culprit of a policy, a roster or chance.
    """
    judged = {name: one for name, one in passports.items() if one.direction != "none" and one.family not in LOAD}
    months = finished("month", today, MONTHS)
    first = bounds("month", key_of("month", today))[0]
    start = _months_back(first, HISTORY_MONTHS)
    cut = [_cells(session, judged, by, start, today, targets) for by in CUTS]
    results = [cut[0], *(_not_the_whole(part, cut[0]) for part in cut[1:])]
    once = {name: one for name, one in judged.items() if name not in echoes()}
    ripe = frozenset(sorted(months)[:-1])
    yield Stage("below_target", *below_target(_ripe(chain(*results), judged, months, ripe), judged, periods=months))
    told = [[one for one in part if one.indicator in once] for part in results]
    yield Stage("band_drop", *band_drops(_ripe(chain(*told), judged, months, ripe), judged, periods=months))
    series = [points for part in told for points in _series(judged, _ripe(part, judged, months, ripe), today)]
    yield Stage("out_of_control", *out_of_control(series, judged, periods=months))
    yield _spiked(session, passports, today)
    yield Stage("worse_cell", *_worse(session, passports, today))


def _ripe(results: Iterable[Result], passports: Mapping[str, Passport], months: frozenset[str], ripe: frozenset[str]
          ) -> list[Result]:
    """Leave the newest month out of indicators that count open work: what came in last week cannot be closed yet."""
    return [one for one in results
            if passports[one.indicator].open_cases != "counted" or one.period not in months or one.period in ripe]


def _not_the_whole(part: Sequence[Result], totals: Sequence[Result]) -> list[Result]:
    """Leave out cells that hold all rows of their period: they are the total once more."""
    whole = {(one.indicator, one.period): one.n for one in totals}
    return [one for one in part if one.n < whole.get((one.indicator, one.period), 0)]


def _cells(session: Session, passports: Mapping[str, Passport], by: tuple[str, ...], start: date, end: date,
           targets: Sequence[Target]) -> list[Result]:
    query = Query((), by, "month", start, end)
    return evaluate_on(session, list(passports.values()), query, EVERYTHING, targets=targets)


def _series(passports: Mapping[str, Passport], results: Sequence[Result], today: date) -> list[list[Point]]:
    """Return the control charts of one cut, a list a group."""
    by_name: dict[str, list[Result]] = {}
    for result in results:
        by_name.setdefault(result.indicator, []).append(result)
    found: list[list[Point]] = []
    for name, cells in by_name.items():
        groups: dict[tuple[tuple[str, str | None], ...], list[Point]] = {}
        for point in points_of(passports[name], cells, "month", today):
            groups.setdefault(tuple(point.result.group.items()), []).append(point)
        found += groups.values()
    return found


def _spiked(session: Session, passports: Mapping[str, Passport], today: date) -> Stage:
    weeks = finished("week", today, WEEKS)
    start = today - timedelta(days=7 * (WEEKS + max(BASE_WEEKS, YEAR_WEEKS) + 2))
    totals = {one.period: one.n for one in evaluate_on(
        session, [passports["contact_volume"]], Query((), (), "week", start, today), EVERYTHING)}
    found: list[Spotted] = []
    tally = Tally()
    for name, by in SPIKED:
        results = evaluate_on(session, [passports[name]], Query((), (by,), "week", start, today), EVERYTHING)
        told, counted = spikes(results, totals, passports[name], periods=weeks)
        found += told
        tally += counted
    return Stage("spike", found, tally)


def _worse(session: Session, passports: Mapping[str, Passport], today: date) -> tuple[list[Spotted], Tally]:
    last = latest_over("month", today)
    start, end = bounds("month", last - CELL_MONTHS + 1)[0], bounds("month", last)[1]
    return worse_cells(session, passports, start=start, end=end)


def finished(kind: str, today: date, count: int) -> frozenset[str]:
    """Return the labels of the last ``count`` periods that are over when the facts reach ``today``.

    >>> sorted(finished("month", date(2026, 3, 31), 2)), sorted(finished("month", date(2026, 4, 1), 2))
    (['2026-01', '2026-02'], ['2026-02', '2026-03'])
    """
    last, step = latest_over(kind, today), 7 if kind == "week" else 1
    return frozenset(label(kind, last - step * back) for back in range(count))


def _months_back(day: date, months: int) -> date:
    key = key_of("month", day) - months
    return bounds("month", key)[0]
