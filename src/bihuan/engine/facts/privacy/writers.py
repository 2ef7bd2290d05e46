"""Whose name stands in rows that do not say what kind of person it is: somebody's of the company, or the customer's.

Of the company is whom the register knows, by number, by name or because a person said so, and who is a case's agent.
Any other name in a case of a customer may be the customer's own.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from bihuan.engine.facts.people import NAMING, read_register
from bihuan.engine.home import Home

COMPANY = "of_company"      # name: those of the company among the names without a kind in the ``erased_cases``


def without_customer(column: str, kind: str) -> str:
    """SQL of a column that names a person, empty where that is or may be the customer."""
    return (f"CASE WHEN {kind} = 'customer' OR {kind} IS NULL AND {column} NOT IN (SELECT name FROM {COMPANY}) "
            f"THEN NULL ELSE {column} END")


def find_writers(home: Home, con: duckdb.DuckDBPyConnection, *relations: Mapping[str, str]) -> pa.ChunkedArray:
    """Make ``of_company`` from the rows in {table: relation}; returns the cases in which other names stand.

    ``erased_cases`` must be there.
    """
    told, agents = [], ["SELECT NULL::VARCHAR AS agent"]
    for table, relation in (one for given in relations for one in given.items()):
        if table == "cases":
            agents.append(f"SELECT agent FROM {relation}")
        elif table in ("events", "messages"):
            column, _moment, kind = NAMING[table]
            told.append(f'SELECT DISTINCT "case", {column} AS name FROM {relation} WHERE {column} IS NOT NULL '
                        f'AND {kind} IS NULL AND "case" IN (SELECT id FROM erased_cases)')
    none = "SELECT NULL::VARCHAR AS \"case\", NULL::VARCHAR AS name WHERE false"
    con.execute(f"CREATE OR REPLACE TEMP TABLE nameless AS {' UNION '.join([none, *told])}")
    register = read_register(home)
    names = [name for (name,) in con.execute("SELECT DISTINCT name FROM nameless ORDER BY 1").fetchall()]
    known = [name for name in names if name in register.ids or register.bearers(name) or register.said(name)]
    con.register("known_names", pa.table({"name": pa.array(known, pa.string())}))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {COMPANY} AS SELECT name FROM known_names UNION "
                f"SELECT agent FROM ({' UNION '.join(agents)}) WHERE agent IN (SELECT name FROM nameless)")
    con.unregister("known_names")
    left = con.sql(f'SELECT DISTINCT "case" FROM nameless WHERE name NOT IN (SELECT name FROM {COMPANY})')
    return left.to_arrow_table()["case"]
