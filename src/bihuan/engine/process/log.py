"""The process index: the events of a workspace as sorted integer arrays, one slice a case.

Which events count: those a source logged (``origin`` "log"); a source that logged none is read from the events
made of its time stamps (origin "stamp"). Order inside a case: time, then ``seq`` (the order in the file), then the
natural order of the kinds (queued before abandoned: stamps of one second have no order of their own), then the
activity's name, so that two runs and two engines agree on ties.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..facts.schema import EVENT_KINDS

READ = """
with logged as (select source, bool_or(coalesce(origin, 'log') = 'log') as has_log from events group by source)
select e."case", e.at, coalesce(e.seq, 0) as seq, coalesce(list_position({kinds}, e.kind), {last}) as rank,
    e.activity{people}
from events e join logged l on l.source is not distinct from e.source
where (not l.has_log or coalesce(e.origin, 'log') = 'log') {only}
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


def read_events(
    connection: duckdb.DuckDBPyConnection, cases: pa.Array | None = None, *, people: bool = True
) -> pa.Table:
    """Read the columns of READ of the events that count; ``cases`` None reads all of them.

    Without ``people`` nobody's name is read: enough for the map, the variants and the waits.
    """
    if cases is None:
        return connection.sql(_query(people)).to_arrow_table()
    connection.register("chosen_cases", pa.table({"case": cases}))
    try:
        only = 'and e."case" in (select "case" from chosen_cases)'
        return connection.sql(_query(people, only)).to_arrow_table()
    finally:
        connection.unregister("chosen_cases")


def _query(people: bool, only: str = "") -> str:
    return READ.format(only=only, kinds=list(EVENT_KINDS), last=len(EVENT_KINDS) + 1,
                       people=", e.actor, e.actor_kind" if people else "")


def build_index(events: pa.Table) -> EventIndex:
    """Sort the table of ``read_events`` into an index; an empty table gives an index of no case."""
    case, cases = _run_codes(events["case"])
    activity, names = _sorted_codes(events["activity"])
    actor, actors = _people(events)
    at = events["at"].combine_chunks().cast(pa.timestamp("us")).cast(pa.int64()).to_numpy(zero_copy_only=False)
    seq = events["seq"].combine_chunks().to_numpy(zero_copy_only=False)
    rank = events["rank"].combine_chunks().to_numpy(zero_copy_only=False)
    order = _order(case, at, (activity, rank, seq))
    case = case[order]
    heads = np.flatnonzero(np.diff(case, prepend=-1))
    return EventIndex(
        cases=cases.take(pa.array(case[heads])), starts=np.append(heads, len(case)),
        activity=activity[order], activities=names, at=at[order], actor=actor[order], actors=actors,
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


def _run_codes(column: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """As ``_codes``, for a column whose neighbours are often equal: each run of them is looked up once."""
    runs = [pc.run_end_encode(chunk, run_end_type=pa.int64()) for chunk in column.chunks]
    codes, names = _codes(pa.chunked_array([run.values for run in runs], column.type))
    lengths = [np.diff(run.run_ends.to_numpy(), prepend=0) for run in runs]
    return np.repeat(codes, np.concatenate(lengths) if lengths else 0), names


def _codes(column: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False), encoded.dictionary


def _sorted_codes(column: pa.ChunkedArray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return codes whose numeric order is the order of the names (null: -1), and the names."""
    codes, names = _codes(column)
    found = names.to_pylist()
    order = sorted(range(len(found)), key=found.__getitem__)
    rank = np.empty(len(found) + 1, dtype=np.int32)
    rank[order] = np.arange(len(found), dtype=np.int32)
    rank[-1] = -1
    return rank[codes], tuple(found[place] for place in order)


def _people(events: pa.Table) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return codes and names of the people; customers, bots and systems (-1) do not hand work over."""
    if "actor" not in events.column_names:
        return np.full(events.num_rows, -1, dtype=np.int32), ()
    person = pc.fill_null(pc.equal(events["actor_kind"], "agent"), True)
    return _sorted_codes(pc.if_else(person, events["actor"], pa.scalar(None, pa.string())))
