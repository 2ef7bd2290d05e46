"""The DuckDB connection every part of the facts works on: in memory, in UTC, spilling to the workspace."""

from __future__ import annotations

import os
import threading

import duckdb

from bihuan.engine import stopping
from bihuan.engine.home import Home

from .grains import GRAINS
from .lake import literal, quoted
from .schema import TABLES
from .views import nothing

MEMORY = "2GB"

# By process: the engine and the folder to which it spills.
_shared: dict[int, tuple[duckdb.DuckDBPyConnection, str]] = {}
_opening = threading.Lock()


def open_engine(home: Home, *, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """An engine of one's own: in memory, in UTC, spilling to the workspace beyond ``$BIHUAN_MEMORY`` (2GB)."""
    con = duckdb.connect()
    stopping.belongs(con)
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"SET memory_limit = {literal(os.environ.get('BIHUAN_MEMORY', MEMORY))}")
    con.execute(f"SET temp_directory = {literal(_scratch(home))}")
    # It makes a hash join of every IN with more than a few words; comparing the words is many times faster.
    con.execute("SET disabled_optimizers = 'in_clause'")
    if threads:
        con.execute(f"SET threads = {int(threads)}")
    return con


def share_engine(home: Home) -> duckdb.DuckDBPyConnection:
    """A connection of the engine that the process shares, in UTC; its memory is for all its connections together.

    Starting an engine costs 40 ms of computing, a connection of one less than 1 ms. Only temporary views, tables,
    macros and types belong to a connection alone: make no others on it, and change no setting but TimeZone. It holds
    an empty table for every source table and every grain.
    """
    with _opening:
        # A forked child has the parent's engine but none of its threads.
        engine, folder = _shared.get(os.getpid(), (None, ""))
        if engine is None or (folder != _scratch(home) and not _spills_to(engine, _scratch(home))):
            with stopping.shared():
                engine = open_engine(home)
            lay_out(engine)
        _shared[os.getpid()] = engine, _scratch(home)
        con = engine.cursor()
    stopping.belongs(con)
    con.execute("SET TimeZone = 'UTC'")
    return con


def lay_out(con: duckdb.DuckDBPyConnection, *, grains: bool = True) -> None:
    """Put an empty table where nothing may have been imported; a temporary view of the same name goes before it."""
    schemas = {table.name: table.schema for table in TABLES.values()}
    schemas |= {f"fact_{grain}": schema for grain, schema in GRAINS.items()} if grains else {}
    for name, schema in schemas.items():
        con.execute(f"CREATE TABLE {quoted(name)} AS {nothing(schema)}")


def _spills_to(engine: duckdb.DuckDBPyConnection, folder: str) -> bool:
    """Let an engine spill to another workspace; False once it has spilled, for it may not move then."""
    try:
        engine.execute(f"SET temp_directory = {literal(folder)}")
    except duckdb.NotImplementedException:
        return False
    return True


def _scratch(home: Home) -> str:
    return str(home.path / "scratch")
