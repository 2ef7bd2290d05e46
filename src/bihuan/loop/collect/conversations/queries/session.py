"""The connection this process asks its questions on, and how rows come back."""

from __future__ import annotations

from typing import Any

from bihuan.core import workspace
from bihuan.engine.facts.few import few
from bihuan.engine.facts.held import HeldConnection

held = HeldConnection()


def ask(sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
    """Return the rows of one question to the present rows and facts."""
    with held.on(workspace.home()) as con:
        # By Arrow: DuckDB's own rows would want another time zone library for their moments.
        return few(con, sql, params or ()).to_pylist()


def ask_of(query: str, sql: str, params: list[Any] | None = None) -> list[dict[str, Any]]:
    """Return the rows of a question to ``{kept}``: the rows of ``query``, worked out once for all pages of a list."""
    with held.on(workspace.home(), asking=query) as con:
        return few(con, sql.replace("{kept}", held.keep(query)), params or ()).to_pylist()
