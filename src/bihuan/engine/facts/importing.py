"""Import files and rows: read, parse, judge, compare, write, derive; and take a batch back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from bihuan.engine.clock.zone import workspace_zone, zone_named
from bihuan.engine.home import Home

from . import freshness, journal, presets
from .binding import bind
from .choosing import choose, file_source, own_names
from .commit import commit_staged, compare
from .connection import open_engine
from .contracts import BadCell, ImportResult, Previewed, Sniffed, UndoResult
from .dates import order_of
from .errors import FactsError
from .glance import glance
from .lake import literal, quoted
from .mapping import Mapping
from .papers import Papers
from .quarantine import Bad, costs_of, look
from .readers.base import Raw, load_texts
from .readers.cells import text_of
from .readers.open import read
from .rows import Rows
from .runner import Progress, Runner
from .schema import TABLES
from .stage import Stage

__all__ = ["BadCell", "ImportResult", "Previewed", "Sniffed", "UndoResult", "file_source", "import_file", "import_rows",
           "preview", "sniff", "undo"]
Cancel = Callable[[], bool]


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


def import_file(home: Home, path: str | Path, *, table: str | None = None, preset: str | None = None,
                mapping: Mapping | str | Path | None = None, actor: str = "cli", dry_run: bool = False,
                progress: Progress | None = None, cancelled: Cancel | None = None, source: str | None = None,
                name: str | None = None, cells_to: str | Path | None = None) -> ImportResult:
    """Import one file as one batch. See ``ImportResult`` for what is counted.

    ``preset`` names a kept mapping, ``mapping`` is one or the path of its file; with neither the preset is found
    by the header. ``name`` is what the file was called where it came from (an upload is stored under another).
    A ``dry_run`` reads and judges everything and writes nothing but the list of all bad cells, if ``cells_to`` names
    a file for it. Raises FactsError or MappingError when nothing can
    be read, Cancelled when the caller stopped it: then nothing is left behind.
    """
    path = Path(path)
    chosen = choose(home, path, table=table, preset=preset, mapping=mapping)
    job = _job(home, chosen, name or path.name, source=source or "", actor=actor, dry_run=dry_run,
               cells_to=Path(cells_to) if cells_to else None)
    with _workplace(home) as (con, scratch):
        run = Runner(con, progress=progress, cancelled=cancelled)
        run.step(1, "读取文件")
        return _import(job, run, read(con, path, chosen, scratch))


def import_rows(home: Home, table: str, rows: Iterable[dict[str, Any]], *, source: str, actor: str,
                name: str = "rows") -> ImportResult:
    """Import rows given as dictionaries by the table's field names, through the same checks as a file.

    Times may be aware, or naive in the workspace's zone; ``case`` and ids without "<source>:" get it.
    """
    if table not in TABLES:
        raise FactsError("unknown_table", table=table, tables=", ".join(TABLES))
    listed = list(rows)
    columns = list(dict.fromkeys(key for row in listed for key in row)) or list(TABLES[table].names)
    job = _job(home, own_names(table, columns), name, source=source, actor=actor)
    with _workplace(home) as (con, _):
        load_texts(con, "raw_text", columns, ([text_of(row.get(key)) for key in columns] for row in listed))
        return _import(job, Runner(con), {"": Raw("raw_text", columns)})


def undo(home: Home, batch: str, *, actor: str, progress: Progress | None = None) -> UndoResult:
    """Take a batch out of sight and recompute what it touched; older versions of its rows come back."""
    known = journal.get(home, batch)
    journal.undone(home, batch, actor=actor)
    cases = freshness.refresh(home, progress=progress)
    tables = {name: told["accepted"] + told["updated"] for name, told in known.tables.items()}
    return UndoResult(batch, tables, cases)


def _job(home: Home, mapping: Mapping, file: str, *, source: str = "", actor: str = "", dry_run: bool = False,
         cells_to: Path | None = None) -> Job:
    zone = workspace_zone(home).key if mapping.zone == "workspace" else zone_named(mapping.zone).key
    return Job(home, mapping, source, actor, dry_run, file, zone, cells_to)


@contextmanager
def _workplace(home: Home) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A connection and a folder for temporary files, both gone afterwards."""
    scratch = home.path / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=scratch, prefix="import-"))
    con = open_engine(home)
    try:
        yield con, folder
    finally:
        con.close()
        shutil.rmtree(folder, ignore_errors=True)


def _import(job: Job, run: Runner, raws: dict[str, Raw]) -> ImportResult:
    """Everything after reading; files beside the journal appear only together with the batch."""
    raw = raws[job.mapping.plans[0].explode]
    job = replace(job, source=_source(job, run, raw))
    batch = journal.new_batch_id()
    papers = Papers(job.home, batch, keep=not job.dry_run, cells_to=job.cells_to)
    try:
        stages = _stages(job, run, raws)
        run.step(35, "核对单元格")
        bads = [look(run, stage, papers, source=job.source, main=not number) for number, stage in enumerate(stages)]
        staged = _staged(job, run, stages)
        run.step(50, "与已有数据比较并写入")
        tables, counts = _commit(job, run, staged, batch, _records(run, stages[0], bads[0]), bads[0])
    except BaseException:
        papers.remove()
        raise
    if not job.dry_run and tables:
        run.tell(70, "更新指标事实")
        freshness.refresh(job.home, progress=_part(run))
    run.tell(100, "完成")
    cells = [cell for bad in bads for cell in bad.cells]
    return ImportResult(
        batch=batch if tables and not job.dry_run else None, **counts, rejected_file=papers.rejected_file,
        cells=tuple(cells), cells_total=sum(bad.total for bad in bads), cells_file=papers.cells_file, tables=tables,
        costs=costs_of(run, stages, bads), mapping=job.mapping.name, source=job.source,
        absent=tuple(stages[0].bindings.absent), unused=tuple(stages[0].bindings.unused))


def _stages(job: Job, run: Runner, raws: dict[str, Raw]) -> list[Stage]:
    """Parse the file's own records and every nested list that the mapping wants."""
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


def _stage(job: Job, run: Runner, raw: Raw, explode: str, name: str) -> Stage:
    bindings = bind(job.mapping, raw, explode=explode)
    run(f"SET TimeZone = {literal(job.zone)}")
    stage = Stage(raw, bindings, job.mapping, job.zone, order_of(run, job.mapping, raw, bindings), name)
    stage.load(run)
    return stage


def _staged(job: Job, run: Runner, stages: list[Stage]) -> dict[str, str]:
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


def _records(run: Runner, stage: Stage, bad: Bad) -> int:
    """How many records the file has: empty lines are none."""
    (parsed,) = run(f"SELECT count(*) FROM {stage.parsed}")[0]
    return int(parsed) - bad.empty + len(stage.raw.rejects)


def _commit(job: Job, run: Runner, staged: dict[str, str], batch: str, records: int,
            bad: Bad) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """Compare and, unless it is a dry run or nothing is usable, write; returns counts per table and of the file."""
    def counts(tables: dict[str, dict[str, int]]) -> dict[str, int]:
        told = tables.get(job.mapping.table, {"accepted": 0, "updated": 0})
        rest = records - bad.refused - told["accepted"] - told["updated"]
        return {"read": records, "accepted": told["accepted"], "updated": told["updated"], "unchanged": rest,
                "quarantined": bad.refused}

    if job.dry_run:
        tables = {name: compare(job.home, TABLES[name], relation, run) for name, relation in staged.items()}
    elif records == bad.refused:
        tables = {}
    else:
        tables = commit_staged(job.home, run.con, staged, batch=batch, actor=job.actor, counts=counts, run=run,
                               waiting=run.check, file=job.file, table=job.mapping.table, mapping=job.mapping.name,
                               source=job.source)
    return tables, counts(tables)


def _source(job: Job, run: Runner, raw: Raw) -> str:
    """The source's name: given, the mapping's, or the file's; a file of rejected rows knows where it came from."""
    if job.source:
        return job.source
    if "_source" in raw.columns:
        told = run(f"SELECT any_value(_source) FROM {raw.relation} WHERE _source IS NOT NULL")[0][0]
        if told:
            return str(told).strip()
    return job.mapping.source.replace("{file}", file_source(job.file))


def _part(run: Runner) -> Progress | None:
    """Progress of the derivation as the last part of the whole."""
    def tell(done: int, total: int, text: str) -> None:
        run.tell(70 + 29 * done // max(total, 1), text)

    return tell


def sniff(home: Home, path: str | Path, *, name: str | None = None, encoding: str | None = None,
          delimiter: str | None = None, sheet: str | None = None, header_row: int | None = None) -> Sniffed:
    """What a file looks like and which presets fit it; what is given is not sniffed. ``name`` is its own name."""
    seen = glance(Path(path), encoding=encoding, delimiter=delimiter, sheet=sheet, header_row=header_row)
    fitting = presets.likely(home, seen.format, seen.columns)
    return Sniffed(seen.format, seen.encoding, seen.delimiter, seen.sheets, seen.header_row, seen.columns, seen.rows,
                   fitting[0][0] if fitting and fitting[0][1] == 1 else None, tuple(fitting))


def preview(home: Home, path: str | Path, *, preset: str | None = None, mapping: Mapping | str | Path | None = None,
            rows: int = 20) -> Previewed:
    """The first rows of the main table as the mapping makes them; nothing is written."""
    path = Path(path)
    chosen = choose(home, path, table=None, preset=preset, mapping=mapping)
    job = _job(home, chosen, path.name, dry_run=True)
    with _workplace(home) as (con, scratch):
        run = Runner(con)
        raws = read(con, path, chosen, scratch)
        job = replace(job, source=_source(job, run, raws[chosen.plans[0].explode]))
        relation = _staged(job, run, _stages(job, run, raws)[:1])[chosen.table]
        used = {name for plan in chosen.plans if plan.table == chosen.table for name in plan.fields}
        names = [field for field in TABLES[chosen.table].names if field in used | {"id"}]
        cells = ", ".join(f"CAST({quoted(field)} AS VARCHAR)" for field in names)
        found = run(f"SELECT {cells} FROM {quoted(relation)} ORDER BY rn LIMIT {int(rows)}")
    return Previewed(chosen.table, tuple(names), tuple(tuple(row) for row in found))
