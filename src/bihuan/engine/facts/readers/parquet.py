"""Parquet files: typed columns stay typed."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ..lake import literal
from .base import Raw


def read(con: duckdb.DuckDBPyConnection, path: Path) -> Raw:
    """The file's columns under their own names and types; records are numbered from 1."""
    relation = f"read_parquet({literal(str(path))})"
    described = con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    types = {row[0]: row[1] for row in described if row[1] != "VARCHAR"}
    return Raw(relation, [row[0] for row in described], types=types)
