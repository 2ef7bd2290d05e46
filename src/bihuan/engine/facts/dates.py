"""Day first or month first? Told by the column itself: a number above 12 can only be a day."""

from __future__ import annotations

from .binding import Bindings
from .lake import Run, quoted
from .mapping import Mapping
from .readers.base import Raw
from .schema import TIME


def order_of(run: Run, mapping: Mapping, raw: Raw, bindings: Bindings) -> tuple[str, ...]:
    """The orders to read slashed dates in: the mapping's, else what all time columns of the file agree on.

    Empty when nothing tells, or when columns contradict each other: then such a cell is bad, not guessed.
    """
    if mapping.dates:
        return mapping.dates
    columns = {cell.columns[0] for cell in bindings.cells if cell.kind == TIME and cell.columns}
    text = [column for column in sorted(columns) if column not in raw.types]
    if not text:
        return ()
    pattern = r"^\s*(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}"
    if not _slashed(run, raw, text):
        return ()
    parts = [f"SELECT max(TRY_CAST(regexp_extract({quoted(column)}, '{pattern}', 1) AS INTEGER)) AS a, "
             f"max(TRY_CAST(regexp_extract({quoted(column)}, '{pattern}', 2) AS INTEGER)) AS b FROM {raw.relation}"
             for column in text]
    first, second = run(f"SELECT max(a), max(b) FROM ({' UNION ALL '.join(parts)})")[0]
    day_first, month_first = (first or 0) > 12, (second or 0) > 12
    if day_first == month_first:
        return ()
    return ("dmy",) if day_first else ("mdy",)


def _slashed(run: Run, raw: Raw, columns: list[str]) -> bool:
    """Whether the first cells look like 5/3/2016: only then the whole column is looked at."""
    tests = " OR ".join(f"regexp_matches({quoted(column)}, '^\\s*\\d{{1,2}}[-/.]\\d{{1,2}}[-/.]\\d{{4}}')"
                        for column in columns)
    return bool(run(f"SELECT count(*) FROM (SELECT * FROM {raw.relation} LIMIT 5000) WHERE {tests}")[0][0])
