"""Which moments can be meant by a time: none of what has happened lies after the import, and some stand for none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from .binding import Cell
from .lake import duckdb_type, literal
from .parsers import EARLIEST, FIRST_SERVICE, LATEST
from .schema import COUNT, NUMBER, TIME

# Clocks differ, and so do zones that a file does not tell.
AHEAD = timedelta(days=2)
# Moments that stand for "no date": the zero of databases, of spreadsheets and of runtimes, and the last day there is.
_MIDNIGHT = r"([ T]0?0:00(:00(\.0+)?)?([+-]\d\d(:?\d\d)?|Z)?)?"
_AMERICAN = r"( (12:00(:00)? ?AM|0?0:00(:00)?))?"
NO_DATE = (rf"((0000[-/]0?0[-/]0?0|0001[-/]0?1[-/]0?1|1753[-/]0?1[-/]0?1|1899[-/]12[-/]3[01]|1900[-/]0?1[-/]0?[01])"
           rf"{_MIDNIGHT}|9999[-/]12[-/]31([ T]\d?\d:\d\d(:\d\d(\.\d+)?)?)?|"
           rf"(0?1/0?[01]/(0001|1900)|12/30/1899|30/12/1899){_AMERICAN})")
# 0 counted in seconds since 1970 is a whole hour there, by the zone of who wrote it: 1970-01-01 08:00:00 in China.
FIRST_SECOND = (rf"((1970[-/]0?1[-/]0?1|1969[-/]12[-/]31)([ T]\d?\d:00(:00(\.0+)?)?([+-]\d\d(:?\d\d)?|Z)?)?|"
                rf"0?1/0?1/1970{_AMERICAN})")


def latest_past(now: datetime) -> str:
    """The first day (ISO, UTC) that nothing recorded by now can have seen: two to three days ahead.

    A whole day, so that the statements of one day's imports are the same texts, which are parsed once.
    """
    return (now + AHEAD + timedelta(days=1)).date().isoformat()


def bounds(cell: Cell, until: str) -> tuple[str, str]:
    """The earliest and the latest moment that can be meant by a cell of times."""
    return FIRST_SERVICE if cell.span else EARLIEST, until if cell.span == "happened" else LATEST


def stand_ins(cell: Cell) -> str:
    """Pattern of the moments that stand for "no date"; "" where there must be one: then the cell is bad, and named.

    All of them are out of bounds, so that only the second reading has to know them.
    """
    if cell.kind != TIME or cell.required:
        return ""
    return f"{NO_DATE}|{FIRST_SECOND}" if cell.span else NO_DATE


def dated(text: str, pattern: str) -> str:
    """The text or moment, NULL when it is one that stands for no date."""
    return f"CASE WHEN NOT regexp_full_match({text}::VARCHAR, {literal(pattern)}) THEN {text} END"


def stays_typed(cell: Cell, types: Mapping[str, str]) -> bool:
    """Whether a typed column, of Parquet, goes straight into a field of its kind."""
    kind = types.get(cell.columns[0], "") if len(cell.columns) == 1 else ""
    timely = kind.startswith("TIMESTAMP") or kind == "DATE"
    numeric = kind in ("DOUBLE", "FLOAT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "UBIGINT", "UINTEGER")
    flag = kind == "BOOLEAN" == duckdb_type(cell.kind)
    if cell.value.parser in ("duration", "time", "percent"):
        return False
    return not cell.value.mapped and (flag or (cell.kind == TIME and timely)
                                      or (cell.kind in (NUMBER, COUNT) and numeric))
