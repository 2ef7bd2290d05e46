"""Which of two cells is wrong where a day and a time of day that stand apart make no moment together."""

from __future__ import annotations

from dataclasses import replace

from .binding import Cell
from .halves import time_alone
from .lake import literal, quoted
from .parsers import EARLIEST, LATEST, sql_of, within_reason
from .readers.base import FORMULA_ERRORS, UNREAD
from .runner import Runner
from .schema import TIME
from .spans import bounds
from .stage import Stage

SOME_DAY = "2000-01-01"
Part = tuple[str, str, str]     # column, what stands there, the code of a moment that is read and cannot be meant


def is_lost(said: str) -> bool:
    """Whether a cell is the error or the unread formula of a spreadsheet, or has a sign that could not be read."""
    return said in FORMULA_ERRORS or said.startswith(UNREAD) or "\ufffd" in said


def wrong_parts(run: Runner, stage: Stage, cell: Cell, within: str) -> dict[object, list[Part]]:
    """{position: its wrong cells} of the records ``within`` of which a day, a time or both are none by themselves.

    Not of cells in a writing that the mapping gives for both together: of that neither part is.
    """
    if cell.kind != TIME or len(cell.columns) != 2 or cell.value.how != "join" or cell.value.formats:
        return {}
    day, time = (f"nullif(trim({quoted(column)}), '')" for column in cell.columns)
    at = literal(SOME_DAY + cell.value.separator)
    nothing = ", ".join(literal(word) for word in stage.nothing(cell.columns[1])) or "''"
    moment, some = _read(stage, cell, day), _read(stage, cell, f"{at} || {time_alone(time)}")
    least, most = bounds(cell, stage.until)
    is_day, is_time = f"({within_reason(moment, least, most)}) IS NOT NULL", f"({some}) IS NOT NULL"
    asked = (f"{day}, {time}, {is_day}, {is_time} OR {time} IS NULL OR {time} IN ({nothing}), "
             f"{beyond(stage, replace(cell, plus=(), plus_if_any=()), moment, day)}")
    found = {}
    for rn, day_said, time_said, day_fits, time_fits, far in run(f"SELECT rn, {asked} FROM texts WHERE {within}"):
        parts = [(cell.columns[0], str(day_said or ""), far)] * (not day_fits)
        parts += [(cell.columns[1], str(time_said), "")] * (not time_fits)
        if parts:
            found[rn] = parts
    return found


def beyond(stage: Stage, cell: Cell, moment: str, text: str) -> str:
    """SQL: the code of a cell whose moment is read and cannot be meant, "" where it is none or fits.

    ``moment`` is read of ``text``; where it fits and the cell has no value, one of the durations added to it has none.
    """
    least, most = (f"TIMESTAMPTZ {literal(bound)}" for bound in bounds(cell, stage.until))
    fits = "'bad_duration'" if cell.durations else "''"
    future = "'date_in_future'" if cell.span == "happened" else "'date_out_of_range'"
    told = f"TRY_CAST({text}::VARCHAR AS TIMESTAMP)"
    # Of years that no reading takes, such as 3024, a cast tells at least that they are some.
    far = (f"regexp_matches({text}::VARCHAR, '^\\d{{4}}[-/]') AND {told} NOT BETWEEN TIMESTAMP {literal(EARLIEST)} "
           f"AND TIMESTAMP {literal(LATEST)}")
    latest = f"TIMESTAMPTZ {literal(LATEST)}"
    return (f"CASE WHEN ({moment}) BETWEEN {most} AND {latest} THEN {future} "
            f"WHEN ({moment}) < {least} OR ({moment}) > {most} THEN 'date_out_of_range' "
            f"WHEN ({moment}) IS NOT NULL THEN {fits} WHEN {far} THEN 'date_out_of_range' ELSE '' END")


def _read(stage: Stage, cell: Cell, text: str) -> str:
    return sql_of(cell.value, text, zone=stage.zone, dates=stage.orders(cell), again=stage.again)
