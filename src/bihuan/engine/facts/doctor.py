"""Look a workspace over and say what to do: one line a check, none of them changes anything."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

import duckdb
from deltalake.exceptions import DeltaError

from bihuan.engine.clock.calendars import load_calendars
from bihuan.engine.clock.errors import ClockError
from bihuan.engine.clock.zone import workspace_zone
from bihuan.engine.home import Home, current_definitions

from . import freshness, journal, lake, presets, store
from .errors import FactsError
from .lake import quoted
from .mapping import MappingError
from .schema import TABLES
from .unknown import unknown_names

ROOM_GB = 2
PINNED = ("duckdb", "deltalake", "pyarrow", "numpy", "ibis-framework")


@dataclass(frozen=True)
class Line:
    """One check: ``state`` ok | warn | bad, what was found, and what to do about it (zh, en; empty when ok)."""

    check: str
    state: str
    found: str
    advice: str = ""
    advice_en: str = ""


def look_over(home: Home) -> list[Line]:
    """All checks, in order; a check that breaks down is itself a bad line."""
    lines: list[Line] = []
    for check in CHECKS:
        try:
            lines += list(check(home))
        except (OSError, FactsError, ClockError, MappingError, DeltaError, duckdb.Error, ValueError) as error:
            text = error.text("zh") if isinstance(error, FactsError | MappingError) else str(error)
            lines.append(Line(check.__name__.strip("_"), "bad", str(error), text or "见上。", str(error)))
    return lines


def _folders(home: Home) -> Iterator[Line]:
    for folder in (home.lake, home.facts, home.batches, home.definitions, home.uploads, home.locks):
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            yield Line("folders", "bad", str(folder), "该文件夹不存在或不可写：请建立它并给予写权限。",
                       "The folder is missing or not writable: create it and allow writing.")
            return
    yield Line("folders", "ok", str(home.path))


def _space(home: Home) -> Iterator[Line]:
    free = shutil.disk_usage(home.path).free / 1e9
    if free < ROOM_GB:
        yield Line("space", "warn", f"{free:.1f} GB", "磁盘将满：导入需要约为文件三倍的空间。",
                   "The disk is nearly full: an import needs about three times the file's size.")
    else:
        yield Line("space", "ok", f"{free:.1f} GB")


def _versions(home: Home) -> Iterator[Line]:
    yield Line("versions", "ok", ", ".join(f"{name} {version(name)}" for name in PINNED))


def _journal(home: Home) -> Iterator[Line]:
    count = journal.verify(home)
    states = [batch.state for batch in journal.batches(home)]
    yield Line("journal", "ok", f"{count} lines, {states.count('done')} batches, {states.count('undone')} undone")


def _lake(home: Home) -> Iterator[Line]:
    con = store.connect(home)
    told = []
    for table in TABLES:
        if lake.files(home.lake / table):
            # Reading a column of every file finds the ones that are missing or torn.
            (rows,) = con.execute(f"SELECT count(batch) FROM {quoted(table)}").fetchall()[0]
            told.append(f"{table} {rows}")
    yield Line("lake", "ok", ", ".join(told) or "empty")


def _leftovers(home: Home) -> Iterator[Line]:
    known = {batch.id for batch in journal.batches(home)} | {lake.MIXED}
    lost = sorted({file.batch for table in TABLES for file in lake.files(home.lake / table)} - known)
    if lost:
        yield Line("leftovers", "warn", ", ".join(lost[:5]),
                   "有导入在最后一步前中断；其数据不可见，也不影响指标。重新导入原文件即可。",
                   "An import was cut off before its last step; its rows are not seen and count nowhere. Import the "
                   "file again.")
    else:
        yield Line("leftovers", "ok", "none")


def _facts(home: Home) -> Iterator[Line]:
    if freshness.is_fresh(home):
        yield Line("facts", "ok", "fresh")
    else:
        yield Line("facts", "warn", "stale", "指标事实落后于数据：下一次导入或撤销会补算，也可重新导入最近的文件。",
                   "The derived facts lag behind the rows: the next import or undo makes up for it; importing the "
                   "latest file again does too.")


def _calendars(home: Home) -> Iterator[Line]:
    yield Line("zone", "ok", workspace_zone(home).key)
    con = store.connect(home)
    years = [int(year) for (year,) in con.execute(
        "SELECT DISTINCT year(opened) FROM cases WHERE opened IS NOT NULL ORDER BY 1").fetchall()]
    found = False
    for name, calendar in load_calendars(home).items():
        for warning in calendar.warnings(years):
            found = True
            yield Line("calendars", "warn", f"{name}: {warning.text('en')}", warning.text("zh"), warning.text("en"))
    if not found:
        yield Line("calendars", "ok", ", ".join(load_calendars(home)))


def _times(home: Home) -> Iterator[Line]:
    told = [f"{table} {rows}" for table, rows in store.out_of_time(home).items()]
    if not told:
        yield Line("times", "ok", "none before 1970 or after the last import")
        return
    yield Line("times", "warn", ", ".join(told),
               "这些行记的事发生在最后一次导入之后或 1970 年以前（旧版本曾照收），时长类指标会因此失真："
               "请撤销那个批次，改正后重新导入。",
               "These rows tell of what happened after the last import or before 1970, as older versions took them; "
               "they distort lengths of time. Undo their batch and import the corrected file.")


def _names(home: Home) -> Iterator[Line]:
    found = unknown_names(home)
    if not found:
        yield Line("names", "ok", "every agent is registered or no register is there")
        return
    listed = ", ".join(f"{one.name} ({one.cases})" for one in found[:5]) + (", …" if len(found) > 5 else "")
    yield Line("names", "warn", f"{len(found)}: {listed}",
               "这些写法在坐席名册里对不上唯一的一位，其记录不计入任何坐席和班组：请补全坐席与归属两表，"
               "或在产品的“坐席归属”页逐个认定。",
               "These mean no agent of the register, or not one alone, and count for no agent and no team: complete "
               "the tables agents and memberships, or say on the product's page 坐席归属 who they are.")


def _definitions(home: Home) -> Iterator[Line]:
    missing = [file for file in current_definitions(home).values() if not (home.definitions / file).is_file()]
    if missing:
        yield Line("definitions", "bad", ", ".join(missing), "已发布的定义文件丢失：请从备份恢复，或重新发布。",
                   "Published definition files are missing: restore a backup or publish them again.")
    else:
        yield Line("definitions", "ok", f"{len(current_definitions(home))} published")


def _mappings(home: Home) -> Iterator[Line]:
    yield Line("mappings", "ok", f"{len(presets.all(home))} usable")


CHECKS: tuple[Callable[[Home], Iterator[Line]], ...] = (
    _folders, _space, _versions, _journal, _lake, _leftovers, _facts, _calendars, _times, _names, _definitions,
    _mappings)
