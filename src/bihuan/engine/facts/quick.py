"""The quick first reading of a plain text file: cells split by Arrow, times that it knows not read as text first."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pyarrow as pa

from .lake import literal, quoted
from .runner import Runner
from .schema import TIME
from .stage import Stage

SPLIT = "split_records"
# What the head of a column must look like. Of its other cells all that Arrow takes, the other reading takes likewise.
MOMENT = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?"


def load(stage: Stage, run: Runner) -> None:
    """Make the table of parsed records; those that the first reading did not understand are read again."""
    stage.sample(run)
    _parse(stage, run)
    stage.read_again(run)


def _parse(stage: Stage, run: Runner) -> None:
    """Read all records, quickly where the file allows it; what is torn the other reader has to name."""
    plain = stage.raw.plain
    if plain is not None:
        times = _times(stage, run)
        try:
            run.con.register(SPLIT, plain.split(times))
            quick = replace(stage.raw, relation=plain.named(SPLIT), types=dict.fromkeys(times, "TIMESTAMP"))
            replace(stage, raw=quick).make(run)
            return
        except duckdb.InterruptException:
            raise
        except (pa.ArrowInvalid, duckdb.Error):
            pass
        finally:
            run.con.unregister(SPLIT)
    stage.make(run)


def _times(stage: Stage, run: Runner) -> list[str]:
    """The columns that hold nothing but one field's time, of which no word means nothing to this field alone."""
    cells, raw = stage.bindings.cells, stage.raw
    used = [column for cell in cells for column in (*cell.columns, *cell.durations)]
    used += [choice.column for choice in stage.conditions]
    columns = [cell.columns[0] for cell in cells if cell.kind == TIME and len(cell.columns) == 1
               and cell.value.parser in ("datetime", "date") and cell.value.how not in ("object", "rest")
               and not (cell.value.formats or cell.value.missing or cell.value.mapped or cell.value.constant)
               and used.count(cell.columns[0]) == 1]
    if not columns or raw.trim or not raw.blanks:
        return []
    told = ", ".join(f"bool_and(regexp_full_match({quoted(column)}, {literal(MOMENT)}))" for column in columns)
    return [column for column, every in zip(columns, run(f"SELECT {told} FROM {raw.head(run)}")[0]) if every]
