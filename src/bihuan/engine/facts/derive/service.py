"""Per case from its events: first response, queue and pick-up, talk, and who owned it."""

from __future__ import annotations

import duckdb

from bihuan.engine.facts.derive.timeline import ACTS, LIVE, OWNING

ANSWER = "k = 'answered' AND who = 'agent'"


def summarise_service(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``served`` (a row a case that has events), ``handed`` (bot to person) and ``talked``."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE served AS
        WITH told AS (
            SELECT ev.*, who = 'agent' AND public AND k IN {ACTS} AND s >= opened_s AS responds, {ANSWER} AS answers,
                   k IN {OWNING} AND who IS DISTINCT FROM 'bot' AND who IS DISTINCT FROM 'customer' AS hands
            FROM ev JOIN (SELECT n, opened_s FROM c) USING (n)
        )
        SELECT n, bool_or(logged) AS logged, arg_min(k, o) FILTER (logged) AS first_k,
               min(s) FILTER (logged) AS first_s,
               min(o) FILTER (responds) AS response_o, arg_min(told.at, o) FILTER (responds) AS response_at,
               nullif(arg_min(coalesce(actor, ''), o) FILTER (responds), '') AS response_by,
               arg_min(told.at, o) FILTER (answers) AS answer_at,
               nullif(arg_min(coalesce(actor, ''), o) FILTER (answers), '') AS answer_by,
               min(s) FILTER (k = 'queued') AS queued_s,
               min(s) FILTER (k = 'abandoned') AS abandon_s, bool_or(logged) FILTER (k = 'abandoned') AS abandon_logged,
               arg_max(actor, o) FILTER ((hands OR answers) AND actor IS NOT NULL) AS owned_by,
               arg_max(actor, o) FILTER (who = 'agent' AND actor IS NOT NULL) AS last_person,
               arg_max(unit, o) FILTER (k IN {OWNING} AND unit IS NOT NULL) AS last_unit,
               min(o) FILTER (who = 'bot') AS bot_o,
               max(told.at) FILTER (k IN ('ended', 'abandoned')) AS over_at,
               count(*) FILTER (k = 'transferred') AS transferred, bool_or(k = 'escalated') AS escalated
        FROM told GROUP BY n""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE handed AS
        SELECT ev.n, min(s) AS handed_s, min(s) FILTER (response_o IS NULL OR o < response_o) AS before_response_s
        FROM ev JOIN (SELECT n, bot_o, response_o FROM served WHERE bot_o IS NOT NULL) USING (n)
        WHERE o > bot_o AND k IN ('queued', 'transferred', 'escalated') GROUP BY ev.n""")
    _measure_talk(con)


def _measure_talk(con: duckdb.DuckDBPyConnection) -> None:
    """Time from event to event, by the state the earlier one put the conversation into.

    A transfer leaves the customer waiting when somebody answers next, else the talk goes on (warm transfer).
    A conversation of which some stretch has no end recorded has no talk time.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE talked AS
        WITH told AS (
            SELECT n, s, k, who, lead(s) OVER w AS next_s, lead(k) OVER w AS next_k
            FROM ev WHERE k IN ('queued', 'answered', 'abandoned', 'transferred', 'hold', 'unhold', 'ended', 'wrapped')
              AND n IN (SELECT n FROM served WHERE answer_at IS NOT NULL)
            WINDOW w AS (PARTITION BY n ORDER BY o)
        ), stretched AS (
            SELECT n, next_s - s AS length,
                   CASE WHEN ({ANSWER}) OR k = 'unhold' THEN 'talk' WHEN k = 'hold' THEN 'hold'
                        WHEN k = 'transferred' AND next_k IN ('ended', 'hold', 'transferred') THEN 'talk'
                        WHEN k = 'ended' AND next_k = 'wrapped' THEN 'wrap' END AS state
            FROM told
        )
        SELECT n, CASE WHEN bool_and(length IS NOT NULL) FILTER (state IN ('talk', 'hold'))
                       THEN sum(length) FILTER (state = 'talk') END::BIGINT AS talk_s,
               sum(length) FILTER (state = 'hold')::BIGINT AS hold_s,
               sum(length) FILTER (state = 'wrap')::BIGINT AS wrap_s
        FROM stretched GROUP BY n""")


# Of ``c`` with ``terms``, ``says``, ``served``, ``handed`` and ``talked``. A response is no sign of being asked for
# where the source knows neither queues nor bots: who was not answered could not be told from who did not ask.
SERVICE_COLUMNS = f"""
    coalesce(owned_by, c.agent, last_person) AS owner, coalesce(c.unit, last_unit) AS home_unit,
    coalesce(response_at, c.first_response_at) AS responded_at, says.responds, tells_complaints,
    CASE WHEN response_at IS NOT NULL THEN response_by
         WHEN c.first_response_at IS NOT NULL THEN coalesce(c.agent, owned_by) END AS responder,
    CASE WHEN from_handover AND before_response_s IS NOT NULL THEN greatest(before_response_s, opened_s)
         ELSE opened_s END AS begun_s,
    CASE WHEN c.channel IN {LIVE} AND served.n IS NOT NULL AND says.queues
         THEN queued_s IS NOT NULL OR answer_at IS NOT NULL OR abandon_s IS NOT NULL END AS offered,
    CASE WHEN c.channel NOT IN {LIVE} OR NOT says.queues THEN NULL
         WHEN handed_s IS NOT NULL OR answer_at IS NOT NULL OR response_at IS NOT NULL THEN true
         WHEN bot_o IS NOT NULL THEN false
         WHEN queued_s IS NOT NULL OR abandon_s IS NOT NULL THEN true END AS asked_human,
    c.channel IN {LIVE} AND from_handover AND bot_o IS NOT NULL AND handed_s IS NULL AND response_at IS NULL
        AS with_bot,
    answer_at IS NOT NULL OR response_at IS NOT NULL AS met_human,
    answer_at, answer_by, queued_s, abandon_s, abandon_logged, logged, waits_of_abandoned, says.pends,
    talk_s, hold_s, wrap_s, says.wraps,
    CASE WHEN transferred > 0 OR (logged AND says.transfers) THEN greatest(c.reassign_count, transferred)
         ELSE c.reassign_count END AS transfers,
    CASE WHEN escalated OR (logged AND says.escalates) THEN escalated END AS escalated
"""
