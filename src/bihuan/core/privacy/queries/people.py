"""What the records hold about one customer."""

from __future__ import annotations

from typing import Any

from bihuan.core import workspace

IDENTIFIERS = ("name", "phone", "email")
# Table -> the condition that finds a customer's rows; $1 is the customer.
ROWS = {
    "customers": '"id" = $1', "customer_history": "customer = $1", "cases": "customer = $1",
    "events": '"case" IN (SELECT id FROM cases WHERE customer = $1)',
    "messages": '"case" IN (SELECT id FROM cases WHERE customer = $1)',
    "answers": 'customer = $1 OR "case" IN (SELECT id FROM cases WHERE customer = $1)',
    "invitations": "customer = $1",
}


def identifiers_in_lake(customer: str) -> dict[str, str]:
    """Return name, telephone and mail of a customer as the records have them; empty when they have none."""
    rows = rows_of(customer, tables=("customers",))["customers"]
    return {name: rows[0][name] for name in IDENTIFIERS if rows and rows[0].get(name)}


def rows_of(customer: str, *, tables: tuple[str, ...] = tuple(ROWS)) -> dict[str, list[dict[str, Any]]]:
    """Return every record of a customer by table, blocked or not: for the customer's own requests alone."""
    from bihuan.engine.facts.connection import open_engine
    from bihuan.engine.facts.schema import TABLES
    from bihuan.engine.facts.views import source_query

    home, found = workspace.home(), {}
    with open_engine(home) as con:
        for name in {*tables, "cases"}:
            con.execute(f'CREATE VIEW "{name}" AS {source_query(home, TABLES[name])}')
        for name in tables:
            table = con.sql(f'SELECT * FROM "{name}" WHERE {ROWS[name]}', params=[customer]).to_arrow_table()
            found[name] = table.drop(["batch", "recorded_at"]).to_pylist()
    return found
