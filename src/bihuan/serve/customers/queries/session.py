"""The connection this process asks its questions on, and how rows come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb

from bihuan.core import workspace
from bihuan.core.patience import patiently
from bihuan.engine.facts.few import few
from bihuan.engine.facts.held import HeldConnection, version

Rows = list[dict[str, Any]]
held = HeldConnection()


def ask(sql: str, params: list[Any] | None = None) -> Rows:
    """Return the rows of one question to the present rows and facts."""
    return _patiently(lambda con: rows(con, sql, params), "", sql, params)


def ask_of(query: str, sql: str, params: list[Any] | None = None) -> Rows:
    """Return the rows of a question to ``{kept}``: the rows of ``query``, worked out once for all pages of a list."""
    return _patiently(lambda con: rows(con, sql.replace("{kept}", held.keep(query)), params), query, sql, params)


def rows(con: duckdb.DuckDBPyConnection, sql: str, params: list[Any] | None = None) -> Rows:
    # By Arrow: DuckDB's own rows would want another time zone library for their moments.
    return few(con, sql, params or ()).to_pylist()


def _patiently(
    answer: Callable[[duckdb.DuckDBPyConnection], Rows], query: str, sql: str, params: list[Any] | None,
) -> Rows:
    """Answer on the held connection; a patient page does not wait for what takes long."""
    home = workspace.home()

    def compute() -> Rows:
        with held.on(home) as con:
            return answer(con)

    return patiently(lambda: (id(held), version(home), query, sql, repr(params)), compute)
