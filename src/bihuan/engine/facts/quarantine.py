"""The second look at the bad records: which cell, what it says, why; and the file of them that can be corrected."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .binding import Cell
from .contracts import BadCell
from .joined import beyond, is_lost, wrong_parts
from .lake import literal, quoted
from .papers import Papers
from .parsers import lost
from .readers.base import FORMULA_ERRORS, UNREAD, Reject
from .runner import Runner
from .schema import TIME
from .stage import FINE, REFUSED, Stage
from .words import CODES, sentence

BETWEEN = ", "         # between the fields that are made of one cell
SHOWN = 10_000         # bad cells handed back; the file beside the journal has all
BLOCK = 50_000
LONG = 200             # characters of a cell that are quoted
NAMED = 24             # of the codes a question has, so many are named in the advice
SLASHED = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]")
PLAIN, COMMA = re.compile(r"[-+]?\d+(\.\d+)?"), re.compile(r"[-+]?\d+(\.\d{3})*,\d+")
Place = tuple[str | None, int]     # sheet (None where only one is read) and row
COUNTED = r"[:：]?\s*[\d,.]*\s*(条|個|个|件|单|單|笔|筆|通)?(记录|記錄)?"
TOTALS = (rf"(本页|本表)?((合计|总计|小计|共计|汇总|合計|總計|小計){COUNTED}|共\s*\d{COUNTED})"
          r"|((grand |sub)?totals?|sum):?\s*[\d,.]*")


@dataclass(frozen=True)
class Bad:
    """The bad cells of a file (the first ``SHOWN``, and how many in all), the records kept out, the empty lines."""

    cells: list[BadCell]
    total: int
    refused: int
    empty: int
    per_field: Counter[str]


def look(run: Runner, stage: Stage, papers: Papers, *, source: str, main: bool) -> Bad:
    """Go through the marked records; all bad cells and, of the ``main`` records, the refused ones go to the papers.

    Block by block, so that a file of nothing but bad cells takes no more memory than one with a few.
    """
    (marked,) = run(f"SELECT count(*) FROM {stage.parsed} WHERE bad > {FINE}")[0]
    torn = [_torn(stage, reject) for reject in stage.raw.rejects]
    if not marked and not torn:
        return Bad([], 0, 0, 0, Counter())
    if marked:
        _look_again(run, stage)
    shown, per_field = list(torn), Counter(cell.field for cell in torn)
    empty, refused, total = 0, 0, len(torn)
    with papers.opened(stage.raw.columns, source=source, main=main) as out:
        for low, high in _blocks(run) if marked else ():
            nothing = _empty(run, stage, low, high)
            sums = _totals(run, stage, low, high)
            found = _once(cell for cell in _found(run, stage, nothing, low, high) if (cell.sheet, cell.row) not in sums)
            found = sorted([*found, *(_total(place, text) for place, text in sums.items())], key=_in_order)
            records = [record for record in _refused(run, stage, low, high) if record[0] not in nothing]
            out.write(found, records, _places(stage, records))
            shown = sorted([*shown, *found], key=_in_order)[:SHOWN]
            total += len(found)
            per_field.update(field for _sheet, _row, field in {
                (cell.sheet, cell.row, field) for cell in found for field in cell.field.split(BETWEEN)})
            empty, refused = empty + len(nothing), refused + len(records)
        # A row left out because it is hidden is counted and listed, but there is nothing to correct in it.
        mendable = [reject for reject in stage.raw.rejects if reject.code != "hidden_row"]
        out.write(torn, [(None, *reject.cells) for reject in mendable],
                  [stage.raw.place(reject.row) for reject in mendable])
    return Bad(shown, total, refused + len(torn), empty, per_field)


def _blocks(run: Runner) -> list[tuple[int, int]]:
    """Ranges of positions that hold about ``BLOCK`` marked records each."""
    edges = [rn for (rn,) in run(f"SELECT rn FROM (SELECT rn, row_number() OVER (ORDER BY rn) AS nth FROM looked) "
                                 f"WHERE nth % {BLOCK} = 1 ORDER BY rn")]
    return [(low, high - 1) for low, high in zip(edges, [*edges[1:], 1 << 62])]


def _refused(run: Runner, stage: Stage, low: int, high: int) -> list[tuple[object, ...]]:
    """(position, cells as they stand ...) of the records that stay out."""
    listed = ", ".join(quoted(name) for name in stage.raw.columns)
    return run(f"SELECT rn, {listed} FROM texts WHERE rn BETWEEN {low} AND {high} AND rn IN "
               f"(SELECT rowid FROM {stage.parsed} WHERE bad = {REFUSED}) ORDER BY rn")


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
    run(f"CREATE OR REPLACE TEMP TABLE looked AS SELECT * FROM {stage.doubted} WHERE bad > {FINE}")
    numbered = f"(SELECT row_number() OVER () - 1 AS rn, * FROM {stage.raw.texts})"
    columns = ", ".join(f"{quoted(name)}::VARCHAR AS {quoted(name)}" for name in stage.raw.columns)
    run(f"CREATE OR REPLACE TEMP TABLE texts AS SELECT rn, {columns} FROM {numbered} WHERE {marked}")


def _empty(run: Runner, stage: Stage, low: int, high: int) -> set[object]:
    """Positions of records in which no cell says anything: lines below the table, not records."""
    nothing = " AND ".join(f"trim(coalesce({quoted(name)}, ''), ' \t\r\n') = ''" for name in stage.raw.columns)
    return {rn for (rn,) in run(f"SELECT rn FROM texts WHERE rn BETWEEN {low} AND {high} AND {nothing}")}


def _totals(run: Runner, stage: Stage, low: int, high: int) -> dict[Place, str]:
    """{place: its word} of the refused lines that begin with 合计 or the like: sums of a table, not records."""
    if stage.mapping.totals == "read":
        return {}
    first = "coalesce(" + ", ".join(f"nullif(trim({quoted(name)}), '')" for name in stage.raw.columns) + ", '')"
    rows = run(f"SELECT rn, {first} AS word FROM texts WHERE rn BETWEEN {low} AND {high} AND rn IN (SELECT rowid FROM "
               f"{stage.parsed} WHERE bad = {REFUSED}) AND regexp_full_match(lower({first}), {literal(TOTALS)})")
    return dict(zip(_places(stage, rows), (str(word) for _, word in rows)))


def _total(place: Place, word: str) -> BadCell:
    return BadCell(row=place[1], sheet=place[0], column=None, value=word[:LONG], code="total_row", field="",
                   message=sentence("total_row", "zh"), message_en=sentence("total_row", "en"))


def _found(run: Runner, stage: Stage, empty: set[object], low: int, high: int) -> Iterator[BadCell]:
    within = f"rn BETWEEN {low} AND {high}"
    for i, cell in enumerate(stage.bindings.cells):
        if stage.fallible(cell):
            asked = f"t{i}::VARCHAR, {_out_of_range(stage, i, cell)}, {lost(f't{i}::VARCHAR')}"
            rows = run(f"SELECT rn, {asked} FROM looked WHERE {stage.fails(i)} AND {within}")
            lengths = _lengths(run, stage, cell, within) if cell.durations and rows else {}
            parts = wrong_parts(run, stage, cell, f"rn IN (SELECT rn FROM looked WHERE {stage.fails(i)} AND {within})"
                                ) if rows else {}
            for (rn, text, far, gone), place in zip(rows, _places(stage, rows)):
                code = _code(stage, cell, text, far, gone)
                for column, said in lengths.get(rn, []):
                    wrong = _lost(said) if is_lost(said) else "bad_duration"
                    yield _bad(stage, cell, place, said, wrong, cell.severe, column)
                if rn in parts:
                    alone = replace(cell, plus=(), plus_if_any=())
                    for column, said, far in parts[rn]:
                        wrong = _code(stage, alone, said, far, is_lost(said))
                        if wrong == "bad_datetime":
                            wrong = "bad_date" if column == cell.columns[0] else "bad_time_of_day"
                        yield _bad(stage, cell, place, said or None, wrong, cell.severe, column)
                elif code != "bad_duration" or rn not in lengths:
                    yield _bad(stage, cell, place, text, code, cell.severe, " + ".join(cell.columns))
        if cell.required:
            rows = [row for row in run(f"SELECT rn FROM looked WHERE t{i} IS NULL AND {within}") if row[0] not in empty]
            for _, place in zip(rows, _places(stage, rows)):
                yield _bad(stage, cell, place, None, "missing_required", True)
    yield from _strays(run, stage, within)


def _once(found: Iterable[BadCell]) -> list[BadCell]:
    """One line for each cell of the file, however many fields and events are made of it; the severest reason first."""
    cells: dict[object, list[BadCell]] = {}
    for at, cell in enumerate(found):
        cells.setdefault((cell.sheet, cell.row, cell.column or at), []).append(cell)
    merged = []
    for same in cells.values():
        same.sort(key=lambda cell: not cell.refused)
        field, told, told_en = (mark.join(dict.fromkeys(getattr(cell, name) for cell in same if getattr(cell, name)))
                                for name, mark in (("field", BETWEEN), ("message", ""), ("message_en", "; ")))
        merged.append(replace(same[0], field=field, message=told, message_en=told_en))
    return merged


def _strays(run: Runner, stage: Stage, within: str) -> Iterator[BadCell]:
    """Cells of a column that parts the records, whose word nobody has put on a side."""
    for k, (column, sides) in enumerate(stage.sides.items()):
        rows = run(f"SELECT rn, s{k} FROM looked WHERE s{k} IS NOT NULL AND {within}")
        known = tuple(side[0] for side in sides)
        for (_, said), (sheet, row) in zip(rows, _places(stage, rows)):
            yield BadCell(row=row, sheet=sheet, column=column, value=str(said)[:LONG], code="unknown_value", field="",
                          refused=False, message=sentence("unknown_value", "zh", allowed=known),
                          message_en=sentence("unknown_value", "en", allowed=known))


def _lengths(run: Runner, stage: Stage, cell: Cell, within: str) -> dict[object, list[tuple[str, str]]]:
    """{position: [(column, what stands there)]} of those of a time's durations that are none."""
    found: dict[object, list[tuple[str, str]]] = {}
    for column in cell.durations:
        text = f"nullif(trim({quoted(column)}), '')"
        for rn, said in run(f"SELECT rn, {text} FROM texts WHERE {within} AND {text} IS NOT NULL AND "
                            f"({stage.length(column, text)}) IS NULL"):
            found.setdefault(rn, []).append((column, str(said)))
    return found


def _places(stage: Stage, rows: Sequence[tuple[object, ...]]) -> list[Place]:
    if not rows:
        return []
    numbers = stage.raw.number(np.array([row[0] for row in rows], dtype=np.int64))
    return [stage.raw.place(int(number)) for number in numbers]


def _in_order(cell: BadCell) -> tuple[str, int]:
    return cell.sheet or "", cell.row


def _out_of_range(stage: Stage, i: int, cell: Cell) -> str:
    return beyond(stage, cell, stage.moment(i, cell), f"t{i}") if cell.kind == TIME else "''"


def _code(stage: Stage, cell: Cell, text: str, far: str, gone: bool) -> str:
    if gone and stage.raw.doubtful:
        return _lost(text)
    if cell.value.only:
        return "not_invited" if cell.field == "customer" else "unknown_code"
    if cell.allowed:
        return "unknown_value"
    code = CODES.get(cell.value.parser, "unknown_value")
    if code == "bad_datetime" and far:
        return far
    if code == "bad_datetime" and not stage.orders(cell) and SLASHED.match(text):
        return "ambiguous_date"
    if cell.value.parser == "percent" and not cell.value.scale and PLAIN.fullmatch(text):
        return "percent_scale"
    if code in ("not_a_number", "not_an_integer") and not cell.value.decimal and COMMA.fullmatch(text):
        return "decimal_comma"
    return code


def _lost(text: str) -> str:
    """Why a cell with the sign for what is lost has no value."""
    if text.startswith(f"{UNREAD}="):
        return "formula_without_value"
    return "formula_error" if text in FORMULA_ERRORS or text.startswith(f"{UNREAD}#") else "bad_encoding"


def _bad(stage: Stage, cell: Cell, place: Place, text: str | None, code: str, refused: bool,
         column: str | None = None) -> BadCell:
    column = column or " + ".join([*cell.columns, *cell.durations]) or None
    if code in ("formula_without_value", "formula_error"):
        text = str(text).removeprefix(UNREAD)
    allowed = cell.allowed or tuple(dict.fromkeys(meant for _told, meant in cell.value.mapped))[:NAMED]
    return BadCell(row=place[1], sheet=place[0], column=column, value=text if text is None else text[:LONG], code=code,
                   field=f"{cell.table}.{cell.field}", message=sentence(code, "zh", allowed=allowed),
                   message_en=sentence(code, "en", allowed=allowed), refused=refused)


def _torn(stage: Stage, torn: Reject) -> BadCell:
    sheet, row = stage.raw.place(torn.row)
    return BadCell(row=row, sheet=sheet, column=None, value="|".join(torn.cells)[:LONG], code=torn.code, field="",
                   message=sentence(torn.code, "zh"), message_en=sentence(torn.code, "en"))
