"""The process index: the events of a workspace as sorted integer arrays, one slice a case.

Which events count: those a source logged (``origin`` "log"); a source that logged none is read from the events
made of its time stamps (origin "stamp"). Order inside a case: time, then ``seq`` (the order in the file), then the
natural order of the kinds (queued before abandoned: stamps of one second have no order of their own), then the
activity's name, so that two runs and two engines agree on ties.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..facts.lake import literal
from ..facts.schema import EVENT_KINDS, NOT_DONE

BATCH = 250_000      # events turned into codes together
SILENT = "SELECT source FROM events GROUP BY source HAVING NOT bool_or(coalesce(origin, 'log') = 'log')"
READ = """
SELECT "case", "at", coalesce(seq, 0) AS seq, coalesce(list_position({kinds}, kind), {last}) AS rank, activity{people}
FROM events WHERE (coalesce(origin, 'log') = 'log'{silent}) AND activity NOT IN {not_done} {only}
"""


@dataclass(frozen=True)
class EventIndex:
    """Events sorted by case, time, seq, kind, activity.

    ``starts`` has one entry a case plus the end: the events of case ``i`` are ``starts[i]:starts[i + 1]``.
    ``activity`` holds codes into ``activities`` (sorted names), ``at`` microseconds since 1970 UTC, ``actor`` codes
    into ``actors`` (-1: not an agent, or unknown). ``cases`` are the case ids in the order of ``starts``.
    """

    cases: pa.Array
    starts: np.ndarray
    activity: np.ndarray
    activities: tuple[str, ...]
    at: np.ndarray
    actor: np.ndarray
    actors: tuple[str, ...]

    @property
    def events(self) -> int:
        return len(self.activity)

    @property
    def steps(self) -> np.ndarray:
        """Positions of the events that have a follower inside their case (int64)."""
        inner = np.ones(self.events, dtype=bool)
        inner[self.starts[1:] - 1] = False
        return np.flatnonzero(inner)

    def case_of(self, positions: np.ndarray) -> np.ndarray:
        """Return for each event position the number of its case (index into ``cases``)."""
        return np.searchsorted(self.starts, positions, side="right") - 1


@dataclass(frozen=True)
class Events:
    """Events in no particular order, texts as codes; see ``EventIndex``. ``seq`` and ``rank`` order equal times."""

    case: np.ndarray
    cases: pa.Array
    at: np.ndarray
    seq: np.ndarray
    rank: np.ndarray
    activity: np.ndarray
    activities: tuple[str, ...]
    actor: np.ndarray
    actors: tuple[str, ...]


def read_events(
    connection: duckdb.DuckDBPyConnection, cases: pa.Array | None = None, *, people: bool = True
) -> Events:
    """Read the events that count; ``cases`` None reads those of all cases.

    Without ``people`` nobody's name is read: enough for the map, the variants and the waits.
    """
    if cases is None:
        return _encoded(connection.sql(_query(connection, people)).to_arrow_reader(BATCH), people)
    connection.register("chosen_cases", pa.table({"case": cases}))
    try:
        only = 'AND "case" IN (SELECT "case" FROM chosen_cases)'
        return _encoded(connection.sql(_query(connection, people, only)).to_arrow_reader(BATCH), people)
    finally:
        connection.unregister("chosen_cases")


def _query(connection: duckdb.DuckDBPyConnection, people: bool, only: str = "") -> str:
    """The events that count; the few sources without a log are named: a join with them is built of all events."""
    silent = [row[0] for row in connection.execute(SILENT).fetchall()]
    named = "".join(f" OR source {f'= {literal(one)}' if one is not None else 'IS NULL'}" for one in silent)
    return READ.format(only=only, kinds=list(EVENT_KINDS), last=len(EVENT_KINDS) + 1, not_done=NOT_DONE, silent=named,
                       people=", actor, actor_kind" if people else "")


def _encoded(batches: Iterable[pa.RecordBatch], people: bool) -> Events:
    """Turn batches into codes as they come: the texts of all events at once would take most of the memory."""
    cases, activities, actors = Runs(), Names(), Names()
    numbers: dict[str, list[np.ndarray]] = {"at": [], "seq": [], "rank": []}
    for batch in batches:
        cases.add(batch["case"])
        activities.add(batch["activity"])
        if people:
            actors.add(_agents_only(batch))
        numbers["at"].append(batch["at"].cast(pa.timestamp("us")).cast(pa.int64()).to_numpy(zero_copy_only=False))
        numbers["seq"].append(_narrow(batch["seq"].to_numpy(zero_copy_only=False)))
        numbers["rank"].append(batch["rank"].to_numpy(zero_copy_only=False).astype(np.int8))
    case, ids = cases.codes()
    activity, names = activities.codes()
    actor, agents = actors.codes() if people else (np.full(len(case), -1, dtype=np.int32), ())
    at, seq, rank = (_joined(numbers.pop(name)) for name in ("at", "seq", "rank"))
    return Events(case, ids, at, seq, rank, activity, names, actor, agents)


def build_index(events: Events) -> EventIndex:
    """Sort events into an index; none give an index of no case."""
    order = _order(events.case, events.at, (events.activity, events.rank, events.seq))
    case = events.case[order]
    heads = np.flatnonzero(np.diff(case, prepend=-1))
    return EventIndex(
        cases=events.cases.take(pa.array(case[heads])), starts=np.append(heads, len(case)),
        activity=events.activity[order], activities=events.activities, at=events.at[order],
        actor=events.actor[order], actors=events.actors,
    )


def _order(case: np.ndarray, at: np.ndarray, ties: tuple[np.ndarray, ...]) -> np.ndarray:
    """Return the sorting permutation: by case, time and, among equal times, ``ties``, the last one first.

    Logs come nearly sorted by case or by time: a stable sort takes the order that is there, and only cases whose
    events are out of time are sorted again.
    """
    order = np.argsort(case, kind="stable")
    sorted_case, sorted_at = case[order], at[order]
    ahead = np.flatnonzero((np.diff(sorted_case) == 0) & (np.diff(sorted_at) < 0))
    if len(ahead):
        unsorted = np.zeros(int(case.max()) + 1, dtype=bool)
        unsorted[sorted_case[ahead]] = True
        touched = np.flatnonzero(unsorted[sorted_case])
        part = order[touched]
        order[touched] = part[np.lexsort((at[part], case[part]))]
        sorted_at = at[order]
    tied = np.flatnonzero((np.diff(sorted_case) == 0) & (np.diff(sorted_at) == 0))
    if len(tied) == 0:
        return order
    touched = np.union1d(tied, tied + 1)
    part = order[touched]
    order[touched] = part[np.lexsort((*(key[part] for key in ties), at[part], case[part]))]
    return order


class Runs:
    """Codes of a text column that comes in batches and whose neighbours are often equal: each run is looked up once."""

    def __init__(self) -> None:
        self._values: list[pa.Array] = []
        self._lengths: list[np.ndarray] = []

    def add(self, column: pa.Array) -> None:
        runs = pc.run_end_encode(column)
        self._values.append(runs.values)
        self._lengths.append(np.diff(runs.run_ends.to_numpy(), prepend=0))

    def codes(self) -> tuple[np.ndarray, pa.Array]:
        """Return codes in the order of first appearance, and the texts."""
        found = pa.chunked_array(self._values, pa.string()).combine_chunks().dictionary_encode()
        self._values.clear()
        return np.repeat(found.indices.to_numpy(zero_copy_only=False), _joined(self._lengths)), found.dictionary


class Names:
    """Codes of a text column of few different words that comes in batches."""

    def __init__(self) -> None:
        self._known: dict[str | None, int] = {None: -1}
        self._parts: list[np.ndarray] = []

    def add(self, column: pa.Array) -> None:
        encoded = column.dictionary_encode(null_encoding="encode")
        places = [self._known.setdefault(name, len(self._known) - 1) for name in encoded.dictionary.to_pylist()]
        self._parts.append(np.array(places, dtype=np.int32)[encoded.indices.to_numpy(zero_copy_only=False)])

    def codes(self) -> tuple[np.ndarray, tuple[str, ...]]:
        """Return codes whose numeric order is the order of the names (null: -1), and the names."""
        names = sorted(name for name in self._known if name is not None)
        rank = np.full(len(names) + 1, -1, dtype=np.int32)   # the last place is that of -1
        rank[[self._known[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        codes = _joined(self._parts)
        self._parts.clear()
        return rank[codes], tuple(names)


def _narrow(values: np.ndarray) -> np.ndarray:
    """The numbers in half the room where all of them fit."""
    return values.astype(np.int32) if np.abs(values).max(initial=0) < 2**31 else values


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.array([], dtype=np.int64)


def _agents_only(events: pa.RecordBatch) -> pa.Array:
    """Return the actors with customers, bots and systems blanked: only people hand work over."""
    person = pc.fill_null(pc.equal(events["actor_kind"], "agent"), True)
    return pc.if_else(person, events["actor"], pa.scalar(None, pa.string()))
