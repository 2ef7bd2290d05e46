"""The facts as they were known at a moment: derived from the rows and by the definitions that were there then."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from datetime import datetime
from pathlib import Path

import duckdb

from bihuan.engine.home import Home

from . import derive, freshness, journal, store
from .derive.compute import OF_CASES, OF_OTHERS, Clock, clean_up
from .derive.state import hash_definitions, read_state
from .grains import GRAINS
from .identities import load_identities
from .lake import duckdb_type, literal, quoted
from .locks import locked
from .views import fact_query

MOST = 6            # moments of which the facts are kept
UNUSED_S = 3600     # and only those nobody asked for lately go


def connect(home: Home, *, known_at: datetime | None = None, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """As ``store.connect``, with the fact views too when ``known_at`` asks for the data as it was known then.

    Where neither rows nor definitions have changed since, these are the stored facts; else they are derived once and
    kept in the workspace's scratch folder, which is no part of a backup and may be emptied at any time.
    """
    con = store.connect(home, known_at=known_at, threads=threads)
    if known_at is None:
        return con
    clock = derive.load_clock(home.then(known_at))
    if _as_now(home, known_at, clock):
        queries = {grain: fact_query(home, grain) for grain in GRAINS}
    else:
        folder = _derived(home, known_at, clock)
        queries = {grain: f"SELECT * FROM read_parquet({literal(str(folder / f'{grain}.parquet'))})"
                   for grain in GRAINS}
    # A block holds for what was known earlier too.
    seen = store.hiding(home, con, load_identities(home, known_at=known_at, con=con), known_at)
    for grain, query in queries.items():
        con.execute(f"CREATE TEMP VIEW {quoted('fact_' + grain)} AS {seen('fact_' + grain, query)}")
    return con


def forget(home: Home) -> None:
    """Remove what is kept of earlier moments: it holds the numbers of customers that may have been deleted since."""
    with locked(home, "known"):
        shutil.rmtree(home.path / "scratch" / "known", ignore_errors=True)


def _as_now(home: Home, known_at: datetime, clock: Clock) -> bool:
    """Whether the stored facts are what was known then."""
    same_rows = all(batch.visible(known_at) == batch.visible() for batch in journal.batches(home))
    state = read_state(home)
    return (same_rows and state.complete and freshness.is_fresh(home)
            and state.definitions == hash_definitions(clock))


def _derived(home: Home, known_at: datetime, clock: Clock) -> Path:
    """Return the folder with a Parquet file per grain, made now unless it is there."""
    batches = sorted(batch.id for batch in journal.batches(home) if batch.visible(known_at))
    told = "\n".join([hash_definitions(clock), *batches])
    place = home.path / "scratch" / "known"
    folder = place / hashlib.sha256(told.encode()).hexdigest()[:32]
    with locked(home, "known"):
        if folder.is_dir():
            os.utime(folder)
            return folder
        place.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=place, prefix=".making-"))
        con = store.connect(home, known_at=known_at, blocked=True)
        try:
            derive.prepare(con, clock)
            for grain, query in {**OF_CASES, **OF_OTHERS}.items():
                columns = ", ".join(f"CAST({quoted(column.name)} AS {duckdb_type(column.type)}) AS "
                                    f"{quoted(column.name)}" for column in GRAINS[grain])
                file = literal(str(made / f"{grain}.parquet"))
                con.execute(f"COPY (SELECT {columns} FROM ({query})) TO {file} (FORMAT parquet)")
            clean_up(con)
            os.replace(made, folder)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        _forget_old(place)
    return folder


def _forget_old(place: Path) -> None:
    folders = sorted(place.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in folders[MOST:]:
        if time.time() - folder.stat().st_mtime > UNUSED_S:
            shutil.rmtree(folder, ignore_errors=True)
