"""Whose name stands in rows that do not say what kind of person it is: somebody's of the company, or the customer's.

Of the company is whom the register knows, by number, by name or because a person said so, and who is a case's agent.
Any other name in a case of a customer may be the customer's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from bihuan.engine.facts import lake
from bihuan.engine.facts.people import NAMING, read_register
from bihuan.engine.home import Home

COMPANY = "of_company"      # name: those of the company among the names without a kind in the ``erased_cases``
WRITING = ("events", "messages")


def without_customer(column: str, kind: str) -> str:
    """SQL of a column that names a person, empty where that is or may be the customer."""
    return f"CASE WHEN {kind} = 'customer' OR {unknown(column, kind)} THEN NULL ELSE {column} END"


def unknown(column: str, kind: str) -> str:
    """SQL: whether a row names somebody of whom neither it nor the company says who that is."""
    return f"{kind} IS NULL AND {column} NOT IN (SELECT name FROM {COMPANY})"


def find_writers(home: Home, con: duckdb.DuckDBPyConnection, *relations: Mapping[str, str]) -> pa.ChunkedArray:
    """Make ``of_company`` from the rows in {table: relation}; returns the cases in which other names stand.

    ``erased_cases`` must be there.
    """
    told = [f'SELECT DISTINCT "case", {column} AS name FROM {relation} WHERE {column} IS NOT NULL '
            f'AND {kind} IS NULL AND "case" IN (SELECT id FROM erased_cases)'
            for given in relations for table, relation in given.items() if table in WRITING
            for column, _moment, kind in [NAMING[table]]]
    none = "SELECT NULL::VARCHAR AS \"case\", NULL::VARCHAR AS name WHERE false"
    con.execute(f"CREATE OR REPLACE TEMP TABLE nameless AS {' UNION '.join([none, *told])}")
    register_company(con, company_among(home, con, "SELECT name FROM nameless", [
        relation for given in relations for table, relation in given.items() if table == "cases"]))
    left = con.sql(f'SELECT DISTINCT "case" FROM nameless WHERE name NOT IN (SELECT name FROM {COMPANY})')
    return left.to_arrow_table()["case"]


def collect_cases(home: Home, con: duckdb.DuckDBPyConnection, numbers: str) -> None:
    """Make ``erased_cases``, the cases of all versions of some customers (SQL of their numbers)."""
    con.execute("CREATE OR REPLACE TEMP TABLE erased_cases (id VARCHAR)")
    for relation in all_rows(home, "cases").values():
        con.execute(f"INSERT INTO erased_cases SELECT DISTINCT id FROM {relation} WHERE customer IN ({numbers})")


def company_among(home: Home, con: duckdb.DuckDBPyConnection, names: str, cases: Iterable[str]) -> list[str]:
    """Return those of the company among the names of a query, the agents of the ``cases`` (relations) included."""
    agents = " UNION ALL ".join(["SELECT NULL::VARCHAR AS agent", *(f"SELECT agent FROM {one}" for one in cases)])
    found = con.execute(f"SELECT DISTINCT name, name IN (SELECT agent FROM ({agents}) WHERE agent IS NOT NULL) "
                        f"FROM ({names}) WHERE name IS NOT NULL ORDER BY 1").fetchall()
    register = read_register(home)
    return [name for name, serves in found
            if serves or name in register.ids or register.bearers(name) or register.said(name)]


def register_company(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Put who is of the company onto a connection, for the SQL of ``without_customer``."""
    con.register("known_names", pa.table({"name": pa.array(names, pa.string())}))
    con.execute(f"CREATE OR REPLACE TEMP TABLE {COMPANY} AS SELECT name FROM known_names")
    con.unregister("known_names")


def all_rows(home: Home, *tables: str) -> dict[str, str]:
    """Return {table: SQL of every stored row of it, of every version}, without tables that have none."""
    return {table: lake.scan([file.path for file in files], union=True)
            for table in tables if (files := lake.files(home.lake / table))}
