"""The same measures by agent and month, as an analyst would write them for pandas and for PostgreSQL.

Both start from the raw events, as Bihuan does: volume, mean and median first response, mean and median time to the
final resolution, transfers, reopening, closure, and first contact resolution within seven days.
"""

from __future__ import annotations

import os
from pathlib import Path

POSTGRES_TABLES = """
DROP TABLE IF EXISTS events, cases;
CREATE UNLOGGED TABLE cases (external_id text, customer text, channel text, kind text, topic text, product text, region text,
    priority text, agent text, opened timestamp);
CREATE UNLOGGED TABLE events ("case" text, at timestamp, activity text, kind text, actor text, actor_kind text, seq int);
"""

POSTGRES_MEASURES = """
WITH per_case AS (
    SELECT "case", min(at) FILTER (WHERE kind = 'responded' AND actor_kind = 'agent') AS responded,
           max(at) FILTER (WHERE kind = 'resolved') AS resolved, max(at) FILTER (WHERE kind = 'closed') AS closed,
           count(*) FILTER (WHERE kind = 'transferred') AS transfers, count(*) FILTER (WHERE kind = 'reopened') AS reopens
    FROM events GROUP BY "case"),
facts AS (
    SELECT c.*, p.*, extract(epoch FROM responded - opened) AS response_s, extract(epoch FROM resolved - opened) AS resolution_s,
           extract(epoch FROM lead(opened) OVER (PARTITION BY customer, topic ORDER BY opened) - resolved) AS gap_s
    FROM cases c JOIN per_case p ON p."case" = c.external_id)
SELECT agent, date_trunc('month', opened + interval '8 hours') AS month, count(*), avg(response_s),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY response_s), avg(resolution_s),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY resolution_s), avg(transfers), avg((reopens > 0)::int),
       avg((closed IS NOT NULL)::int), avg((reopens = 0 AND (gap_s IS NULL OR gap_s > 604800))::int)
FROM facts GROUP BY 1, 2
"""


def pandas_measures(cases_file: Path, events_file: Path) -> int:
    """Compute the measures with pandas from Parquet files; return the number of groups."""
    import pandas as pd

    cases, events = pd.read_parquet(cases_file), pd.read_parquet(events_file)
    of_kind = {kind: events[events["kind"] == kind].groupby("case")["at"] for kind in
               ("responded", "resolved", "closed", "transferred", "reopened")}
    facts = cases.set_index("external_id")
    facts["responded"], facts["resolved"] = of_kind["responded"].min(), of_kind["resolved"].max()
    facts["closed"] = of_kind["closed"].max()
    facts["transfers"] = of_kind["transferred"].size().reindex(facts.index, fill_value=0)
    facts["reopens"] = of_kind["reopened"].size().reindex(facts.index, fill_value=0)
    facts["response_s"] = (facts["responded"] - facts["opened"]).dt.total_seconds()
    facts["resolution_s"] = (facts["resolved"] - facts["opened"]).dt.total_seconds()
    facts = facts.sort_values("opened")
    following = facts.groupby(["customer", "topic"])["opened"].shift(-1)
    gap = (following - facts["resolved"]).dt.total_seconds()
    facts["fcr"] = (facts["reopens"] == 0) & (gap.isna() | (gap > 604_800))
    facts["reopened"], facts["is_closed"] = facts["reopens"] > 0, facts["closed"].notna()
    month = (facts["opened"] + pd.Timedelta(hours=8)).dt.strftime("%Y-%m")
    result = facts.groupby(["agent", month]).agg(
        n=("kind", "size"), response=("response_s", "mean"), response_median=("response_s", "median"),
        resolution=("resolution_s", "mean"), resolution_median=("resolution_s", "median"), transfers=("transfers", "mean"),
        reopened=("reopened", "mean"), closed=("is_closed", "mean"), fcr=("fcr", "mean"))
    return len(result)


def postgres_load(url: str, cases_file: Path, events_file: Path) -> None:
    """Fill the two tables; not part of what is measured."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(POSTGRES_TABLES)
        for table, file in (("cases", cases_file), ("events", events_file)):
            with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv, HEADER)") as copy, file.open("rb") as source:
                while chunk := source.read(1 << 20):
                    copy.write(chunk)
        cursor.execute("ANALYZE")


def postgres_drop(url: str) -> None:
    """Give the disk back: of ten million cases the tables are gigabytes."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS events, cases")


def postgres_measures(url: str) -> tuple[float, int]:
    """Compute the measures in PostgreSQL; return the CPU seconds of its process and the number of groups.

    One process does all the work, so that its CPU seconds are those of the query; the server is on this machine.
    """
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute("SET work_mem = '256MB'; SET max_parallel_workers_per_gather = 0")
        before = _cpu_of(connection.info.backend_pid)
        groups = len(connection.execute(POSTGRES_MEASURES).fetchall())
        return _cpu_of(connection.info.backend_pid) - before, groups


def _cpu_of(process: int) -> float:
    """CPU seconds of another process so far; Linux tells them to everybody."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
