"""Waits of a case: from a pending with a cause to whatever ends it, and, where the policy says so, after a reply."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from bihuan.engine.facts.derive.walk import AGENT, KIND, WHO, Events, spell_cause

ENDERS = ("opened", "assigned", "transferred", "resumed", "reopened", "resolved", "closed")
SPEAKING = ("replied", "responded", "queued", "answered", "reopened")


def find_turns(events: Events) -> pa.Table:
    """Return ``turns``: of the cases that wait at some time, the events that begin or end a wait, and which they do.

    ``pending`` begins one or ends another, ``ends`` only ends one, the customer ``spoke``, a ``reply`` begins one where
    the policy says so. ``o`` counts them in the order of their case.
    """
    pending = events.k == KIND["pending"]
    reply = events.cases["replied_pauses"][events.n] & (events.k == KIND["replied"]) & (events.who == AGENT)
    ends = events.is_kind(*ENDERS)
    spoke = (events.who == WHO["customer"]) & events.is_kind(*SPEAKING)
    waiting = events.any((pending & (events.cause >= 0)) | reply)
    chosen = np.flatnonzero(waiting[events.n] & (pending | ends | spoke | reply))
    flags = {"pending": pending, "ends": ends, "spoke": spoke, "reply": reply}
    return pa.table({
        "n": events.n[chosen].astype(np.int32) + np.int32(events.base), "o": chosen, "s": events.s[chosen],
        "cause": spell_cause(events.cause[chosen]), **{name: where[chosen] for name, where in flags.items()}})


def find_pauses(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``waited`` (n, o, s, until_s, cause) of ``turns``; until_s is None while a wait lasts. Waits do not overlap.

    A wait ends when work is resumed, taken up or handed on, reopened, resolved or closed, when another pending
    begins, and, if it was for the customer, when the customer writes or calls. A pending without a known cause is
    no wait: nothing is taken off a clock without a reason.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE waited AS
        WITH bounded AS (
            SELECT n, o, s, cause::pause_cause AS cause, pending, reply,
                   min(s) FILTER (pending OR ends) OVER after AS stop_s,
                   min(s) FILTER (pending OR ends OR spoke) OVER after AS heard_s,
                   min(s) FILTER (pending OR ends OR spoke OR reply) OVER after AS answered_s
            FROM turns
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
