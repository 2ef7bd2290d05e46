"""The connection this process asks its questions on, and how rows come back."""

from __future__ import annotations

from typing import Any

import duckdb

from bihuan.core import workspace
from bihuan.engine.facts.few import few
from bihuan.engine.facts.held import HeldConnection
from bihuan.engine.facts.lake import literal

held = HeldConnection()
# Apart, so that the pages of one customer do not wait for a list that is being worked out.
held_for_lists = HeldConnection()
# What the pages of one customer say of a case.
OWN = ('"case", customer, opened, channel, kind, topic, status, tier, region, unit, agent, is_open, csat, '
       "coalesce(merged, false) AS merged")
LATEST = "SELECT max(opened) AS opened FROM fact_case"


def ask(sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
    """Return the rows of one question to the present rows and facts."""
    with held.on(workspace.home()) as con:
        return rows(con, sql, params)


def ask_of(query: str, sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
    """Return the rows of a question to ``{kept}``: the rows of ``query``, worked out once for all pages of a list."""
    with held_for_lists.on(workspace.home(), asking=query) as con:
        return rows(con, sql.replace("{kept}", held_for_lists.keep(query)), params)


def ask_of_one(number: str, sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
    """Return the rows of a question to ``{own}``, the cases of one customer, and ``{latest}``, the latest opening.

    A customer's cases lie anywhere among all cases: they are looked for once and not by each question of a page.
    """
    with held.on(workspace.home()) as con:
        own = held.keep(f"SELECT {OWN} FROM fact_case WHERE customer = {literal(number)}")
        latest = held.keep(LATEST)
        return rows(con, sql.replace("{own}", own).replace("{latest}", latest), params)


def rows(con: duckdb.DuckDBPyConnection, sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
    # By Arrow: DuckDB's own rows would want another time zone library for their moments.
    return few(con, sql, params or ()).to_pylist()
