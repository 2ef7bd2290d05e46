"""Import files and rows: read, parse, judge, compare, write, derive; and take a batch back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from bihuan.engine.home import Home

from . import freshness, journal
from .choosing import choose, file_source, own_names
from .commit import commit_staged, compare
from .contracts import BadCell, ImportResult, Previewed, Sniffed, UndoResult
from .errors import FactsError
from .looking import preview, sniff
from .mapping import Mapping
from .opening import Job, job_for, source_of, staged_of, stages_of, workplace
from .papers import Papers
from .privacy import load_rules, mask_file_name
from .quarantine import Bad, costs_of, look
from .readers.base import Raw, load_texts
from .readers.cells import text_of
from .readers.open import read, readable
from .rows import main_counts
from .runner import Progress, Runner
from .schema import TABLES
from .stage import Stage
from .unknown import seen_in

__all__ = ["BadCell", "ImportResult", "Previewed", "Sniffed", "UndoResult", "file_source", "import_file", "import_rows",
           "preview", "sniff", "undo"]
Cancel = Callable[[], bool]
SMALL = 4 << 20     # bytes; to read a larger file takes longer than to start an engine for it


def import_file(home: Home, path: str | Path, *, table: str | None = None, preset: str | None = None,
                mapping: Mapping | str | Path | None = None, actor: str = "cli", dry_run: bool = False,
                progress: Progress | None = None, cancelled: Cancel | None = None, source: str | None = None,
                name: str | None = None, cells_to: str | Path | None = None,
                ends: datetime | None = None) -> ImportResult:
    """Import one file as one batch. See ``ImportResult`` for what is counted.

    ``preset`` names a kept mapping, ``mapping`` is one or the path of its file; with neither the preset is found
    by the header. ``name`` is what the file was called where it came from (an upload is stored under another), as it
    may be kept for good: the journal is never rewritten, so that a file's own name is masked before it goes there.
    A ``dry_run`` reads and judges everything and writes nothing but the list of all bad cells, if ``cells_to`` names
    a file for it. ``ends``: where records end that are invented, and so may lie after now. Raises FactsError or
    MappingError when nothing can be read, Cancelled when the caller stopped it: then nothing is left behind.
    """
    path = Path(path)
    chosen = choose(home, path, table=table, preset=preset, mapping=mapping)
    kept = name or mask_file_name(path.name, load_rules(home))
    job = job_for(home, chosen, kept, source=source or "", actor=actor, dry_run=dry_run,
                  cells_to=Path(cells_to) if cells_to else None,
                  own_engine=not dry_run and path.stat().st_size > SMALL, ends=ends)
    with workplace(home, own=job.own_engine) as (con, scratch):
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
    job = job_for(home, own_names(table, columns), name, source=source, actor=actor)
    with workplace(home) as (con, _):
        load_texts(con, "raw_text", columns, ([text_of(row.get(key)) for key in columns] for row in listed))
        return _import(job, Runner(con), {"": Raw("raw_text", columns)})


def undo(home: Home, batch: str, *, actor: str, progress: Progress | None = None) -> UndoResult:
    """Take a batch out of sight and recompute what it touched; older versions of its rows come back."""
    known = journal.get(home, batch)
    journal.undone(home, batch, actor=actor)
    cases = freshness.refresh(home, progress=progress)
    tables = {name: told["accepted"] + told["updated"] for name, told in known.tables.items()}
    return UndoResult(batch, tables, cases)


def _import(job: Job, run: Runner, raws: dict[str, Raw]) -> ImportResult:
    """Everything after reading; files beside the journal appear only together with the batch."""
    raw = raws.get(job.mapping.plans[0].explode)
    if raw is None:
        raise FactsError("no_records", file=job.file)
    job = replace(job, source=source_of(job, run, raw))
    batch = journal.new_batch_id()
    papers = Papers(job.home, batch, keep=not job.dry_run, cells_to=job.cells_to)
    try:
        with readable(job.file):
            stages, bads = _judged(job, run, raws, papers)
        staged = staged_of(job, run, stages)
        people = seen_in(job.home, run, staged)
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
        absent=tuple(stages[0].bindings.absent), unused=tuple(stages[0].bindings.unused), people=people)


def _judged(job: Job, run: Runner, raws: dict[str, Raw], papers: Papers) -> tuple[list[Stage], list[Bad]]:
    """Parse and judge all records. A torn one may show only when every cell is read again: then, patiently, anew."""
    try:
        return _look_at(job, run, stages_of(job, run, raws), papers)
    except duckdb.InvalidInputException:
        if not any(raw.patient for raw in raws.values()):
            raise
    papers.remove()
    patient = {path: raw.patient() if raw.patient else raw for path, raw in raws.items()}
    return _look_at(job, run, stages_of(job, run, patient), papers)


def _look_at(job: Job, run: Runner, stages: list[Stage], papers: Papers) -> tuple[list[Stage], list[Bad]]:
    run.step(35, "核对单元格")
    return stages, [look(run, stage, papers, source=job.source, main=not number) for number, stage in enumerate(stages)]


def _records(run: Runner, stage: Stage, bad: Bad) -> int:
    """How many records the file has: empty lines are none."""
    (parsed,) = run(f"SELECT count(*) FROM {stage.parsed}")[0]
    return int(parsed) - bad.empty + len(stage.raw.rejects)


def _commit(job: Job, run: Runner, staged: dict[str, str], batch: str, records: int,
            bad: Bad) -> tuple[dict[str, dict[str, int]], dict[str, int]]:
    """Compare and, unless it is a dry run or nothing is usable, write; returns counts per table and of the file."""
    def counts(tables: dict[str, dict[str, int]]) -> dict[str, int]:
        told = tables.get(job.mapping.table, {"accepted": 0, "updated": 0})
        accepted, updated = main_counts(run, job.mapping, told) if tables else (0, 0)
        rest = records - bad.refused - accepted - updated
        return {"read": records, "accepted": accepted, "updated": updated, "unchanged": rest,
                "quarantined": bad.refused}

    if job.dry_run:
        tables = {name: compare(job.home, TABLES[name], relation, run) for name, relation in staged.items()}
    elif records == bad.refused:
        tables = {}
    else:
        tables = commit_staged(job.home, run.con, staged, batch=batch, actor=job.actor, counts=counts, run=run,
                               waiting=run.check, unordered=job.own_engine, file=job.file,
                               table=job.mapping.table, mapping=job.mapping.name, source=job.source,
                               **({"until": job.ends.isoformat()} if job.ends else {}))
    return tables, counts(tables)


def _part(run: Runner) -> Progress | None:
    """Progress of the derivation as the last part of the whole."""
    def tell(done: int, total: int, text: str) -> None:
        run.tell(70 + 29 * done // max(total, 1), text)

    return tell
