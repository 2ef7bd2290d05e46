"""The cases behind a review, as far as a person may see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bihuan.core import workspace
from bihuan.core.rights import Actor, scope_of
from bihuan.engine.facts.few import few
from bihuan.engine.facts.held import HeldConnection
from bihuan.serve.customers.rights import inside

held = HeldConnection()
PURPOSE = "evaluate.view_rows"


def known_cases(cases: Sequence[str], actor: Actor) -> dict[str, dict[str, Any]]:
    """Return those of some cases that a person may open, by id: opened, channel, kind, topic, unit."""
    if not cases:
        return {}
    sql = ('SELECT f."case", f.opened, f.channel, f.kind, f.topic, f.unit FROM fact_case f '
           f'WHERE f."case" IN (SELECT unnest($1::VARCHAR[])) AND {inside(scope_of(actor, PURPOSE))}')
    with held.on(workspace.home()) as con:
        # By Arrow: DuckDB's own rows would want another time zone library for their moments.
        found = few(con, sql, [list(cases)]).to_pylist()
    return {row["case"]: row for row in found}
