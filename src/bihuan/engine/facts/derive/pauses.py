"""Waits of a case: from a pending with a cause to whatever ends it, and, where the policy says so, after a reply."""

from __future__ import annotations

import duckdb

ENDERS = "('opened', 'assigned', 'transferred', 'resumed', 'reopened', 'resolved', 'closed')"


def find_pauses(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``waited`` (n, o, s, until_s, cause); until_s is None while a wait lasts. Waits do not overlap.

    A wait ends when work is resumed, taken up or handed on, reopened, resolved or closed, when another pending
    begins, and, if it was for the customer, when the customer writes or calls. A pending without a known cause is
    no wait: nothing is taken off a clock without a reason.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE waited AS
        WITH begun AS (
            SELECT DISTINCT ev.n FROM ev JOIN c USING (n) JOIN terms USING (t)
            WHERE (k = 'pending' AND ev.cause IS NOT NULL) OR (replied_pauses AND k = 'replied' AND who = 'agent')
        ), told AS (
            SELECT ev.n, ev.o, ev.s, ev.cause,
                   k = 'pending' AS pending, k IN {ENDERS} AS ends,
                   who = 'customer' AND k IN ('replied', 'responded', 'queued', 'answered', 'reopened') AS spoke,
                   replied_pauses AND k = 'replied' AND who = 'agent' AS reply
            FROM ev JOIN begun USING (n) JOIN c USING (n) JOIN terms USING (t)
        ), bounded AS (
            SELECT n, o, s, cause, pending, reply,
                   min(s) FILTER (pending OR ends) OVER after AS stop_s,
                   min(s) FILTER (pending OR ends OR spoke) OVER after AS heard_s,
                   min(s) FILTER (pending OR ends OR spoke OR reply) OVER after AS answered_s
            FROM told WHERE pending OR ends OR spoke OR reply
            WINDOW after AS (PARTITION BY n ORDER BY o ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
        ), stated AS (
            SELECT n, o, s, CASE WHEN cause = 'customer' THEN heard_s ELSE stop_s END AS until_s, cause,
                   coalesce(CASE WHEN cause = 'customer' THEN heard_s ELSE stop_s END, {2**62}) AS lasts_s
            FROM bounded WHERE pending AND cause IS NOT NULL
        ), implied AS (  -- a reply inside a stated wait adds nothing to it
            SELECT b.n, b.o, any_value(b.answered_s) AS until_s,
                   greatest(b.s, coalesce(max(stated.lasts_s), b.s)) AS s
            FROM bounded b LEFT JOIN stated ON stated.n = b.n AND stated.o < b.o WHERE b.reply GROUP BY b.n, b.o, b.s
        )
        SELECT n, o, s, until_s, cause FROM stated WHERE until_s IS NULL OR until_s > s
        UNION ALL
        SELECT n, o, s, until_s, 'customer'::pause_cause FROM implied
        WHERE s < {2**62} AND (until_s IS NULL OR until_s > s)""")
