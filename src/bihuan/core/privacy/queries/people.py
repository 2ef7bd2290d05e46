"""What the records hold about one customer."""

from __future__ import annotations

from typing import Any

from bihuan.core import workspace

IDENTIFIERS = ("name", "phone", "email")
# Table -> the condition that finds a customer's rows; ``own`` holds the customer's numbers.
OWN_CASE = '"case" IN (SELECT id FROM cases WHERE customer IN (SELECT customer FROM own))'
ROWS = {
    "customers": '"id" IN (SELECT customer FROM own)', "customer_history": "customer IN (SELECT customer FROM own)",
    "cases": "customer IN (SELECT customer FROM own)", "events": OWN_CASE, "messages": OWN_CASE,
    "answers": f"customer IN (SELECT customer FROM own) OR {OWN_CASE}",
    "invitations": "customer IN (SELECT customer FROM own)",
}


def numbers_of(customer: str) -> tuple[str, ...]:
    """Return every number of a customer: merged ones have several."""
    from bihuan.engine.facts.identities import load_identities

    identities = load_identities(workspace.home())
    return identities.all_numbers(identities.customer(customer))


def identifiers_in_lake(customer: str) -> dict[str, str]:
    """Return name, telephone and mail of a customer as the records have them; empty when they have none."""
    rows = rows_of(customer, tables=("customers",))["customers"]
    return {name: rows[0][name] for name in IDENTIFIERS if rows and rows[0].get(name)}


def rows_of(customer: str, *, tables: tuple[str, ...] = tuple(ROWS)) -> dict[str, list[dict[str, Any]]]:
    """Return every record of a customer by table, blocked or not: for the customer's own requests alone."""
    import pyarrow as pa

    from bihuan.engine.facts import store

    found = {}
    with store.connect(workspace.home(), blocked=True) as con:
        con.register("own", pa.table({"customer": pa.array(numbers_of(customer), pa.string())}))
        for name in tables:
            table = con.sql(f'SELECT * FROM "{name}" WHERE {ROWS[name]}').to_arrow_table()
            found[name] = table.drop(["batch", "recorded_at"]).to_pylist()
    return found
