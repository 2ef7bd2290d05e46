"""The sub-commands about facts: each takes the parsed arguments and returns (exit code, what to print).

0 fine, 1 nothing usable, 2 wrong use, 3 done but with quarantined rows. Messages for people go to stderr.
"""

from __future__ import annotations

import getpass
import os
import shutil
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any

from bihuan.engine.clock.errors import ClockError
from bihuan.engine.home import MARK, open_home
from bihuan.engine.terminal import say

from . import backup as backups
from . import doctor as doctors
from . import freshness, importing, journal
from . import presets as kept
from .choosing import choose
from .contracts import BadCell, ImportResult
from .decisions import decisions
from .errors import WRONG, FactsError
from .mapping import MappingError

FINE, NOTHING_USABLE, WRONG_USE, QUARANTINED = 0, 1, 2, 3
# What a workspace consists of in which nothing but an import has been tried.
BEGUN = frozenset((MARK, "lake", "facts", "batches", "definitions", "uploads", "locks", "scratch"))
SHOWN_CELLS = 20
STATES = {"open": ("待定", "undecided"), "likely": ("推定", "likely"), "sure": ("确定", "sure"),
          "note": ("说明", "note")}
REMAINS = ("还有一位已删除客户的联系方式；请为这位客户再执行一次删除。",
           "holds a contact of a customer who was deleted: carry out the deletion again.")
Answer = tuple[int, Any]


def _told(command: Callable[[Namespace], Answer]) -> Callable[[Namespace], Answer]:
    """A refusal becomes a sentence on stderr and an exit code."""
    @wraps(command)
    def run(args: Namespace) -> Answer:
        try:
            return command(args)
        except FactsError as error:
            _refused(error)
            return (WRONG_USE if error.code in WRONG else NOTHING_USABLE), None
        except (MappingError, ClockError) as error:
            _refused(error)
            return WRONG_USE, None
    return run


@_told
def import_records(args: Namespace) -> Answer:
    """bihuan import FILE --table TABLE [--preset NAME | --mapping FILE.toml] [--dry-run]"""
    if args.home.is_there:
        return _import(args)
    if not args.dry_run and Path(args.file).expanduser().exists():
        return _begun(args)
    # A trial before there is a workspace: it reads by the shipped mappings and leaves none.
    with tempfile.TemporaryDirectory(prefix="bihuan-trial-") as folder:
        args.home = open_home(folder)
        return _import(args)


def _begun(args: Namespace) -> Answer:
    """Import into a workspace that begins with it; a file that is refused leaves none behind."""
    place: Path = args.home.path
    before = set(place.iterdir()) if place.exists() else None
    args.home.create()
    try:
        return _import(args)
    finally:
        made = set(place.iterdir()) - (before or set())
        # Another process may have begun to serve it meanwhile: then it is a workspace, and stays.
        if not journal.batches(args.home) and {one.name for one in made} <= BEGUN:
            for one in [place] if before is None else made:
                shutil.rmtree(one) if one.is_dir() else one.unlink()


def _import(args: Namespace) -> Answer:
    if args.mapping and not Path(args.mapping).is_file():
        raise FactsError("no_file", file=args.mapping)
    chosen = choose(args.home, Path(args.file), table=args.table, preset=args.preset, mapping=args.mapping)
    taken = decisions(args.home, args.file, mapping=chosen)
    for decision in taken:
        states = STATES["note" if decision.is_note else decision.state]
        where = f" [{decision.column}]" if decision.column else ""
        say(f"{states[0]} {decision.text('zh')}{where}", f"{states[1]} {decision.text('en')}{where}")
    result = importing.import_file(args.home, args.file, mapping=chosen, actor=actor(), dry_run=args.dry_run,
                                   progress=_progress(args))
    if not result.read:
        _refused(FactsError("no_records", file=Path(args.file).name))
    for cell in result.cells[:SHOWN_CELLS]:
        say(_line(cell, "第 {row} 行", cell.message), _line(cell, "row {row}", cell.message_en))
    if result.cells_total > SHOWN_CELLS:
        rest = result.cells_total - SHOWN_CELLS
        where = result.cells_file or ""
        say(f"… 另有 {rest} 个问题单元格{where and '：' + where}", f"… {rest} more bad cells{where and ': ' + where}")
    _tell_names(result)
    document = result.summary()
    if args.dry_run:
        document |= {"tables": result.tables, "costs": result.costs, "cells": [asdict(cell) for cell in result.cells],
                     "cells_total": result.cells_total, "decisions": [asdict(decision) for decision in taken]}
    return _code(result), document


@_told
def presets(args: Namespace) -> Answer:
    """bihuan presets"""
    return FINE, [{"name": mapping.name, "table": mapping.table, "reads": mapping.reads, "tables": mapping.tables,
                   "title": mapping.title} for mapping in kept.all(args.home)]


@_told
def batches(args: Namespace) -> Answer:
    """bihuan batches"""
    return FINE, [{"batch": batch.id, "state": batch.state, "at": batch.done_at, "actor": batch.actor,
                   "file": batch.file, "mapping": batch.mapping, "table": batch.table, **batch.counts}
                  for batch in reversed(journal.batches(args.home))]


@_told
def undo(args: Namespace) -> Answer:
    """bihuan undo BATCH"""
    return FINE, asdict(importing.undo(args.home, args.batch, actor=actor(), progress=_progress(args)))


@_told
def doctor(args: Namespace) -> Answer:
    """bihuan doctor; exit 1 when something is bad."""
    lines = doctors.look_over(args.home)
    for line in lines:
        if line.advice:
            say(f"{line.check}：{line.advice}", f"{line.check}: {line.advice_en}")
    return (NOTHING_USABLE if any(line.state == "bad" for line in lines) else FINE), [asdict(line) for line in lines]


@_told
def backup(args: Namespace) -> Answer:
    """bihuan backup FILE"""
    file = Path(args.file).expanduser().resolve()
    if not file.parent.is_dir():
        raise FactsError("no_folder", folder=str(file.parent))
    return FINE, backups.write_backup(args.home, file)


@_told
def restore(args: Namespace) -> Answer:
    """bihuan restore FILE"""
    told = backups.restore_backup(args.home, Path(args.file).expanduser().resolve())
    freshness.refresh(args.home)
    for name in told["remaining"]:
        say(f"{name}：{REMAINS[0]}", f"{name}: {REMAINS[1]}")
    return FINE, told


def actor() -> str:
    """Who the journal says it was: cli:<user>."""
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a container's user may have no name
        return f"cli:{os.getuid()}"


def _refused(error: FactsError | MappingError | ClockError) -> None:
    say(error.text("zh"), error.text("en"))


def _tell_names(result: ImportResult) -> None:
    """Say which names in place of agents' numbers mean nobody, and what can be done."""
    for one in result.people.unknown[:SHOWN_CELLS]:
        could_be = "、".join(one.bearers)
        why = {"nobody": ("名册里没有", "nobody of that name is registered"),
               "several": (f"同名：{could_be}", f"several bear it: {could_be}"),
               "elsewhen": (f"记录那天不在任何单位：{could_be}", f"in no unit on that day: {could_be}")}[one.reason]
        say(f"坐席“{one.name}”，{one.cases} 行：{why[0]}", f"agent {one.name!r}, {one.cases} rows: {why[1]}")
    if result.people.total:
        say("这些行不计入任何坐席和班组，直到补全坐席与归属两表，或在产品的“坐席归属”页认定是谁。",
            "These rows count for no agent and no team until the tables agents and memberships are completed, or until "
            "somebody says on the product's page 坐席归属 who they are.")


def _code(result: ImportResult) -> int:
    if result.read == result.quarantined:
        return NOTHING_USABLE
    return QUARANTINED if result.quarantined else FINE


def _line(cell: BadCell, row: str, told: str) -> str:
    return f"{row.format(row=cell.row)}, {cell.column or '-'}: {cell.value!r} [{cell.code}] {told}"


def _progress(args: Namespace) -> Callable[[int, int, str], None] | None:
    """A moving line on a terminal; nothing where stderr goes into a file."""
    if args.json or not sys.stderr.isatty():
        return None

    def tell(done: int, total: int, text: str) -> None:
        print(f"\r{done:3d} % {text:<24}", end="\n" if done >= total else "", file=sys.stderr, flush=True)

    return tell
