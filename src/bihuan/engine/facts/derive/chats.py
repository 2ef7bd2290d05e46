"""A chat that became a ticket: whoever answered in the chat answered the ticket.

A merged case counts no more; of a conversation that was merged the survivor has the first response, and its clock
begins when the conversation's did.
"""

from __future__ import annotations

import duckdb

from bihuan.engine.facts.derive.timeline import LIVE

MERGED = "kind = 'merged' AND undone_at IS NULL"
# SQL of the cases that have to be computed with those of a table of case ids: the other end of their merges.
PARTNERS = f"""
    SELECT l.other AS "case" FROM links l JOIN {{0}} g ON g."case" = l."case" WHERE {MERGED}
    UNION SELECT l."case" FROM links l JOIN {{0}} g ON g."case" = l.other WHERE {MERGED}"""


def has_merged(con: duckdb.DuckDBPyConnection) -> bool:
    """Return whether any case was merged into another."""
    return bool(con.execute(f"SELECT 1 FROM links WHERE {MERGED} LIMIT 1").fetchall())


def lend_first_response(con: duckdb.DuckDBPyConnection) -> None:
    """Give ``clocked`` of a ticket begin, moment and author of the first response in a conversation merged into it.

    The earliest counts, and the ticket's own where that came first.
    """
    if not has_merged(con):
        return
    con.execute(f"""
        UPDATE clocked SET begun_s = lent.begun_s, responded_s = lent.responded_s, responded_at = lent.responded_at,
                           responder = lent.responder, with_bot = false
        FROM (
            SELECT ticket.n, t.begun_s, t.responded_s, t.responded_at, t.responder
            FROM links l JOIN c chat ON chat.id = l."case" JOIN c ticket ON ticket.id = l.other
            JOIN clocked t ON t.n = chat.n
            WHERE l.{MERGED.replace(" AND ", " AND l.")} AND chat.channel IN {LIVE} AND t.responded_s IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY ticket.n ORDER BY t.responded_s, chat.id) = 1
        ) lent
        WHERE clocked.n = lent.n AND coalesce(clocked.responded_s > lent.responded_s, true)""")
