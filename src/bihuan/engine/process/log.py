"""The process index: the events of a workspace as sorted integer arrays, one slice a case.

Which events count: those a source logged (``origin`` "log"); a source that logged none is read from the events
made of its time stamps (origin "stamp"). Order inside a case: time, then ``seq`` (the order in the file), then the
natural order of the kinds (queued before abandoned: stamps of one second have no order of their own), then the
activity's name, so that two runs and two engines agree on ties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .. import stopping
from ..facts.lake import literal
from ..facts.schema import EVENT_KINDS, NOT_DONE

BATCH = 250_000      # events turned into codes together
TOGETHER = 100_000   # cases that are looked at together
FEW = 1 << 14        # names whose codes are kept in 16 bits, with room to count on
ORDER = ("activity", "rank", "seq", "at", "case")   # events are in this order, by the last name first
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

    def parts(self, cases: int = TOGETHER) -> Iterator[EventIndex]:
        """Yield the index a few cases at a time: what is made of all events at once would take gigabytes."""
        for first in range(0, len(self.cases), cases):
            stopping.check()
            starts = self.starts[first:first + cases + 1]
            events = slice(starts[0], starts[-1])
            yield replace(self, cases=self.cases.slice(first, cases), starts=starts - starts[0],
                          activity=self.activity[events], at=self.at[events], actor=self.actor[events])

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
    room = connection.execute("SELECT count(*) FROM events").fetchall()[0][0]
    if cases is None:
        return _encoded(connection.sql(_query(connection, people)).to_arrow_reader(BATCH), room, people)
    connection.register("chosen_cases", pa.table({"case": cases}))
    try:
        only = 'AND "case" IN (SELECT "case" FROM chosen_cases)'
        return _encoded(connection.sql(_query(connection, people, only)).to_arrow_reader(BATCH), room, people)
    finally:
        connection.unregister("chosen_cases")


def _query(connection: duckdb.DuckDBPyConnection, people: bool, only: str = "") -> str:
    """The events that count; the few sources without a log are named: a join with them is built of all events."""
    silent = [row[0] for row in connection.execute(SILENT).fetchall()]
    named = "".join(f" OR source {f'= {literal(one)}' if one is not None else 'IS NULL'}" for one in silent)
    return READ.format(only=only, kinds=list(EVENT_KINDS), last=len(EVENT_KINDS) + 1, not_done=NOT_DONE, silent=named,
                       people=", actor, actor_kind" if people else "")


def _encoded(batches: Iterable[pa.RecordBatch], room: int, people: bool) -> Events:
    """Turn batches into codes as they come: the texts of all events at once would take most of the memory."""
    cases, activities, actors = Runs(), Names(room), Names(room)
    at, seq, rank = Numbers(room, np.int64), Numbers(room, np.int32), Numbers(room, np.int8)
    for batch in batches:
        stopping.check()
        cases.add(batch["case"])
        activities.add(batch["activity"])
        if people:
            actors.add(_agents_only(batch))
        at.add(batch["at"].cast(pa.timestamp("us")).cast(pa.int64()).to_numpy(zero_copy_only=False))
        seq.add(batch["seq"].to_numpy(zero_copy_only=False))
        rank.add(batch["rank"].to_numpy(zero_copy_only=False))
    case, ids = cases.codes()
    activity, names = activities.codes()
    actor, agents = actors.codes() if people else (np.broadcast_to(np.int32(-1), case.shape), ())
    return Events(case, ids, at.all(), seq.all(), rank.all(), activity, names, actor, agents)


def build_index(events: Events) -> EventIndex:
    """Sort events into an index; none give an index of no case."""
    columns = {name: getattr(events, name) for name in (*ORDER, *(["actor"] if events.actors else []))}
    texts, nobody = (events.cases, events.activities, events.actors), events.actor
    del events  # where nobody else has them, each column is freed as soon as it is sorted
    _sort(columns)
    case = columns["case"]
    heads = np.flatnonzero(np.append(True, case[1:] != case[:-1])[:len(case)])
    return EventIndex(
        cases=texts[0].take(pa.array(case[heads])), starts=np.append(heads, len(case)), activity=columns["activity"],
        activities=texts[1], at=columns["at"], actor=columns.get("actor", nobody), actors=texts[2],
    )


def _sort(columns: dict[str, np.ndarray]) -> None:
    """Put new columns that are in ``ORDER`` in place of those that are not.

    Logs come nearly sorted by case or by time: a stable sort takes the order that is there, and only cases whose
    events are out of time, and events of one time, are sorted again.
    """
    case = columns["case"]
    if (case[1:] < case[:-1]).any():
        order = np.argsort(case, kind="stable")
        for name in columns:
            columns[name] = columns[name][order]
        del order
    rows = _unsorted(columns["case"], columns["at"])
    part = rows[np.lexsort([columns[name][rows] for name in ORDER])]
    for name in columns if len(rows) else ():
        values = columns[name][part]
        columns[name] = columns[name].copy()
        columns[name][rows] = values


def _unsorted(case: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The events, sorted by case, that are not in order yet: all of a case out of time, and those of one moment."""
    same = case[1:] == case[:-1]
    ahead = case[1:][same & (at[1:] < at[:-1])]
    chosen = np.zeros(len(case), dtype=bool)
    if len(ahead):
        wrong = np.zeros(int(case[-1]) + 1, dtype=bool)
        wrong[ahead] = True
        chosen |= wrong[case]
    same &= at[1:] == at[:-1]
    chosen[1:] |= same
    chosen[:-1] |= same
    return np.flatnonzero(chosen)


class Numbers:
    """A column of numbers that comes in batches and of which there are at most ``room``: what is not filled costs
    nothing. Narrow numbers become wide when they have to.
    """

    def __init__(self, room: int, kind: type[np.signedinteger[Any]]) -> None:
        self._values, self._count = np.empty(room, kind), 0

    def add(self, values: np.ndarray) -> None:
        kind = np.iinfo(self._values.dtype)
        if values.dtype.itemsize > self._values.itemsize and len(values) and (
                values.max() > kind.max or values.min() < kind.min):
            self._values = self._values.astype(np.int64)
        self._values[self._count:self._count + len(values)] = values
        self._count += len(values)

    def all(self) -> np.ndarray:
        return self._values[:self._count]


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
        found = pa.chunked_array(self._values, pa.string()).dictionary_encode()
        self._values.clear()
        pa.default_memory_pool().release_unused()   # the texts were there three times
        codes = Numbers(sum(int(lengths.sum()) for lengths in self._lengths), np.int32)
        for chunk, lengths in zip(found.chunks, self._lengths):
            codes.add(np.repeat(chunk.indices.to_numpy(), lengths))
        return codes.all(), found.chunk(0).dictionary if found.num_chunks else pa.array([], pa.string())


class Names:
    """Codes of a text column of few different words that comes in batches."""

    def __init__(self, room: int) -> None:
        self._known: dict[str | None, int] = {None: -1}
        self._codes = Numbers(room, np.int16)

    def add(self, column: pa.Array) -> None:
        encoded = column.dictionary_encode(null_encoding="encode")
        places = [self._known.setdefault(name, len(self._known) - 1) for name in encoded.dictionary.to_pylist()]
        self._codes.add(np.array(places, dtype=np.int32)[encoded.indices.to_numpy(zero_copy_only=False)])

    def codes(self) -> tuple[np.ndarray, tuple[str, ...]]:
        """Return codes whose numeric order is the order of the names (null: -1), and the names."""
        names = sorted(name for name in self._known if name is not None)
        kind = np.int16 if len(names) < FEW else np.int32
        rank = np.full(len(names) + 1, -1, dtype=kind)   # the last place is that of -1
        rank[[self._known[name] for name in names]] = np.arange(len(names), dtype=kind)
        return rank[self._codes.all()], tuple(names)


def _agents_only(events: pa.RecordBatch) -> pa.Array:
    """Return the actors with customers, bots and systems blanked: only people hand work over."""
    person = pc.fill_null(pc.equal(events["actor_kind"], "agent"), True)
    return pc.if_else(person, events["actor"], pa.scalar(None, pa.string()))
