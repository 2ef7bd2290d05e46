"""How cases end: reopenings and the final resolution."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from bihuan.engine.facts.derive.timeline import LIVE
from bihuan.engine.facts.derive.walk import AGENT, KIND, Events, before, fill_backward, fill_forward, pick

OVER = "('resolved', 'closed')"
ENDS = ("resolved", "closed")


def find_reopenings(events: Events) -> np.ndarray:
    """Return where events reopen: explicit ones, and work taken up after a resolution that is resolved again.

    The implied ones only where the source keeps no counter of its own. Work after a resolution that is not resolved
    again (a courtesy message, say) reopens nothing.
    """
    suspect = events.any(events.k == KIND["reopened"]) | (events.count(events.k == KIND["resolved"]) > 1)
    telling = events.is_kind("assigned", "transferred", "reopened", "pending", *ENDS)
    telling |= events.is_kind("responded", "replied", "answered") & (events.who == AGENT)
    chosen = np.flatnonzero(telling & suspect[events.n])
    n, k = events.n[chosen], events.k[chosen]
    ends, opens = np.isin(k, [KIND[kind] for kind in ENDS]), k == KIND["reopened"]
    turns = ends | opens
    last_turn = before(n, fill_forward(n, turns), -1)
    next_turn = _following(n, fill_backward(n, turns))
    k = np.append(k, -1)  # -1, the place of none, leads to the kind of none
    explicit = opens & (k[last_turn] != KIND["reopened"])
    implied = ~turns & events.cases["uncounted"][n] & np.append(ends, False)[before(n, np.arange(n.size), -1)]
    implied &= k[next_turn] == KIND["resolved"]
    found = np.zeros(events.n.size, bool)
    found[chosen[explicit | implied]] = True
    return found


def _following(n: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Per row the place that the row after it has, -1 for the last of a case."""
    return before(n[::-1], places[::-1], -1)[::-1]


def last_ends(events: Events, reopened: np.ndarray) -> dict[str, pa.Array]:
    """Columns of ``served``: how often a case was reopened and when last, and its last ends after that."""
    again = events.last(reopened)
    later = np.arange(events.n.size) > again[events.n]
    times = events.count(reopened)
    found = {"times": pa.array(times, mask=again < 0), "again_s": pick(events.s, again)}
    for name, kind in (("last_resolved", "resolved"), ("last_closed", "closed")):
        places = events.last((events.k == KIND[kind]) & later)
        found[name] = pick(events.us, places).cast(pa.timestamp("us", tz="UTC"))
    return found


def find_ends(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``finished``, a row a case: reopen count, final resolution and close, and whether it is still open.

    A stamp of the case row counts unless the case was reopened after it; else the last such event after the last
    reopening; else what the status says, without a time. Where a source stamps resolutions, a case that is over
    without a stamp has no known resolution (``measured`` is False): it was closed unresolved, or entered as already
    done. A case of which the log knows nothing before its end has no known duration either (``timed``): its opening is
    only that end. A conversation on a live channel is over when it ended, resolved or not. ``is_open`` is None where
    neither the case's own status nor anything else of its source ever tells that a case is over.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE finished AS
        WITH told AS (
            SELECT c.n, c.opened_s, c.resolved, c.reopen_count, c.state, times, again_s, logs_ends,
                   names_closed OR closes AS closes, resolves OR closes AS tells_ends,
                   converses AND c.channel IN {LIVE} AS converses,
                   c.resolved_at IS NOT NULL OR NOT stamps AS measured,
                   CASE WHEN c.resolved_at IS NOT NULL AND (again_s IS NULL OR sec(c.resolved_at) >= again_s)
                        THEN c.resolved_at ELSE last_resolved END AS solved_at,
                   CASE WHEN c.closed_at IS NOT NULL AND (again_s IS NULL OR sec(c.closed_at) >= again_s)
                        THEN c.closed_at ELSE last_closed END AS closed_at,
                   CASE WHEN c.channel IN {LIVE} THEN served.over_at END AS over_at, served.logged,
                   first_is_end AND first_s = opened_s AND c.resolved_at IS NULL AND c.closed_at IS NULL AS bare
            FROM c JOIN says USING (y) LEFT JOIN served USING (n)
        ), judged AS (
            SELECT *, coalesce(solved_at, closed_at, over_at) AS ended_at,
                   CASE WHEN coalesce(solved_at, closed_at, over_at) IS NOT NULL OR resolved OR state IN {OVER}
                        THEN false
                        WHEN tells_ends OR converses OR state = 'open' OR NOT resolved THEN true END AS is_open
            FROM told
        )
        SELECT n, measured AND NOT coalesce(bare, false) AS timed,
               CASE WHEN measured THEN coalesce(solved_at, closed_at) END AS resolved_at, closed_at,
               resolved AS flag, ended_at, logged, is_open, is_open AND tells_ends AS unsolved,
               CASE WHEN resolved IS NOT NULL THEN resolved
                    WHEN measured AND coalesce(solved_at, closed_at) IS NOT NULL OR state = 'resolved' THEN true
                    WHEN is_open AND (tells_ends OR state = 'open') THEN false END AS resolved,
               CASE WHEN closed_at IS NOT NULL OR state = 'closed' THEN true
                    WHEN state = 'open' OR (closes AND (is_open OR solved_at IS NOT NULL OR state = 'resolved'))
                    THEN false END AS closed,
               CASE WHEN sec(coalesce(solved_at, closed_at)) >= opened_s
                    THEN sec(coalesce(solved_at, closed_at)) END AS end_s,
               CASE WHEN times > 0 OR (logged AND logs_ends) THEN greatest(reopen_count, coalesce(times, 0))
                    ELSE reopen_count END AS reopens
        FROM judged""")
