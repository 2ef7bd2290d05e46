"""Where customers can be reached: from the records and the vault, asked for many at once and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.core import workspace
from bihuan.core.privacy.queries.people import IDENTIFIERS
from bihuan.engine.facts import store
from bihuan.engine.facts.privacy.vault import open_vault


def contacts_of(customers: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return {customer: {"phone", "email", "name"}} with what is known; blocked customers are not found."""
    home, wanted = workspace.home(), list(dict.fromkeys(customers))
    found: dict[str, dict[str, str]] = {}
    with store.connect(home) as con:
        rows = con.execute("SELECT id, name, phone, email FROM customers WHERE id IN (SELECT unnest(?))",
                           [wanted]).fetchall()
    for number, *values in rows:
        found[number] = {name: value for name, value in zip(IDENTIFIERS, values, strict=True) if value}
    for number, values in open_vault(home).get_many(found).items():
        found[number].update({name: value for name, value in values.items() if name in IDENTIFIERS and value})
    return found
