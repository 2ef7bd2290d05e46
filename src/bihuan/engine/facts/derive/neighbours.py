"""Gaps to the customer's contacts before and after: of the same topic, among complaints, and of any topic."""

from __future__ import annotations

import duckdb


def find_neighbours(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``absorbed`` (cases merged into another or marked as its duplicate) and ``gaps`` (a row a case).

    Contacts are ordered by opening. A gap runs from the end of the earlier one (its opening while it is open) to
    the opening of the later one, never below 0, None where there is no other. Cases without a topic share the topic
    "none". A case without customer has no neighbours. Absorbed cases neither have nor are neighbours.
    """
    con.execute("CREATE OR REPLACE TEMP MACRO gap(earlier, later) AS "
                "CASE WHEN later > earlier THEN later - earlier WHEN later <= earlier THEN 0 END")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE absorbed AS
        SELECT DISTINCT c.n FROM links l JOIN c ON l."case" = c.id
        WHERE l.kind IN ('merged', 'duplicate') AND l.undone_at IS NULL""")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE gaps AS
        WITH told AS (
            SELECT n, id, customer, topic, kind = 'complaint' AS complaint, opened_s,
                   coalesce(sec(ended_at), opened_s) AS end_s
            FROM c JOIN finished USING (n) WHERE customer IS NOT NULL AND n NOT IN (SELECT n FROM absorbed)
        ), beside AS (
            SELECT n, opened_s, end_s, complaint,
                   lead(opened_s) OVER topical AS next_s, lag(end_s) OVER topical AS prev_s,
                   lead(opened_s) OVER anything AS next_any_s
            FROM told
            WINDOW topical AS (PARTITION BY customer, topic ORDER BY opened_s, id),
                   anything AS (PARTITION BY customer ORDER BY opened_s, id)
        ), complaints AS (
            SELECT n, lead(opened_s) OVER w AS next_s, lag(end_s) OVER w AS prev_s
            FROM told WHERE complaint WINDOW w AS (PARTITION BY customer, topic ORDER BY opened_s, id)
        )
        SELECT b.n, gap(b.end_s, b.next_s) AS next_contact_s, gap(b.prev_s, b.opened_s) AS prev_contact_s,
               gap(b.end_s, k.next_s) AS next_complaint_s, gap(k.prev_s, b.opened_s) AS prev_complaint_s,
               gap(b.end_s, b.next_any_s) AS next_any_contact_s
        FROM beside b LEFT JOIN complaints k USING (n)""")
