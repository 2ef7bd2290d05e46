"""Parquet files: typed columns stay typed."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import FactsError
from ..lake import literal
from .base import Raw

# Equal values cost a few bytes however many they are: as many cells are taken as a file of its size may hold.
CELLS_FROM, CELLS_A_BYTE = 64 << 20, 200


def read(con: duckdb.DuckDBPyConnection, path: Path) -> Raw:
    """The file's columns under their own names and types; records are numbered from 1."""
    check_size(path)
    relation = f"read_parquet({literal(str(path))})"
    described = con.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    types = {row[0]: row[1] for row in described if row[1] != "VARCHAR"}
    return Raw(relation, [row[0] for row in described], types=types)


def check_size(path: Path) -> None:
    """Raise "bomb" for a file that says it holds far more than its size allows."""
    try:
        about = pq.read_metadata(path)
    except (pa.ArrowException, OSError) as error:
        raise FactsError("unreadable", file=path.name, problem=type(error).__name__) from None
    unpacked = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
    cells, packed = about.num_rows * max(about.num_columns, 1), path.stat().st_size
    if max(cells, unpacked) > max(CELLS_FROM, CELLS_A_BYTE * packed):
        raise FactsError("bomb", file=path.name, size=f"{about.num_rows} x {about.num_columns}")
