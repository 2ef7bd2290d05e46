"""The frame's file, and what is asked of it: one short connection a question, within the workspace's memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from bihuan.core import workspace
from bihuan.engine.facts.connection import open_engine
from bihuan.engine.facts.privacy.blocking import blocked_customers
from bihuan.engine.survey.sampling.frame import relation

from ..models import Frame

FOLDER = "samples"


def folder() -> Path:
    """Return where the frames of the workspace lie."""
    return workspace.home().path / FOLDER


def path_of(frame: Frame) -> Path:
    return folder() / frame.file


@contextmanager
def opened(**tables: pa.Table) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that knows ``tables`` by name; ``blocked_now`` holds those whom no list may name."""
    with open_engine(workspace.home()) as con:
        con.register("blocked_now", customers_table(sorted(blocked_customers(workspace.home()))))
        for name, table in tables.items():
            con.register(name, table)
        yield con


def customers_table(customers: Sequence[str]) -> pa.Table:
    return pa.table({"customer": pa.array(list(customers), pa.string())})


def rows_of(frame: Frame, customers: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return {customer: their row of the frame} for those of some customers whom the frame knows."""
    with opened(wanted=customers_table(customers)) as con:
        found = con.sql(f"SELECT * FROM {relation(path_of(frame))} WHERE customer IN (SELECT customer FROM wanted)")
        return {row["customer"]: row for row in found.to_arrow_table().to_pylist()}
