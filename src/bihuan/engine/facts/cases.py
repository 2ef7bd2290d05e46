"""Cases made from event records: each field takes the first, last, least or greatest value over its events."""

from __future__ import annotations

from bihuan.engine.home import Home

from .binding import Bound
from .fields import Fields
from .lake import Run, duckdb_type, quoted
from .schema import TABLES
from .views import nothing, source_query

FRESH, MADE, UNKNOWN = "fresh_cases", "made_cases", "unknown_cases"


def cases_sql(fields: Fields, bound: Bound) -> str:
    """Make the cases of the file's events, joined with what is known of them; returns the query that gives them.

    A case of which the lake holds events already keeps its first values if those are earlier than the file's, and
    its last values if those are later: a log may come in any number of parts, in any order.
    """
    main = fields.bindings.bounds[0]
    table = TABLES["cases"]
    external = fields.external_id(bound)
    at, seq = f"v{main.cells['at']}", f"v{main.cells['seq']}" if "seq" in main.cells else "0"
    # One number that orders records by time, then by the log's own count, then by their place in the file.
    count = f"least(greatest(coalesce({seq}, 0), 0), 1048575)"
    order = f"(epoch_us({at})::HUGEINT * 1048576 + {count}) * 17179869184 + rowid"
    made = {name: _aggregate(bound, name) for name in table.names if name in bound.cells}
    made.pop("external_id", None)
    made["opened"] = f"coalesce({made['opened']}, min({at}))" if "opened" in made else f"min({at})"
    columns = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in made.items())
    needed = {f"v{bound.cells['external_id']}", at, *([seq] if seq != "0" else [])}
    needed |= {f"v{index}" for name, index in bound.cells.items()}
    known = source_query(fields.home, table)
    rows = (f"FROM (SELECT rowid AS rn, {external} AS external_id, {fields.source_sql(bound)} AS source, {order} AS o, "
            f"{', '.join(sorted(needed))} FROM {fields.parsed} WHERE {fields.records(main)}) r")
    unknown = _only_unknown(fields, rows, known) if fields.new_cases_only and known != nothing(table.schema) else ""
    fields.run(f"""CREATE OR REPLACE TEMP TABLE {FRESH} AS
        SELECT external_id, source, max(rn) AS rn, min({at}) AS first_at, max({at}) AS last_at, {columns}
        {rows} {unknown} GROUP BY external_id, source""")
    _join_known(fields.home, fields.run, bound, list(made), nothing(table.schema) if fields.new_cases_only else known)
    return f"SELECT * FROM {MADE}"


def _only_unknown(fields: Fields, rows: str, known: str) -> str:
    """SQL that keeps of the events those of cases that are not known: only of these is anything to be gathered.

    Most files speak of known cases many times each, and to name each once costs half of looking up every event.
    """
    fields.run(f"""CREATE OR REPLACE TEMP TABLE {UNKNOWN} AS SELECT external_id, source
        FROM (SELECT DISTINCT external_id, source {rows}) r
        ANTI JOIN (SELECT id FROM ({known})) k ON k.id = r.source || ':' || r.external_id""")
    return f"SEMI JOIN {UNKNOWN} u ON u.external_id = r.external_id AND u.source = r.source"


def _aggregate(bound: Bound, name: str) -> str:
    cell = f"v{bound.cells[name]}"
    take = bound.plan.fields[name].take
    return {"first": f"arg_min({cell}, o)", "last": f"arg_max({cell}, o)", "min": f"min({cell})",
            "max": f"max({cell})"}[take]


def _join_known(home: Home, run: Run, bound: Bound, made: list[str], known: str) -> None:
    table = TABLES["cases"]
    if known == nothing(table.schema):
        empty = {name: f"NULL::{duckdb_type(kind)}" for name, kind in table.fields}
        columns = empty | {name: f"f.{quoted(name)}" for name in made}
        joins = ""
    else:
        columns = {name: f"k.{quoted(name)}" for name in table.names} | {
            name: _joined(bound, name) for name in made}
        spans = (f'SELECT "case", min("at") AS first_at, max("at") AS last_at FROM '
                 f'({source_query(home, TABLES["events"])}) WHERE "case" IN (SELECT source || \':\' || external_id '
                 f'FROM {FRESH}) GROUP BY "case"')
        joins = (f"LEFT JOIN ({known}) k ON k.id = f.source || ':' || f.external_id "
                 f'LEFT JOIN ({spans}) s ON s."case" = k.id')
    columns |= {"id": "f.source || ':' || f.external_id", "external_id": "f.external_id"}
    listed = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in columns.items())
    run(f"CREATE OR REPLACE TEMP TABLE {MADE} AS SELECT f.rn, {listed}, f.source FROM {FRESH} f {joins}")


def _joined(bound: Bound, name: str) -> str:
    """The value of a field over the file's and the lake's events together."""
    take = bound.plan.fields[name].take if name in bound.plan.fields else "min"
    fresh, known = f"f.{quoted(name)}", f"k.{quoted(name)}"
    if take == "min":
        return f"least({fresh}, {known})"
    if take == "max":
        return f"greatest({fresh}, {known})"
    later = "s.last_at IS NULL OR f.last_at >= s.last_at" if take == "last" else (
        "s.first_at IS NULL OR f.first_at <= s.first_at")
    return f"CASE WHEN {later} THEN coalesce({fresh}, {known}) ELSE coalesce({known}, {fresh}) END"
