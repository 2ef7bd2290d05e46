"""The queries that put a grain's columns together, in the order of ``GRAINS``; they run on the temporary tables."""

from __future__ import annotations

import duckdb

from bihuan.engine.facts.derive.service import SERVICE_COLUMNS
from bihuan.engine.facts.schema import PAUSE_CAUSES

DIMENSIONS = """
    c.id AS "case", c.external_id, c.source, c.customer, c.channel, c.kind, c.topic, c.product, c.region, c.tier,
    c.priority, coalesce(c.unit, home_unit) AS unit"""


def collect_clocked(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``clocked``: a row a case with what its events say, and the moments both clocks run between."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE clocked AS
        WITH told AS (
            SELECT c.n, c.t, c.opened_s, {SERVICE_COLUMNS}
            FROM c JOIN terms USING (t) JOIN says USING (y) LEFT JOIN served USING (n)
        )
        SELECT told.*, f.end_s, CASE WHEN sec(responded_at) >= begun_s THEN sec(responded_at) END AS responded_s
        FROM told JOIN finished f USING (n)""")


WAIT = """CASE WHEN s.offered AND s.answer_at IS NOT NULL THEN gap(
                    CASE WHEN s.queued_s <= sec(s.answer_at) THEN s.queued_s ELSE c.opened_s END, sec(s.answer_at))
                WHEN s.offered AND (s.abandon_logged OR s.abandon_s > coalesce(s.queued_s, c.opened_s))
                THEN gap(coalesce(s.queued_s, c.opened_s), s.abandon_s) END"""
# A log that tells of holding tells of all of it: a talk without was not held. A record tells it in its own cell, or
# not at all. Contacts of which a part is unknown have no handle time where their mapping knows of that part.
PART = "coalesce(s.{0}_s, CASE WHEN s.logged AND s.logs_{0}s AND s.talk_s IS NOT NULL THEN 0 END)"
HOLD, WRAP = PART.format("hold"), PART.format("wrap")
HANDLED = f"""CASE WHEN (s.holds OR s.wraps) AND NOT (s.holds AND {HOLD} IS NULL) AND NOT (s.wraps AND {WRAP} IS NULL)
                THEN s.talk_s + coalesce({HOLD}, 0) + coalesce({WRAP}, 0) END"""
PAUSED = "CASE WHEN (s.logged AND s.pends) OR waits.n IS NOT NULL THEN coalesce(waits.{0}, 0) END AS pause_{0}_s"
PAUSE = """coalesce(sum(least(coalesce(until_s, end_s), coalesce(end_s, until_s)) - greatest(w.s, opened_s)) FILTER
    (cause = '{0}' AND w.s < coalesce(end_s, until_s) AND coalesce(until_s, end_s) > opened_s), 0)::BIGINT AS {0}"""

CASE_QUERY = f"""
    WITH csat AS (
        SELECT "case", avg(value) AS csat FROM answers
        WHERE metric = 'csat' AND value IS NOT NULL AND coalesce(status, 'valid') = 'valid' GROUP BY "case"
    ), waits AS (
        SELECT n, {', '.join(PAUSE.format(cause) for cause in PAUSE_CAUSES)}
        FROM waited w JOIN clocked USING (n) GROUP BY n
    ), segments AS (SELECT n, count(*) AS segments FROM seg GROUP BY n)
    SELECT {DIMENSIONS}, CASE WHEN s.tells_complaints THEN c.kind = 'complaint' END AS is_complaint,
           s.owner AS agent, c.opened, c.promised, c.status,
           s.responded_at AS first_response_at, s.responder, s.responded_s - s.begun_s AS first_response_s,
           worked.first_response AS first_response_business_s,
           CASE WHEN s.responded_at IS NOT NULL THEN true WHEN s.responds AND NOT coalesce(s.with_bot, false) THEN false
                END AS responded,
           s.offered, CASE WHEN s.offered THEN s.answer_at IS NOT NULL END AS answered,
           CASE WHEN s.offered THEN s.answer_at IS NULL AND s.abandon_s IS NOT NULL END AS abandoned,
           s.answer_at AS answered_at, s.answer_by AS answerer,
           {WAIT} AS wait_s, CASE WHEN s.waits_of_abandoned THEN {WAIT} END AS offered_wait_s,
           s.asked_human, CASE WHEN s.asked_human THEN s.met_human END AS reached_human,
           s.talk_s, {HOLD} AS hold_s, {WRAP} AS wrap_s, {HANDLED} AS handle_s,
           f.ended_at, f.resolved_at, f.closed_at, f.resolved, f.closed, f.is_open, f.flag AS resolved_flag,
           CASE WHEN f.timed THEN f.end_s - c.opened_s END AS resolution_s,
           CASE WHEN f.timed THEN worked.resolution END AS resolution_business_s,
           CASE WHEN f.timed AND f.end_s IS NOT NULL THEN true WHEN f.unsolved THEN false END AS solved,
           {', '.join(PAUSED.format(cause) for cause in PAUSE_CAUSES)},
           f.reopens, s.transfers, segments.segments, s.escalated,
           terms.first_response_target_s, terms.resolution_target_s,
           CASE WHEN NOT coalesce(s.with_bot, false) THEN make_timestamptz(worked.first_response_due * 1000000)
                END AS first_response_due,
           make_timestamptz(worked.resolution_due * 1000000) AS resolution_due, c.sla_met,
           gaps.next_contact_s, gaps.prev_contact_s, gaps.next_complaint_s, gaps.prev_complaint_s,
           gaps.next_any_contact_s, csat.csat, c.n IN (SELECT n FROM absorbed) AS merged
    FROM c JOIN clocked s USING (n) JOIN finished f USING (n) JOIN terms ON terms.t = c.t JOIN worked USING (n)
    LEFT JOIN waits USING (n) LEFT JOIN segments USING (n) LEFT JOIN gaps USING (n)
    LEFT JOIN csat ON csat."case" = c.id"""

SEGMENT_QUERY = f"""
    SELECT {DIMENSIONS.replace("coalesce(c.unit", "coalesce(seg.unit, c.unit")},
           seg.segment, seg.agent, make_timestamptz(seg.s * 1000000) AS started,
           make_timestamptz(seg.until_s * 1000000) AS ended, seg.until_s - seg.s AS seconds, seg.begun_by, c.opened
    FROM seg JOIN c USING (n) JOIN (SELECT n, home_unit FROM clocked) USING (n)"""

ANSWER_QUERY = """
    WITH owned AS (
        SELECT a.id, arg_max(seg.agent, seg.s) AS agent
        FROM answers a JOIN c ON a."case" = c.id JOIN seg ON seg.n = c.n AND seg.s <= sec(a.at) GROUP BY a.id
    ), invited AS (
        SELECT a.id, arg_max(i.agent, i.at) AS agent
        FROM answers a JOIN invitations i
          ON i."case" = a."case" AND i.survey IS NOT DISTINCT FROM a.survey AND i.at <= a.at
        WHERE i.agent IS NOT NULL GROUP BY a.id
    )
    SELECT a."case", c.external_id, coalesce(c.source, a.source) AS source,
           coalesce(c.customer, a.customer) AS customer, coalesce(c.channel, a.channel) AS channel, c.kind, c.topic,
           c.product, c.region, c.tier, c.priority, coalesce(c.unit, home_unit) AS unit, a.id AS answer,
           coalesce(a.agent, invited.agent, owned.agent, clocked.owner) AS agent, a.survey, a.question, a.metric,
           a.value, a.at, a.entered_by, a.status, a.weight
    FROM answers a LEFT JOIN c ON a."case" = c.id LEFT JOIN clocked USING (n)
    LEFT JOIN owned ON owned.id = a.id LEFT JOIN invited ON invited.id = a.id"""

INVITATION_QUERY = """
    WITH owned AS (
        SELECT i.id, arg_max(seg.agent, seg.s) AS agent
        FROM invitations i JOIN c ON i."case" = c.id JOIN seg ON seg.n = c.n AND seg.s <= sec(i.at) GROUP BY i.id
    ), replied AS (SELECT DISTINCT "case", survey FROM answers WHERE "case" IS NOT NULL)
    SELECT a."case", c.external_id, coalesce(c.source, a.source) AS source,
           coalesce(c.customer, a.customer) AS customer, coalesce(c.channel, a.channel) AS channel, c.kind, c.topic,
           c.product, c.region, c.tier, c.priority, coalesce(c.unit, home_unit) AS unit, a.id AS invitation,
           coalesce(a.agent, owned.agent, clocked.owner) AS agent, a.survey, a.at, a.status,
           a.answered_at IS NOT NULL OR coalesce(a.status = 'answered', false) OR replied."case" IS NOT NULL AS answered
    FROM invitations a LEFT JOIN c ON a."case" = c.id LEFT JOIN clocked USING (n) LEFT JOIN owned ON owned.id = a.id
    LEFT JOIN replied ON replied."case" = a."case" AND replied.survey IS NOT DISTINCT FROM a.survey"""

AGENT_STATE_QUERY = """
    WITH placed AS (
        SELECT s.id, arg_max(m.unit, m.valid_from) AS unit, any_value(m.unit) FILTER (m.valid_from IS NULL) AS always
        FROM agent_states s JOIN memberships m ON m.agent = s.agent
        WHERE (m.valid_from IS NULL OR m.valid_from <= s.start) AND (m.valid_to IS NULL OR m.valid_to > s.start)
        GROUP BY s.id
    )
    SELECT s.source, s.agent, coalesce(placed.unit, placed.always) AS unit, s.channel, s.state, s.start, s."end",
           CASE WHEN s."end" >= s.start THEN epoch_us(s."end") // 1000000 - epoch_us(s.start) // 1000000 END AS seconds
    FROM agent_states s LEFT JOIN placed USING (id)"""

EXPOSURE_QUERY = """SELECT source, kind, channel, product, region, unit, start, "end", "count" FROM exposures"""
