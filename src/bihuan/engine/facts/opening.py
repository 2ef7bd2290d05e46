"""Open a file for an import, a preview or a look at its decisions: where it is read, how its records are staged."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from bihuan.engine.clock.zone import workspace_zone, zone_named
from bihuan.engine.home import Home

from . import journal
from .binding import bind
from .choosing import file_source
from .connection import open_engine, share_engine
from .dates import orders_of
from .lake import literal, quoted
from .mapping import Mapping
from .parsers import LATEST
from .quick import load
from .readers.base import Raw
from .readers.open import readable
from .rows import Rows
from .runner import Runner
from .spans import latest_past
from .stage import Stage


@dataclass(frozen=True)
class Job:
    """What an import needs to know beside the file."""

    home: Home
    mapping: Mapping
    source: str
    actor: str
    dry_run: bool
    file: str
    zone: str
    cells_to: Path | None = None
    own_engine: bool = False    # for what may be large: with memory and settings of its own
    until: str = LATEST         # nothing that has happened lies after it
    ends: datetime | None = None    # where the records end, if that may be later than now


def job_for(home: Home, mapping: Mapping, file: str, *, source: str = "", actor: str = "", dry_run: bool = False,
            cells_to: Path | None = None, own_engine: bool = False, ends: datetime | None = None) -> Job:
    """What an import of a file, as it may be called, has to know; ``ends`` as in ``import_file``."""
    zone = workspace_zone(home).key if mapping.zone == "workspace" else zone_named(mapping.zone).key
    return Job(home, mapping, source, actor, dry_run, file, zone, cells_to, own_engine,
               latest_past(max(filter(None, (journal.recording_moment(home), ends)))), ends)


@contextmanager
def workplace(home: Home, *, own: bool = False) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A connection, of an ``own`` engine or of the process's, and a folder for temporary files; gone afterwards."""
    scratch = home.path / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=scratch, prefix="import-"))
    con = open_engine(home) if own else share_engine(home)
    try:
        yield con, folder
    finally:
        con.close()
        shutil.rmtree(folder, ignore_errors=True)


def stages_of(job: Job, run: Runner, raws: dict[str, Raw]) -> list[Stage]:
    """Parse the file's own records and every nested list that the mapping wants. Raises "unreadable"."""
    with readable(job.file):
        return _stages(job, run, raws)


def _stages(job: Job, run: Runner, raws: dict[str, Raw]) -> list[Stage]:
    stages = []
    for number, explode in enumerate(dict.fromkeys(plan.explode for plan in job.mapping.plans)):
        if explode not in raws:
            continue
        raw = raws[explode]
        run.step(10 + number, "解析记录")
        try:
            stage = _stage(job, run, raw, explode, f"parsed_{number}")
        except duckdb.InvalidInputException:
            # A torn record: DuckDB names it but stops there.
            if raw.patient is None:
                raise
            stage = _stage(job, run, raw.patient(), explode, f"parsed_{number}")
        stages.append(stage)
    return stages


def stage_of(job: Job, run: Runner, raw: Raw, explode: str = "", name: str = "parsed") -> Stage:
    """How the records are to be parsed: the columns found and the orders of dates known; nothing is parsed yet."""
    raw.take_head(run.con)
    bindings = bind(job.mapping, raw, explode=explode)
    run(f"SET TimeZone = {literal(job.zone)}")
    return Stage(raw, bindings, job.mapping, job.zone, orders_of(run, job.mapping, raw, bindings), name,
                 until=job.until)


def _stage(job: Job, run: Runner, raw: Raw, explode: str, name: str) -> Stage:
    stage = stage_of(job, run, raw, explode, name)
    load(stage, run)
    return stage


def staged_of(job: Job, run: Runner, stages: list[Stage]) -> dict[str, str]:
    """{table: relation} of all stages; a table filled from several lists of a file is one relation."""
    parts: dict[str, list[str]] = {}
    for stage in stages:
        for table, relation in Rows(job.home, run, stage, source=job.source).stage().items():
            parts.setdefault(table, []).append(relation)
    staged = {}
    for table, relations in parts.items():
        staged[table] = relations[0]
        if len(relations) > 1:
            staged[table] = f"all_{table}"
            union = " UNION ALL BY NAME ".join(f"SELECT * FROM {quoted(name)}" for name in relations)
            run(f"CREATE OR REPLACE TEMP VIEW {quoted(staged[table])} AS {union}")
    return staged


def source_of(job: Job, run: Runner, raw: Raw) -> str:
    """The source's name: given, the mapping's, or the file's; a file of rejected rows knows where it came from."""
    if job.source:
        return job.source
    if "_source" in raw.columns:
        told = run(f"SELECT any_value(_source) FROM {raw.relation} WHERE _source IS NOT NULL")[0][0]
        if told:
            return str(told).strip()
    return job.mapping.source.replace("{file}", file_source(job.file))
