"""What a deletion empties, table by table, and the rows of a deleted person that an import brings: emptied alike."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from bihuan.engine.facts.identity import TELLING, key_sql
from bihuan.engine.facts.lake import literal, quoted
from bihuan.engine.facts.schema import MARK_ALONE, TABLES
from bihuan.engine.facts.views import source_query
from bihuan.engine.home import Home

from .vault import open_vault
from .writers import find_writers, without_customer

# Table -> (condition, {column: what it becomes}); ``erased_cases`` are the customer's, of all versions.
OF_CASE = '"case" IN (SELECT id FROM erased_cases)'
ERASED: dict[str, tuple[str, dict[str, str]]] = {
    "customers": ("id IN ($1)", dict.fromkeys(("name", "phone", "email", "attributes"), "NULL")),
    "customer_history": ("customer IN ($1)", {"value": "NULL"}),
    "cases": ("customer IN ($1)", dict.fromkeys(("subject", "attributes"), "NULL")),
    "messages": (OF_CASE, {"text": "NULL", "attributes": MARK_ALONE,
                           "sender": without_customer("sender", "sender_kind")}),
    "events": (OF_CASE, {"attributes": "NULL", "actor": without_customer("actor", "actor_kind")}),
    "answers": (f"customer IN ($1) OR {OF_CASE}", {"text": "NULL"}),
}


# The column that names the customer of a row, in the tables that have one; others are reached through their case.
OWNERS = {"customers": "id", "customer_history": "customer", "cases": "customer", "answers": "customer"}


def empty_erased(home: Home, con: duckdb.DuckDBPyConnection, staged: Mapping[str, str]) -> dict[str, str]:
    """Return the relations of an import with what identifies deleted customers emptied as the deletion did it.

    The same file imported again, or a source asked anew, then brings nobody back, and its rows are found unchanged.
    """
    gone = open_vault(home).destroyed_among(lambda: _customers_in(home, con, staged))
    if not gone:
        return dict(staged)
    numbers = ", ".join(literal(one) for one in sorted(gone))
    known = f"SELECT id, customer FROM ({source_query(home, TABLES['cases'])})"
    if "cases" in staged:
        known += f" UNION ALL SELECT id, customer FROM {quoted(staged['cases'])}"
    con.execute(f"CREATE OR REPLACE TEMP TABLE erased_cases AS SELECT DISTINCT id FROM ({known}) "
                f"WHERE customer IN ({numbers})")
    find_writers(home, con, {"cases": f"({source_query(home, TABLES['cases'])})"},
                 {table: quoted(relation) for table, relation in staged.items()})
    emptied = dict(staged)
    for table, relation in staged.items():
        if table in ERASED:
            condition, changes = ERASED[table]
            condition, kept = condition.replace("$1", numbers), f"emptied_{table}"
            columns = ", ".join([*replaced(condition, changes), *kept_id(table, condition)])
            con.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(kept)} AS SELECT * REPLACE ({columns}) "
                        f"FROM {quoted(relation)}")
            emptied[table] = kept
    return emptied


def _customers_in(home: Home, con: duckdb.DuckDBPyConnection, staged: Mapping[str, str]) -> list[str]:
    """The customers whom the staged rows name, or to whom the known cases they speak of belong."""
    parts = [f"SELECT {quoted(OWNERS[table])} FROM {quoted(relation)}"
             for table, relation in staged.items() if table in OWNERS]
    parts += [f"SELECT customer FROM ({source_query(home, TABLES['cases'])}) "
              f'WHERE id IN (SELECT "case" FROM {quoted(relation)})'
              for table, relation in staged.items() if OF_CASE in ERASED.get(table, ("", {}))[0]]
    found = con.execute(" UNION ".join(parts)).fetchall() if parts else []
    return [one for (one,) in found if one is not None]


def replaced(condition: str, changes: Mapping[str, str]) -> list[str]:
    """SQL of the columns that change, each emptied in the rows of a condition."""
    return [f"CASE WHEN {condition} THEN {new} ELSE {quoted(name)} END::VARCHAR AS {quoted(name)}"
            for name, new in changes.items()]


def kept_id(table: str, condition: str) -> list[str]:
    """The id that a row had while it said everything: made of what it says, it must be kept before it says less."""
    return [f"CASE WHEN {condition} THEN {key_sql(TABLES[table], 'id')} ELSE id END AS id"] if table in TELLING else []
