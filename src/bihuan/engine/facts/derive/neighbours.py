"""Gaps to the customer's contacts before and after: of the same topic, among complaints, and of any topic.

When some cases are computed anew, the others of their customers are known by their stored facts: only their gaps can
be others, and only for them a row is written again.
"""

from __future__ import annotations

import duckdb

GAPS = ("next_contact_s", "prev_contact_s", "next_complaint_s", "prev_complaint_s", "next_any_contact_s")
# The rows of the neighbours whose gaps changed, for the grain "case".
MOVED_QUERY = f"""
    SELECT f.* REPLACE ({", ".join(f"m.{name} AS {name}" for name in GAPS)})
    FROM fact_case f JOIN moved m USING ("case")"""


def find_neighbours(con: duckdb.DuckDBPyConnection, *, beside: str | None = None) -> None:
    """Make ``absorbed`` (cases merged into another or marked as its duplicate) and ``gaps`` (a row a case).

    Contacts are ordered by opening. A gap runs from the end of the earlier one (its opening while it is open) to
    the opening of the later one, never below 0, None where there is no other. Cases without a topic share the topic
    "none". A case without customer has no neighbours. Absorbed cases neither have nor are neighbours.

    ``beside`` is the table of the case ids that are computed: the rest of their customers' is taken from the facts.
    """
    con.execute("CREATE OR REPLACE TEMP MACRO gap(earlier, later) AS "
                "CASE WHEN later > earlier THEN later - earlier WHEN later <= earlier THEN 0 END")
    con.execute("""
        CREATE OR REPLACE TEMP TABLE absorbed AS
        SELECT DISTINCT c.n FROM links l JOIN c ON l."case" = c.id
        WHERE l.kind IN ('merged', 'duplicate') AND l.undone_at IS NULL""")
    told = """
        SELECT n, id, customer, topic, kind = 'complaint' AS complaint, opened_s,
               coalesce(sec(ended_at), opened_s) AS end_s
        FROM c JOIN finished USING (n) WHERE customer IS NOT NULL AND n NOT IN (SELECT n FROM absorbed)"""
    if beside:
        _look_beside(con, beside)
        told += " UNION ALL SELECT n, id, customer, topic, complaint, opened_s, end_s FROM beside"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE gaps AS
        WITH told AS ({told}), next_to AS (
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
        FROM next_to b LEFT JOIN complaints k USING (n)""")


def _look_beside(con: duckdb.DuckDBPyConnection, computed: str) -> None:
    """Make ``beside``: the customers' cases that are not computed, as their facts know them, with numbers below 0.

    The customers are those of the computed cases now and as the stored facts know them: a case that moved to another
    customer, or vanished, changes the neighbours it left.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE beside AS
        WITH people AS (
            SELECT customer FROM c WHERE customer IS NOT NULL
            UNION SELECT customer FROM fact_case
            WHERE "case" IN (SELECT "case" FROM {computed}) AND customer IS NOT NULL
        ), others AS (
            SELECT "case", customer, topic, kind = 'complaint' AS complaint, sec(opened) AS opened_s,
                   coalesce(sec(ended_at), sec(opened)) AS end_s, {", ".join(GAPS)}
            FROM fact_case WHERE customer IN (SELECT customer FROM people) AND merged IS DISTINCT FROM true
        )
        SELECT -row_number() OVER ()::INTEGER AS n, "case" AS id, * EXCLUDE "case"
        FROM others ANTI JOIN {computed} USING ("case")""")


def find_moved(con: duckdb.DuckDBPyConnection) -> int:
    """Make ``moved``: cases ``beside`` whose gaps are others than the stored ones, and the gaps; returns how many."""
    differs = " OR ".join(f"b.{name} IS DISTINCT FROM g.{name}" for name in GAPS)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE moved AS
        SELECT b.id AS "case", {", ".join(f"g.{name}" for name in GAPS)} FROM beside b JOIN gaps g USING (n)
        WHERE {differs}""")
    return int(con.execute("SELECT count(*) FROM moved").fetchall()[0][0])
