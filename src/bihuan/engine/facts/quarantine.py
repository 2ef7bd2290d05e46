"""The second look at the bad records: which cell, what it says, why; and the file of them that can be corrected."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bihuan.engine.home import Home

from .binding import Cell
from .contracts import BadCell
from .lake import quoted
from .readers.base import Reject
from .runner import Runner
from .schema import TIME
from .stage import FINE, LOST, REFUSED, Stage
from .words import CODES, sentence

ERROR_COLUMNS = ("_row", "_column", "_value", "_code", "_message", "_source")
SHOWN = 10_000         # bad cells handed back; the file beside the journal has all
LONG = 200             # characters of a cell that are quoted


@dataclass(frozen=True)
class Bad:
    """The bad cells of a file (the first ``SHOWN``, and how many in all), the records kept out, the empty lines."""

    cells: list[BadCell]
    total: int
    refused: int
    empty: int
    per_field: Counter[str]


class Papers:
    """The two files that an import with bad cells leaves beside the journal; none with ``keep`` false."""

    def __init__(self, home: Home, batch: str, *, keep: bool) -> None:
        self.cells = home.batches / f"{batch}.cells.csv" if keep else None
        self.rejected = home.batches / f"{batch}.rejected.csv" if keep else None

    @property
    def cells_file(self) -> str | None:
        return str(self.cells) if self.cells is not None and self.cells.exists() else None

    @property
    def rejected_file(self) -> str | None:
        return str(self.rejected) if self.rejected is not None and self.rejected.exists() else None

    def remove(self) -> None:
        for file in (self.cells, self.rejected):
            if file is not None:
                file.unlink(missing_ok=True)


def look(run: Runner, stage: Stage, papers: Papers, *, source: str, main: bool) -> Bad:
    """Go through the marked records; all bad cells and, of the ``main`` records, the refused ones go to the papers."""
    (marked,) = run(f"SELECT count(*) FROM {stage.parsed} WHERE bad > {FINE}")[0]
    if not marked and not stage.raw.rejects:
        return Bad([], 0, 0, 0, Counter())
    _look_again(run, stage)
    empty = _empty(run, stage)
    found = sorted([*_found(run, stage, empty), *(_torn(torn) for torn in stage.raw.rejects)],
                   key=lambda cell: cell.row)
    if papers.cells is not None and found:
        _write_cells(papers.cells, found)
    if papers.rejected is not None and main:
        _write_rejected(run, stage, papers.rejected, found, empty, source)
    (refused,) = run(f"SELECT count(*) FROM {stage.parsed} WHERE bad = {REFUSED}")[0]
    return Bad(found[:SHOWN], len(found), refused - len(empty) + len(stage.raw.rejects), len(empty),
               Counter(cell.field for cell in found))


def costs_of(run: Runner, stages: list[Stage], bads: list[Bad]) -> dict[str, dict[str, int]]:
    """{"table.field": {"missing", "bad", "of"}}: how many of the records that make a row lack each field."""
    costs: dict[str, dict[str, int]] = {}
    for stage, bad in zip(stages, bads):
        cells = stage.bindings.cells
        counts = ", ".join(f"count(v{i}) FILTER (bad < {REFUSED})" for i, _ in enumerate(cells))
        of, *present = run(f"SELECT count(*), {counts} FROM {stage.parsed}")[0]
        of -= bad.empty
        for bound in stage.bindings.bounds:
            if bound.plan.role == "side" and not bound.plan.explode:
                continue
            for name, i in bound.cells.items():
                wrong = bad.per_field[f"{cells[i].table}.{cells[i].field}"]
                if cells[i].columns and cells[i].value.how not in ("object", "rest"):
                    lacking = of - present[i] - bad.refused
                    costs[f"{bound.plan.table}.{name}"] = {"missing": max(lacking, 0), "bad": wrong, "of": of}
    return costs


def _look_again(run: Runner, stage: Stage) -> None:
    """``looked``: texts and values of the marked records; ``texts``: their cells as they stand in the file."""
    marked = f"rn IN (SELECT rowid FROM {stage.parsed} WHERE bad > {FINE})"
    numbered = f"(SELECT row_number() OVER () - 1 AS rn, * FROM {stage.raw.relation})"
    run(f"CREATE OR REPLACE TEMP TABLE looked AS "
        f"{stage.layers(f'(SELECT * FROM {numbered} WHERE {marked})', keep='rn')}")
    numbered = f"(SELECT row_number() OVER () - 1 AS rn, * FROM {stage.raw.texts})"
    columns = ", ".join(f"{quoted(name)}::VARCHAR AS {quoted(name)}" for name in stage.raw.columns)
    run(f"CREATE OR REPLACE TEMP TABLE texts AS SELECT rn, {columns} FROM {numbered} WHERE {marked}")


def _empty(run: Runner, stage: Stage) -> set[int]:
    """Positions of records in which no cell says anything: lines below the table, not records."""
    nothing = " AND ".join(f"trim(coalesce({quoted(name)}, ''), ' \t\r\n') = ''" for name in stage.raw.columns)
    return {rn for (rn,) in run(f"SELECT rn FROM texts WHERE {nothing}")}


def _found(run: Runner, stage: Stage, empty: set[int]) -> Iterator[BadCell]:
    for i, cell in enumerate(stage.bindings.cells):
        if stage.fallible(cell):
            told = f"t{i}::VARCHAR, {_out_of_range(i, cell)}, contains(t{i}::VARCHAR, {LOST})"
            rows = run(f"SELECT rn, {told} FROM looked WHERE {stage.fails(i)}")
            for (_, text, beyond, lost), number in zip(rows, _numbers(stage, rows)):
                yield _bad(stage, cell, number, text, _code(stage, cell, text, beyond, lost), cell.severe)
        if cell.required:
            rows = [row for row in run(f"SELECT rn FROM looked WHERE t{i} IS NULL") if row[0] not in empty]
            for _, number in zip(rows, _numbers(stage, rows)):
                yield _bad(stage, cell, number, None, "missing_required", True)


def _numbers(stage: Stage, rows: Sequence[tuple[object, ...]]) -> list[int]:
    return [int(n) for n in stage.raw.number(np.array([row[0] for row in rows], dtype=np.int64))] if rows else []


def _out_of_range(i: int, cell: Cell) -> str:
    return f"TRY_CAST(t{i} AS TIMESTAMP) IS NOT NULL" if cell.kind == TIME else "false"


def _code(stage: Stage, cell: Cell, text: str, beyond: bool, lost: bool) -> str:
    if cell.allowed:
        return "unknown_value"
    if lost and stage.raw.doubtful:
        return "bad_encoding"
    code = CODES.get(cell.value.parser, "unknown_value")
    if code == "bad_datetime" and beyond and text[4:5] in ("-", "/"):
        return "date_out_of_range"
    if code == "bad_datetime" and not stage.dates and (text[1:2] in ("-", "/", ".") or text[2:3] in ("-", "/", ".")):
        return "ambiguous_date"
    return code


def _bad(stage: Stage, cell: Cell, number: int, text: str | None, code: str, refused: bool) -> BadCell:
    column = " + ".join([*cell.columns, *cell.plus]) or None
    return BadCell(row=number, column=column, value=text if text is None else text[:LONG], code=code,
                   field=f"{cell.table}.{cell.field}", message=sentence(code, "zh", allowed=cell.allowed),
                   message_en=sentence(code, "en", allowed=cell.allowed), refused=refused)


def _torn(torn: Reject) -> BadCell:
    return BadCell(row=torn.row, column=None, value="|".join(torn.cells)[:LONG], code=torn.code, field="",
                   message=sentence(torn.code, "zh"), message_en=sentence(torn.code, "en"))


def _write_cells(file: Path, cells: list[BadCell]) -> None:
    with open(file, "w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["row", "column", "value", "code", "field", "message", "message_en", "refused"])
        writer.writerows([cell.row, cell.column, cell.value, cell.code, cell.field, cell.message, cell.message_en,
                          cell.refused] for cell in cells)


def _write_rejected(run: Runner, stage: Stage, file: Path, found: list[BadCell], empty: set[int], source: str) -> None:
    """The refused records as they stand, with what is wrong behind them: correct it there and import the file."""
    wrong: dict[int, list[BadCell]] = {}
    for cell in found:
        if cell.refused:
            wrong.setdefault(cell.row, []).append(cell)
    if not wrong:
        return
    columns = [name for name in stage.raw.columns if name not in ERROR_COLUMNS]
    listed = ", ".join(quoted(name) for name in columns)
    rows = run(f"SELECT rn, {listed} FROM texts WHERE rn IN (SELECT rowid FROM {stage.parsed} WHERE bad = {REFUSED}) "
               "ORDER BY rn")
    with open(file, "w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([*columns, *ERROR_COLUMNS])
        for row, number in zip(rows, _numbers(stage, rows)):
            if row[0] not in empty:
                writer.writerow([*row[1:], *_errors(number, wrong.get(number, []), source)])
        for torn in stage.raw.rejects:
            cells = [*torn.cells, *[""] * len(columns)][:len(columns)]
            writer.writerow([*cells, *_errors(torn.row, wrong.get(torn.row, []), source)])


def _errors(number: int, cells: list[BadCell], source: str) -> list[object]:
    return [number, "; ".join(cell.column or "" for cell in cells), "; ".join(cell.value or "" for cell in cells),
            "; ".join(cell.code for cell in cells), "; ".join(cell.message for cell in cells), source]
