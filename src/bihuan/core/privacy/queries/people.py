"""What the records hold about one customer."""

from __future__ import annotations

from typing import Any

from bihuan.core import workspace

IDENTIFIERS = ("name", "phone", "email")
# SQL of the form in which two spellings of one are the same; the vault's ``plain_form`` has the last word.
HALF = "translate({0}, '０１２３４５６７８９＠．', '0123456789@.')"
PLAINLY = {"phone": f"regexp_replace({HALF.format('phone')}, '[^0-9]', '', 'g')",
           "email": f"lower(regexp_replace({HALF.format('email')}, '\\s', '', 'g'))",
           "name": "lower(regexp_replace(name, '\\s', '', 'g'))"}
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


def numbers_with(field: str, value: str) -> list[str]:
    """Return the numbers of customers whose records have this name, telephone or mail, however it is written.

    Blocked customers are not found, and nobody whose records came masked: those are found in the vault.
    """
    from bihuan.engine.facts import store
    from bihuan.engine.facts.privacy.vault import plain_form

    wanted = plain_form(field, value)
    if field not in IDENTIFIERS or not wanted:
        return []
    with store.connect(workspace.home()) as con:
        rows = con.execute(f"SELECT id, {PLAINLY[field]} FROM customers WHERE {PLAINLY[field]} IN (?, ?) ORDER BY id",
                           [wanted, f"86{wanted}"]).fetchall()
    return [number for number, told in rows if plain_form(field, told) == wanted]


def is_held(customer: str) -> bool:
    """Return whether any record or the vault knows this number, blocked or not."""
    from bihuan.engine.facts.privacy.vault import open_vault

    return any(rows_of(customer).values()) or bool(open_vault(workspace.home()).get(customer))


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
