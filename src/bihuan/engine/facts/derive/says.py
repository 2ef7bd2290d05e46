"""What a source can say: which states its rows speak of at all. What it never speaks of is unknown, not "no".

What is shown by the log (events recorded as they happened, messages) holds for the whole source. What is shown by case
rows and the stamps made of them holds for the cases that came in by the same mapping: another file of the same system
may lack the column. All rows are looked at, so that every batch is read by the same rule.
"""

from __future__ import annotations

import json

import duckdb
import pyarrow as pa

from bihuan.engine.facts.derive.logs import BY_EVENT, look_through, recall_logs
from bihuan.engine.facts.mapping.values import vocabulary
from bihuan.engine.home import Home

# Capability: the condition under which a single case row shows it; what events show is told in ``logs``.
BY_CASE = {
    "responds": "first_response_at IS NOT NULL",
    "resolves": "resolved_at IS NOT NULL",
    "closes": "closed_at IS NOT NULL",
    "names_closed": "state = 'closed'",
    "stamps": "resolved_at IS NOT NULL",
}
OF_LOGS = {name: name for name in BY_EVENT}
CAPABILITIES = tuple(dict.fromkeys((*BY_EVENT, *BY_CASE)))
TOGETHER = ("waits_of_abandoned", "tells_complaints")


def find_says(con: duckdb.DuckDBPyConnection, home: Home | None = None) -> None:
    """Make ``says`` (y, source, mapping, a flag per capability, and the two of ``TOGETHER``) and ``state_words``.

    ``con`` has the source views and ``batches`` (batch, mapping). With ``home``, whose rows of now they are, files that
    were looked through before are not read again. ``waits_of_abandoned``: how long callers waited
    before they hung up is known, or nobody ever did. ``tells_complaints``: the workspace holds complaints and other
    cases, whatever their sources.
    """
    _load_words(con)
    if home is None:
        look_through(con)
    else:
        recall_logs(home, con)
    _find_shown(con)
    found = ", ".join(f"bool_or(coalesce({name}, false)) AS {name}" for name in CAPABILITIES)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE says AS
        WITH places AS (SELECT DISTINCT source, mapping FROM shown WHERE of_case),
        waited AS ({_waited(con)}), joined AS (
            SELECT places.source, places.mapping, {found}
            FROM places JOIN shown ON shown.source IS NOT DISTINCT FROM places.source
                 AND (shown.mapping IS NULL OR shown.mapping = places.mapping)
            GROUP BY ALL
        )
        SELECT row_number() OVER ()::INTEGER AS y, joined.*,
               logs_abandons OR NOT abandons OR coalesce(later, false) AS waits_of_abandoned,
               (SELECT coalesce(bool_or(kind = 'complaint') AND bool_or(kind <> 'complaint'), false) FROM cases)
                   AS tells_complaints
        FROM joined LEFT JOIN waited
          ON waited.source IS NOT DISTINCT FROM joined.source AND waited.mapping = joined.mapping""")


def _waited(con: duckdb.DuckDBPyConnection) -> str:
    """SQL: (source, mapping, later), whether somebody hung up later than at once; nothing where no record tells of it.

    ``shown`` knows that already, so that all events are not looked at again for what few sources have.
    """
    if not con.execute("SELECT 1 FROM shown WHERE abandons AND mapping IS NOT NULL LIMIT 1").fetchall():
        return "SELECT NULL::VARCHAR AS source, NULL::VARCHAR AS mapping, NULL::BOOLEAN AS later WHERE false"
    return """
        SELECT e.source, coalesce(mapping, '') AS mapping, bool_or(e.at > cases.opened) AS later
        FROM events e JOIN cases ON e."case" = cases.id LEFT JOIN batches ON batches.batch = e.batch
        WHERE e.kind = 'abandoned' AND e.origin = 'stamp' GROUP BY ALL"""


def _load_words(con: duckdb.DuckDBPyConnection) -> None:
    words = vocabulary("case_state")
    con.register("state_rows", pa.table({"word": list(words), "state": list(words.values())}))
    con.execute("CREATE OR REPLACE TEMP TABLE state_words AS SELECT * FROM state_rows")
    con.unregister("state_rows")


def _find_shown(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``shown``: what each mapping's case rows and stamps show, and each source's log (mapping NULL)."""
    def flags(conditions: dict[str, str]) -> str:
        return ", ".join(f"bool_or({conditions.get(name, 'false')}) AS {name}" for name in CAPABILITIES)

    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE shown AS
        WITH distinct_cases AS (
            SELECT source, batch, status, first_response_at IS NOT NULL AS fr, resolved_at IS NOT NULL AS ra,
                   closed_at IS NOT NULL AS ca, resolved IS NOT NULL AS flag
            FROM cases GROUP BY ALL
        ), case_rows AS (
            SELECT source, batch, state, CASE WHEN fr THEN 1 END AS first_response_at, CASE WHEN ra THEN 1 END AS
                   resolved_at, CASE WHEN ca THEN 1 END AS closed_at, CASE WHEN flag THEN 1 END AS resolved
            FROM distinct_cases LEFT JOIN state_words ON word = lower(trim(status))
        )
        SELECT true AS of_case, source, coalesce(mapping, '') AS mapping, {flags(BY_CASE)}
        FROM case_rows LEFT JOIN batches USING (batch) GROUP BY ALL
        UNION ALL
        SELECT false, source, CASE WHEN stamp THEN coalesce(mapping, '') END AS mapping, {flags(OF_LOGS)}
        FROM logs LEFT JOIN batches USING (batch) GROUP BY ALL""")


def tell(con: duckdb.DuckDBPyConnection) -> str:
    """Return ``says`` as one text: facts computed under another text are out of date."""
    flags = ", ".join((*CAPABILITIES, *TOGETHER))
    return json.dumps(con.execute(f"SELECT source, mapping, [{flags}] FROM says ORDER BY ALL").fetchall())


def recall(con: duckdb.DuckDBPyConnection, told: str) -> None:
    """Make ``says`` and ``state_words`` of such a text, without looking at the rows again."""
    _load_words(con)
    rows = json.loads(told)
    names = (*CAPABILITIES, *TOGETHER)
    table = pa.table({
        "y": pa.array(range(len(rows)), pa.int32()), "source": pa.array([row[0] for row in rows], pa.string()),
        "mapping": pa.array([row[1] for row in rows], pa.string()),
        **{name: pa.array([row[2][place] for row in rows], pa.bool_()) for place, name in enumerate(names)}})
    con.register("said_rows", table)
    con.execute("CREATE OR REPLACE TEMP TABLE says AS SELECT * FROM said_rows")
    con.unregister("said_rows")
