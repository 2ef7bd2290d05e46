"""Generated service records of any size: the same seed gives the same files on every machine."""

from __future__ import annotations

from pathlib import Path

import duckdb

AGENTS, CUSTOMERS_PER_CASE = 400, 0.4

CASES = """
SELECT 'T' || lpad(i::VARCHAR, 9, '0') AS external_id,
       'K' || (hash(i, 1) % greatest(1, ({n} * {share})::BIGINT))::VARCHAR AS customer,
       ['phone', 'online', 'email', 'ticket'][1 + (hash(i, 2) % 4)::INT] AS channel,
       CASE WHEN hash(i, 3) % 40 = 0 THEN 'complaint' ELSE 'request' END AS kind,
       'topic-' || (hash(i, 4) % 30)::VARCHAR AS topic,
       'product-' || (hash(i, 5) % 12)::VARCHAR AS product,
       'region-' || (hash(i, 6) % 8)::VARCHAR AS region,
       'P' || (1 + hash(i, 7) % 4)::VARCHAR AS priority,
       'A' || lpad((hash(i, 8) % {agents})::VARCHAR, 4, '0') AS agent,
       TIMESTAMP '2024-01-01' + to_seconds((i::DOUBLE / {n} * 31536000)::BIGINT + hash(i, 9) % 3600) AS opened,
       i AS number
FROM range({n}) AS t(i)
"""

# One line an event of a case: activity, kind, who did it, seconds after opening, and in which cases it happens.
EVENTS = """
WITH step(position, activity, kind, actor_kind, low, span, share) AS (VALUES
    (0, 'New', 'opened', 'system', 0, 1, 100), (1, 'Assigned', 'assigned', 'agent', 30, 1800, 100),
    (2, 'First reply', 'responded', 'agent', 1900, 7200, 100), (3, 'Waiting', 'pending', 'agent', 9200, 3600, 45),
    (4, 'Customer answered', 'replied', 'customer', 13000, 80000, 45), (5, 'Handed over', 'transferred', 'agent', 93100, 3600, 20),
    (6, 'Resolved', 'resolved', 'agent', 96800, 200000, 98), (7, 'Reopened', 'reopened', 'customer', 297000, 80000, 5),
    (8, 'Resolved', 'resolved', 'agent', 377100, 90000, 5), (9, 'Closed', 'closed', 'system', 467200, 90000, 96))
SELECT external_id AS "case", opened + to_seconds(low + (hash(number, 20 + position) % span)::BIGINT) AS at, activity, step.kind AS kind,
       CASE actor_kind WHEN 'agent' THEN CASE WHEN hash(number, 40) % 5 = 0 AND position > 4
            THEN 'A' || lpad((hash(number, 41) % {agents})::VARCHAR, 4, '0') ELSE agent END
            WHEN 'customer' THEN customer ELSE 'system' END AS actor, actor_kind, position AS seq
FROM cases, step WHERE hash(number, CASE WHEN position IN (3, 4) THEN 60 WHEN position IN (7, 8) THEN 61 ELSE 62 + position END) % 100 < share
ORDER BY number, position
"""


def files_of(folder: Path, cases: int) -> tuple[Path, Path]:
    """Where the cases and the events lie."""
    return folder / f"cases-{cases}.csv", folder / f"events-{cases}.csv"


def generate(folder: Path, cases: int) -> tuple[Path, Path, int]:
    """Write cases.csv and events.csv for ``cases`` cases; return both paths and the number of events."""
    folder.mkdir(parents=True, exist_ok=True)
    files = files_of(folder, cases)
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"SET memory_limit = '2GB'; SET temp_directory = '{folder / 'spilled'}'")
    con.execute(f"CREATE TEMP TABLE cases AS {CASES.format(n=cases, agents=AGENTS, share=CUSTOMERS_PER_CASE)}")
    if not all(file.exists() for file in files):
        con.execute(f"COPY (SELECT * EXCLUDE number FROM cases) TO '{files[0]}' (HEADER)")
        con.execute(f"COPY ({EVENTS.format(agents=AGENTS)}) TO '{files[1]}' (HEADER)")
    count = con.execute(f"SELECT count(*) FROM read_csv('{files[1]}')").fetchone()
    return *files, count[0] if count else 0
