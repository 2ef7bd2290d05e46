"""How cases end: reopenings, the final resolution, and the stretches between hand-overs (segments)."""

from __future__ import annotations

import duckdb

from bihuan.engine.facts.derive.timeline import ACTS, LIVE, OWNING

OVER = "('resolved', 'closed')"
NEVER = "9223372036854775807"


def find_reopenings(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``reopened`` (n, o, s): explicit ones, and work taken up after a resolution that is resolved again.

    The implied ones only where the source keeps no counter of its own. Work after a resolution that is not resolved
    again (a courtesy message, say) reopens nothing.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE reopened AS
        WITH suspect AS (
            SELECT n FROM ev GROUP BY n
            HAVING bool_or(k = 'reopened') OR count(*) FILTER (k = 'resolved') > 1
        ), told AS (
            SELECT n, o, s, k, reopen_count,
                   lag(k) OVER w AS before_k,
                   last_value(CASE WHEN k IN {OVER} OR k = 'reopened' THEN k END IGNORE NULLS) OVER
                       (PARTITION BY n ORDER BY o ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_end,
                   first_value(CASE WHEN k IN {OVER} OR k = 'reopened' THEN k END IGNORE NULLS) OVER
                       (PARTITION BY n ORDER BY o ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_end
            FROM ev JOIN suspect USING (n) JOIN (SELECT n, reopen_count FROM c) USING (n)
            WHERE k IN {OVER} OR k IN {OWNING} OR k IN ('reopened', 'pending') OR (k IN {ACTS} AND who = 'agent')
            WINDOW w AS (PARTITION BY n ORDER BY o)
        )
        SELECT DISTINCT n, o, s FROM told
        WHERE (k = 'reopened' AND before_end IS DISTINCT FROM 'reopened')
           OR (reopen_count IS NULL AND k NOT IN {OVER} AND k <> 'reopened'
               AND before_k IN {OVER} AND next_end = 'resolved')""")


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
        WITH again AS (SELECT n, max(o) AS o, max(s) AS s, count(*) AS times FROM reopened GROUP BY n),
        last_of AS (
            SELECT ev.n, max(ev.at) FILTER (k = 'resolved') AS resolved_at,
                   max(ev.at) FILTER (k = 'closed') AS closed_at
            FROM ev LEFT JOIN again USING (n) WHERE k IN {OVER} AND (again.o IS NULL OR ev.o > again.o) GROUP BY ev.n
        ), told AS (
            SELECT c.n, c.opened_s, c.resolved, c.reopen_count, c.state, again.times, again.s AS again_s, logs_ends,
                   names_closed OR closes AS closes, resolves OR closes AS tells_ends,
                   converses AND c.channel IN {LIVE} AS converses,
                   c.resolved_at IS NOT NULL OR NOT stamps AS measured,
                   CASE WHEN c.resolved_at IS NOT NULL AND (again.s IS NULL OR sec(c.resolved_at) >= again.s)
                        THEN c.resolved_at ELSE last_of.resolved_at END AS solved_at,
                   CASE WHEN c.closed_at IS NOT NULL AND (again.s IS NULL OR sec(c.closed_at) >= again.s)
                        THEN c.closed_at ELSE last_of.closed_at END AS closed_at,
                   CASE WHEN c.channel IN {LIVE} THEN served.over_at END AS over_at, served.logged,
                   first_k IN {OVER} AND first_s = opened_s AND c.resolved_at IS NULL AND c.closed_at IS NULL AS bare
            FROM c JOIN says USING (y) LEFT JOIN again USING (n) LEFT JOIN last_of USING (n) LEFT JOIN served USING (n)
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


def cut_segments(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``seg`` (n, segment, agent, unit, s, until_s, begun_by): a new one at each change of owner and reopening.

    The time between a resolution and the reopening belongs to nobody's segment. What comes after the final
    resolution begins no segment, nor does what lasts no second (unless it is all there is). ``until_s`` is None
    while the last segment of an open case lasts.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE seg AS
        WITH again AS (SELECT n, max(o) AS last_o FROM reopened GROUP BY n),
        marked AS (  -- '' is nobody: given to a unit, not yet to a person
            SELECT n, 0::HUGEINT AS o, opened_s AS s, 'opened' AS begun_by, NULL AS agent, NULL AS unit,
                   false AS stops FROM c
            UNION ALL
            SELECT ev.n, ev.o, ev.s, CASE WHEN reopened.o IS NOT NULL THEN 'reopened' ELSE ev.k::VARCHAR END,
                   CASE WHEN k NOT IN {OWNING} AND k <> 'answered' THEN NULL
                        WHEN actor IS NULL AND unit IS NOT NULL THEN '' ELSE actor END,
                   CASE WHEN k IN {OWNING} OR k = 'answered' THEN unit END, k IN {OVER}
            FROM ev LEFT JOIN again USING (n) LEFT JOIN reopened ON reopened.n = ev.n AND reopened.o = ev.o
            WHERE (k IN {OWNING} AND who IS DISTINCT FROM 'bot' AND who IS DISTINCT FROM 'customer')
               OR (k = 'answered' AND who = 'agent') OR reopened.o IS NOT NULL
               OR (k IN {OVER} AND ev.o < again.last_o)
        ), owned AS (
            SELECT n, o, greatest(s, first_value(s) OVER w) AS s, begun_by, stops, lead(s) OVER w AS next_s,
                   last_value(agent IGNORE NULLS) OVER w AS agent, last_value(unit IGNORE NULLS) OVER w AS unit,
                   last_value(agent IGNORE NULLS) OVER earlier AS old_agent,
                   last_value(unit IGNORE NULLS) OVER earlier AS old_unit, lag(stops) OVER w AS after_stop
            FROM marked WINDOW w AS (PARTITION BY n ORDER BY o),
                earlier AS (PARTITION BY n ORDER BY o ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ), bounded AS (
            SELECT n, s, nullif(agent, '') AS agent, unit, begun_by, stops, lead(s) OVER w AS next_s,
                   count(*) FILTER (NOT stops) OVER w AS segment
            FROM owned
            WHERE (begun_by IN ('opened', 'reopened') OR stops OR after_stop
                   OR agent IS DISTINCT FROM old_agent OR unit IS DISTINCT FROM old_unit)
              AND (next_s IS NULL OR next_s > s)
            WINDOW w AS (PARTITION BY n ORDER BY o)
        )
        SELECT b.n, segment, coalesce(b.agent, c.agent_alone) AS agent, coalesce(b.unit, c.unit) AS unit,
               b.s, least(next_s, c.end_s) AS until_s, b.begun_by
        FROM bounded b
        JOIN (SELECT c.n, c.unit, end_s,
                     CASE WHEN owned_by IS NULL THEN coalesce(c.agent, last_person) END AS agent_alone
              FROM c LEFT JOIN served USING (n) JOIN finished USING (n)) c USING (n)
        WHERE NOT stops AND (c.end_s IS NULL OR b.s < c.end_s OR segment = 1)""")
