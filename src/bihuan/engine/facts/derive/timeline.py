"""The cases to be computed and everything that happened to them, in order, as two temporary tables.

``c`` has a row a case with an integer key ``n``, ``y`` what its source can say (``says``) and ``state`` what its status
says; ``ev`` has a row an event, ``responds`` whether it answers the customer. Messages count as events of the person
who wrote.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from bihuan.engine.clock.policy import Policy, Terms
from bihuan.engine.facts.lake import literal
from bihuan.engine.facts.schema import ACTOR_KINDS, EVENT_KINDS, PAUSE_CAUSES, UNTIMED

LIVE = "('phone', 'online', 'wechat')"          # channels with a queue and a conversation
OWNING = "('assigned', 'transferred')"          # the actor of these is who gets the case
ACTS = "('responded', 'replied', 'answered')"   # by a person and public: a response to the customer
# Columns of cases that repeat few values, how many values are few, and from how many cases on that counts.
CODED = ("source", "channel", "kind", "topic", "product", "region", "tier", "priority", "unit", "status")
FEW, MANY = 1000, 10_000
BY_PEOPLE = "('responded', 'replied', 'answered', 'hold', 'unhold', 'wrapped')"


def load_timeline(con: duckdb.DuckDBPyConnection, policy: Policy, *, only: str | None = None) -> list[Terms]:
    """Make ``c``, ``terms`` and ``ev`` from the source views and ``says``; ``only`` is a table of case ids ("case").

    Returns the distinct terms; ``c.t`` is a case's index into them.
    """
    con.execute("CREATE OR REPLACE TEMP MACRO sec(moment) AS epoch_us(moment) // 1000000")
    con.execute(f"CREATE TEMP TYPE IF NOT EXISTS event_kind AS ENUM {EVENT_KINDS}")
    con.execute(f"CREATE TEMP TYPE IF NOT EXISTS actor_sort AS ENUM {ACTOR_KINDS}")
    con.execute(f"CREATE TEMP TYPE IF NOT EXISTS pause_cause AS ENUM {PAUSE_CAUSES}")
    _pick(con, only)
    found = _assign_terms(con, policy)
    same = " AND ".join(f"cases.{name} IS NOT DISTINCT FROM terms_of.{name}" for name in policy.dimensions)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE c AS  -- numbered before the joins: after them it takes twice as long
        SELECT n, t, y, state, sec(opened) AS opened_s, cases.* EXCLUDE (n, batch){_coded(con) if only is None else ""}
        FROM (SELECT row_number() OVER ()::INTEGER AS n, * FROM told_cases) cases
        JOIN terms_of ON {same} LEFT JOIN state_words ON word = lower(trim(status))
        LEFT JOIN batches ON batches.batch = cases.batch
        JOIN (SELECT y, source, mapping FROM says) s
          ON s.source IS NOT DISTINCT FROM cases.source AND s.mapping = coalesce(batches.mapping, '')""")
    _load_events(con)
    return found


def _pick(con: duckdb.DuckDBPyConnection, only: str | None) -> None:
    """Make ``told_cases``: all cases, or those of ``only`` looked for once, without the long texts."""
    rows = "SELECT * EXCLUDE (subject, attributes, recorded_at) FROM cases"
    if only:
        con.execute(f'CREATE OR REPLACE TEMP TABLE picked AS {rows} WHERE id IN (SELECT "case" FROM {only})')
        rows = "SELECT * FROM picked"
    _fill_tiers(con, rows)


def _fill_tiers(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Make ``told_cases`` of ``rows``: a case that came without a tier has the one its customer had when it was opened.

    Of several that hold for that moment the one that began last counts.
    """
    if not con.execute("SELECT 1 FROM customer_history WHERE attribute = 'tier' LIMIT 1").fetchall():
        con.execute(f"CREATE OR REPLACE TEMP VIEW told_cases AS {rows}")
        return
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE tiers_then AS
        SELECT o.id, max_by(h.value, coalesce(h.valid_from, '1900-01-01'::TIMESTAMPTZ)) AS value
        FROM (SELECT id, customer, opened, tier FROM ({rows})) o JOIN (
            SELECT coalesce(n.customer, h.customer) AS customer, value, valid_from, valid_to
            FROM customer_history h LEFT JOIN customer_numbers n ON n.number = h.customer
            WHERE attribute = 'tier' AND value IS NOT NULL) h
          ON h.customer = o.customer AND coalesce(h.valid_from <= o.opened, true)
         AND coalesce(h.valid_to > o.opened, true)
        WHERE o.tier IS NULL GROUP BY o.id""")
    con.execute(f"CREATE OR REPLACE TEMP VIEW told_cases AS SELECT o.* REPLACE (coalesce(o.tier, t.value) AS "
                f"tier) FROM ({rows}) o LEFT JOIN tiers_then t ON t.id = o.id")


def _coded(con: duckdb.DuckDBPyConnection) -> str:
    """SQL that makes codes of the columns of ``cases`` that have few values: codes are joined and written for a tenth.

    It is not worth it for a few cases, since it looks at all.
    """
    if len(con.execute(f"SELECT 1 FROM told_cases LIMIT {MANY}").fetchall()) < MANY:
        return ""
    casts = []
    for name in CODED:
        values = f"SELECT DISTINCT {name} FROM told_cases WHERE {name} IS NOT NULL LIMIT {FEW + 1}"
        found = con.execute(values).fetchall()
        if 0 < len(found) <= FEW:
            casts.append(f"cases.{name}::ENUM({', '.join(literal(row[0]) for row in sorted(found))}) AS {name}")
    return f" REPLACE ({', '.join(casts)})" if casts else ""


def _assign_terms(con: duckdb.DuckDBPyConnection, policy: Policy) -> list[Terms]:
    """Give each combination of values its terms: there are few combinations however many cases."""
    names = policy.dimensions
    values = con.execute(f"SELECT DISTINCT {', '.join(names)} FROM told_cases").fetchall()
    found, index = policy.assign([dict(zip(names, row)) for row in values])
    columns = {name: pa.array([row[place] for row in values], pa.string()) for place, name in enumerate(names)}
    con.register("terms_rows", pa.table({**columns, "t": pa.array(index, pa.int32())}))
    con.execute("CREATE OR REPLACE TEMP TABLE terms_of AS SELECT * FROM terms_rows")
    con.unregister("terms_rows")
    con.execute("CREATE OR REPLACE TEMP TABLE terms (t INTEGER, first_response_target_s BIGINT, "
                "resolution_target_s BIGINT, from_handover BOOLEAN, replied_pauses BOOLEAN)")
    if values:
        con.executemany("INSERT INTO terms VALUES (?, ?, ?, ?, ?)", [
            [t, item.first_response_target_s, item.resolution_target_s, item.first_response_from == "handover",
             item.replied_pauses_resolution] for t, item in enumerate(found)])
    return found


def _load_events(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``ev``: kinds, actors' kinds and causes as their places in the schema's lists, below 0 for none.

    The order of a case's events is ``us`` (microseconds since 1970) and then ``low``: the source's own sequence
    (32 bits), the usual course of a case (5) and a hash of what the event says (26). Two events that agree in both
    say the same, so their order matters to nothing; their ids, which have to be made of most rows, are not asked for.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE ev AS
        WITH told AS (
            SELECT c.n, opened_s, epoch_us(e.at) AS us, e.seq,
                   coalesce(try_cast(e.kind AS event_kind), 'other'::event_kind) AS k,
                   coalesce(enum_code(try_cast(e.actor_kind AS actor_sort)), -1)::TINYINT AS told_by, e.actor, e.unit,
                   coalesce(enum_code(try_cast(e.cause AS pause_cause)), -1)::TINYINT AS cause, e.public,
                   hash(e.activity, e.actor, e.actor_kind, e.unit, e.cause, e.public) AS tie,
                   e.origin IS DISTINCT FROM 'stamp' AS logged
            FROM events e JOIN c ON e."case" = c.id
            UNION ALL
            SELECT c.n, opened_s, epoch_us(m.at), m.seq,
                   (CASE WHEN m.sender_kind = 'customer' THEN 'replied' ELSE 'responded' END)::event_kind,
                   coalesce(enum_code(try_cast(m.sender_kind AS actor_sort)), -1)::TINYINT, m.sender, NULL, -1,
                   m.public, hash(m.sender, m.public), true
            FROM messages m JOIN c ON m."case" = c.id WHERE m.attributes IS DISTINCT FROM {UNTIMED}
        )
        SELECT n, us, enum_code(k)::TINYINT AS k, actor, unit, cause, logged,
               (greatest(least(coalesce(seq, {2**32 - 1}), {2**32 - 1}), 0) << 31) + (enum_code(k)::BIGINT << 26)
                   + ((tie & {2**30 - 1}) >> 4)::BIGINT AS low,
               -- a source that names no kind of actor: these things are done by people
               (CASE WHEN told_by >= 0 THEN told_by WHEN k IN {BY_PEOPLE} THEN {ACTOR_KINDS.index('agent')} ELSE -1 END
                   )::TINYINT AS who,
               k IN {ACTS} AND told_by IN (-1, {ACTOR_KINDS.index('agent')}) AND coalesce(public, true)
                   AND us // 1000000 >= opened_s AS responds
        FROM told WHERE us IS NOT NULL""")
