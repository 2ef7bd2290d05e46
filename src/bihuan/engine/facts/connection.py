"""The DuckDB connection every part of the facts works on: in memory, in UTC, spilling to the workspace."""

from __future__ import annotations

import os

import duckdb

from bihuan.engine.home import Home

from .lake import literal

MEMORY = "2GB"


def open_engine(home: Home, *, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """An empty in-memory connection in UTC that spills to the workspace beyond ``$BIHUAN_MEMORY`` (2GB)."""
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"SET memory_limit = {literal(os.environ.get('BIHUAN_MEMORY', MEMORY))}")
    con.execute(f"SET temp_directory = {literal(str(home.path / 'scratch'))}")
    # It makes a hash join of every IN with more than a few words; comparing the words is many times faster.
    con.execute("SET disabled_optimizers = 'in_clause'")
    if threads:
        con.execute(f"SET threads = {int(threads)}")
    return con
