"""Thin executors: they name a dialect, take small tables, run a query and give an Arrow table back."""

from __future__ import annotations

from typing import Any, Protocol

import pyarrow as pa

from bihuan.engine.facts.few import few


class Executor(Protocol):
    """What an engine must be able to do; ``dialect`` is ibis's name of its SQL."""

    dialect: str

    def register(self, name: str, table: pa.Table) -> None:
        """Make a small table readable under ``name``."""

    def run(self, sql: str) -> pa.Table:
        """Return the whole result of a query, of as many rows as there are cases perhaps."""

    def run_few(self, sql: str) -> pa.Table:
        """Return the result of a query that gives few rows: an engine may hold them twice if that is quicker."""

    def interrupt(self) -> None:
        """Have the query that runs break off, from another thread."""


class DuckDBExecutor:
    """Runs on a DuckDB connection that has the ``fact_*`` views; its time zone is set to UTC."""

    dialect = "duckdb"

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        connection.execute("SET TimeZone = 'UTC'")

    def register(self, name: str, table: pa.Table) -> None:
        self.connection.register(name, table)

    def run(self, sql: str) -> pa.Table:
        return self.connection.sql(sql).to_arrow_table()

    def run_few(self, sql: str) -> pa.Table:
        return few(self.connection, sql)

    def interrupt(self) -> None:
        self.connection.interrupt()
