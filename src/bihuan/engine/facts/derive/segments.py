"""Who had a case when: the stretches between changes of owner and reopenings."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from bihuan.engine.facts.derive.finish import ENDS
from bihuan.engine.facts.derive.service import HANDING, hands_over, picks_up
from bihuan.engine.facts.derive.walk import KIND, NOBODY, Events, after, before, fill_forward, spell
from bihuan.engine.facts.schema import EVENT_KINDS

TO_UNIT = -2    # given to a unit, not yet to a person: not the same as not saying to whom


def cut_segments(events: Events, reopened: np.ndarray) -> pa.Table:
    """Return ``cut`` (n, segment, agent, unit, s, next_s, begun_by): a new one at each change of owner and reopening.

    The time between a resolution and the reopening belongs to nobody's segment. What lasts no second begins none.
    """
    n, s, begun, stops, owner = _marks(events, reopened)
    until = after(n, s, np.iinfo(np.int64).max)
    s = np.maximum(s, events.cases["opened_s"][n])
    starts = (begun == KIND["opened"]) | (begun == KIND["reopened"]) | stops | before(n, stops, False)
    for codes in owner:
        starts |= codes != before(n, codes, NOBODY)
    kept = np.flatnonzero(starts & (until > s))
    n, s, own = n[kept], s[kept], ~stops[kept]
    number = np.cumsum(own)
    number -= (number - own)[np.searchsorted(n, n)]
    agent, unit = (codes[kept][own] for codes in owner)
    return pa.table({
        "n": n[own].astype(np.int32) + np.int32(events.base), "segment": number[own],
        "agent": spell(agent, events.actors), "unit": spell(unit, events.units), "s": s[own],
        "next_s": pa.array(after(n, s, -1)[own], mask=after(n, n, -1)[own] < 0),
        "begun_by": spell(begun[kept][own], pa.array(EVENT_KINDS))})


def _marks(
    events: Events, reopened: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, list[np.ndarray]]:
    """Return n, s, kind, whether the case stops, and the agent and the unit that have it from there on, of every
    moment at which a segment may begin or end, the opening of each case first.
    """
    last, ends = events.last(reopened), events.is_kind(*ENDS)
    owning = hands_over(events) | picks_up(events)
    places = np.flatnonzero(owning | reopened | (ends & (np.arange(ends.size) < last[events.n])))
    opened = np.arange(events.size)
    n = np.concatenate([opened, events.n[places]])
    order = np.argsort(n, kind="stable")
    says = (events.is_kind(*HANDING) | (events.k == KIND["answered"]))[places]
    agent, unit = (np.where(says, codes[places], NOBODY) for codes in (events.actor, events.unit))
    agent[says & (agent < 0) & (unit >= 0)] = TO_UNIT
    begun = np.where(reopened[places], KIND["reopened"], events.k[places])

    def joined(of_opening: np.ndarray, of_events: np.ndarray) -> np.ndarray:
        return np.concatenate([of_opening, of_events])[order]

    n = n[order]
    owner = []
    for codes in (agent, unit):
        codes = joined(np.full(events.size, NOBODY), codes)
        told = fill_forward(n, codes != NOBODY)
        owner.append(np.where(told >= 0, codes[told], NOBODY))
    return (n, joined(events.cases["opened_s"], events.s[places]), joined(np.full(events.size, KIND["opened"]), begun),
            joined(np.zeros(events.size, bool), ends[places]), owner)


def close_segments(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``seg`` (n, segment, agent, unit, s, until_s, begun_by) of ``cut`` and what the case itself says.

    What comes after the final resolution begins no segment, nor does what lasts no second (unless it is all there
    is). ``until_s`` is None while the last segment of an open case lasts.
    """
    con.execute("""
        CREATE OR REPLACE TEMP TABLE seg AS
        SELECT b.n, segment, coalesce(b.agent, c.agent_alone) AS agent, coalesce(b.unit, c.unit) AS unit,
               b.s, least(next_s, c.end_s) AS until_s, b.begun_by
        FROM cut b
        JOIN (SELECT c.n, c.unit, end_s,
                     CASE WHEN owned_by IS NULL THEN coalesce(c.agent, last_person) END AS agent_alone
              FROM c LEFT JOIN served USING (n) JOIN finished USING (n)) c USING (n)
        WHERE c.end_s IS NULL OR b.s < c.end_s OR segment = 1""")
