"""Which of two cells is wrong where a day and a time of day that stand apart make no moment together."""

from __future__ import annotations

from .binding import Cell
from .lake import literal, quoted
from .parsers import sql_of, within_reason
from .readers.base import FORMULA_ERRORS, UNREAD
from .runner import Runner
from .schema import TIME
from .stage import Stage

SOME_DAY = "2000-01-01"
Part = tuple[str, str, bool]    # column, what stands there, whether it is a moment that lies too far away


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
    asked = (f"{day}, {time}, {_moment(stage, cell, day)}, {_moment(stage, cell, f'{at} || {time}')} OR {time} IS NULL "
             f"OR {time} IN ({nothing}), TRY_CAST({day} AS TIMESTAMP) IS NOT NULL")
    found = {}
    for rn, day_said, time_said, is_day, is_time, is_far in run(f"SELECT rn, {asked} FROM texts WHERE {within}"):
        parts = [(cell.columns[0], str(day_said or ""), bool(is_far))] * (not is_day)
        parts += [(cell.columns[1], str(time_said), False)] * (not is_time)
        if parts:
            found[rn] = parts
    return found


def _moment(stage: Stage, cell: Cell, text: str) -> str:
    read = sql_of(cell.value, text, zone=stage.zone, dates=stage.orders(cell), again=stage.again)
    return f"({within_reason(read)}) IS NOT NULL"
