"""The process as it ran: what the map and its tables show, within one person's reach."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np

from bihuan.core import workspace
from bihuan.core.colleagues import OTHERS, named_to, others_label, shown
from bihuan.core.models import User
from bihuan.core.rights import scope_of
from bihuan.engine.indicators.contracts import Scope
from bihuan.engine.process.behind import path_key
from bihuan.engine.process.comparing import EdgeChange, FollowUp, compare_edges, same_follow_up
from bihuan.engine.process.graph import describe
from bihuan.engine.process.log import EventIndex
from bihuan.engine.process.measures import handovers, rework, throughput
from bihuan.engine.process.picture import Picture, bottlenecks, draw
from bihuan.engine.stats.proportions import wilson
from bihuan.engine.stats.quantiles import quantile_ranks
from bihuan.loop.evaluate.indicators.queries import engine
from bihuan.loop.evaluate.indicators.queries.names import names_of

from ..contracts import State
from ..rights import VIEW
from .address import span_before
from .log import clock_of, index_of, kept

MOST_VARIANTS = 100


@dataclass(frozen=True)
class Measured:
    """A share of ``n`` with Wilson's interval."""

    count: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.count / self.n


@dataclass(frozen=True)
class Variant:
    key: str
    path: tuple[str, ...]
    share: Measured
    together: float                      # share of this path and all more frequent ones


@dataclass(frozen=True)
class Through:
    """Seconds from first to last event; the median with the interval of its order statistics."""

    median_s: float | None
    low_s: float | None
    high_s: float | None
    mean_s: float | None
    p90_s: float | None


@dataclass(frozen=True)
class Map:
    """``withheld``: fewer cases than may be told. ``found`` is what ``describe`` returns."""

    withheld: bool
    minimum: int
    cases: int = 0
    events: int = 0
    variants: tuple[Variant, ...] = ()
    all_variants: int = 0
    found: dict[str, Any] | None = None
    through: Through | None = None
    ranked: tuple[dict[str, Any], ...] = ()


def measured(count: int, n: int) -> Measured:
    low, high = wilson(count, n)
    return Measured(count, n, float(low), float(high))


def map_of(user: User, state: State) -> Map:
    """Return the numbers of a state; lists leave out what fewer cases than the workspace's minimum have."""
    scope = scope_of(user, VIEW)
    plain = state.with_(arrows=0, before_start=None, before_end=None)
    return kept(("map", plain, scope), lambda: _map(index_of(state, scope), state, scope))


def _map(index: EventIndex, state: State, scope: Scope) -> Map:
    cases = len(index.cases)
    if cases and cases < scope.minimum_n:
        return Map(True, scope.minimum_n)
    found = describe(index, top=None, seconds=clock_of(state), minimum=scope.minimum_n, intervals=True)
    paths, told = [], 0
    for one in found["variants"][:MOST_VARIANTS]:
        told += one["count"]
        path = tuple(one["path"])
        paths.append(Variant(path_key(path), path, measured(one["count"], cases), told / cases))
    return Map(False, scope.minimum_n, cases, index.events, tuple(paths), len(found["variants"]), found,
               _through(index), tuple(bottlenecks(found)))


def picture_of(user: User, state: State) -> Picture | None:
    """Return the drawing of a state's most frequent arrows; None where there is nothing to draw."""
    page = map_of(user, state)
    if page.found is None or not page.cases:
        return None
    scope = scope_of(user, VIEW)
    return kept(("picture", state, scope), lambda: draw(index_of(state, scope), page.found, arrows=state.arrows))


def _through(index: EventIndex) -> Through:
    found = throughput(index)
    seconds = np.sort((index.at[index.starts[1:] - 1] - index.at[index.starts[:-1]]) / 1_000_000)
    low, high = (int(rank) for rank in quantile_ranks(len(seconds)))
    return Through(found["median_s"], float(seconds[low - 1]) if low else None,
                   float(seconds[high - 1]) if high else None, found["mean_s"], found["p90_s"])


@dataclass(frozen=True)
class Again:
    activity: str
    loops: int
    repeats: int
    cases: Measured


@dataclass(frozen=True)
class Handover:
    giver: str
    taker: str
    names: tuple[str, str]
    count: int


@dataclass(frozen=True)
class Rework:
    again: tuple[Again, ...]
    handovers: tuple[Handover, ...]
    with_handover: Measured | None
    total: int


def rework_of(user: User, state: State) -> Rework | None:
    """Return what came again and who handed over to whom; None where too few cases may be told."""
    scope, page = scope_of(user, VIEW), map_of(user, state)
    if page.withheld or not page.cases:
        return None

    def compute() -> Rework:
        index = index_of(state, scope)
        again = tuple(Again(row["activity"], row["loops"], row["repeats"], measured(row["cases"], page.cases))
                      for row in rework(index) if row["cases"] >= scope.minimum_n)
        passed, names = handovers(index), {**names_of("agent"), OTHERS: others_label()}
        pairs = tuple(Handover(*pair, (names.get(pair[0], pair[0]), names.get(pair[1], pair[1])), count)
                      for pair, count in _told(passed["pairs"], named_to(scope))[:200] if count >= scope.minimum_n)
        told = passed["cases"] >= scope.minimum_n
        return Rework(again, pairs, measured(passed["cases"], page.cases) if told else None, passed["total"])

    return kept(("rework", state.with_(arrows=0), scope), compute)


def _told(pairs: list[dict[str, Any]], named: frozenset[str] | None) -> list[tuple[tuple[str, str], int]]:
    """Return who handed over to whom how often, the most frequent first; those who may not be named as one."""
    counts: Counter[tuple[str, str]] = Counter()
    for row in pairs:
        counts[shown(row["from"], named), shown(row["to"], named)] += row["count"]
    return counts.most_common()


@dataclass(frozen=True)
class Comparison:
    before: int
    after: int
    withheld: bool
    seen: FollowUp
    changes: tuple[EdgeChange, ...] = ()


def comparison_of(user: User, state: State, *, where: str = "") -> Comparison | None:
    """Return the arrows of two periods side by side; None until the address names the other period.

    ``where`` narrows both to the cases of one process.

    Every case is seen for the same time after it began; those that began too late for it are counted and left out.
    """
    if not (state.before_start or state.before_end):
        return None
    scope = scope_of(user, VIEW)

    def compute() -> Comparison:
        after = index_of(state, scope, also=where)
        before = index_of(state, scope, span_before(state), also=where)
        before, after, seen = same_follow_up(before, after, *_ends(state))
        sizes = len(before.cases), len(after.cases)
        if any(0 < size < scope.minimum_n for size in sizes):
            return Comparison(*sizes, True, seen)
        return Comparison(*sizes, False, seen, tuple(compare_edges(
            before, after, clock_of(state), minimum=scope.minimum_n)))

    return kept(("comparison", state.with_(arrows=0), scope, where), compute)


def _ends(state: State) -> tuple[int, int]:
    """Return until when the cases of after and of before are looked at, in microseconds: the data's end.

    Where something changed between both, those of before until it did, and those of after as long: so both sides lose
    the same weekdays at their end.
    """
    latest = engine.as_of()
    reached = int(latest.timestamp() * 1e6) if latest else 0
    change, end, before = state.change, state.end, state.before_end
    if change is None or end is None or before is None or not before < change <= (state.start or change):
        return reached, reached
    return min(reached, _midnight(end + timedelta(days=1))), min(reached, _midnight(change))


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), workspace.zone()).timestamp() * 1e6)
