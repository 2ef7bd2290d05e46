"""Look at a file before it is imported: how it is written, which preset fits, what its rows would become."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bihuan.engine.home import Home

from . import presets
from .choosing import choose
from .contracts import Previewed, Sniffed
from .glance import glance
from .lake import quoted
from .mapping import Mapping
from .opening import job_for, source_of, staged_of, stages_of, workplace
from .readers.open import read
from .runner import Runner
from .schema import TABLES


def sniff(home: Home, path: str | Path, *, name: str | None = None, encoding: str | None = None,
          delimiter: str | None = None, sheet: str | None = None, header_row: int | None = None) -> Sniffed:
    """What a file looks like and which presets fit it; what is given is not sniffed. ``name`` is its own name."""
    seen = glance(Path(path), encoding=encoding, delimiter=delimiter, sheet=sheet, header_row=header_row)
    fitting = presets.likely(home, seen.format, seen.columns)
    return Sniffed(seen.format, seen.encoding, seen.delimiter, seen.sheets, seen.header_row, seen.columns, seen.rows,
                   fitting[0][0] if fitting and fitting[0][1] == 1 else None, tuple(fitting), seen.sheet)


def preview(home: Home, path: str | Path, *, preset: str | None = None, mapping: Mapping | str | Path | None = None,
            rows: int = 20) -> Previewed:
    """The first rows of the main table as the mapping makes them; nothing is written."""
    path = Path(path)
    chosen = choose(home, path, table=None, preset=preset, mapping=mapping)
    job = job_for(home, chosen, path.name, dry_run=True)
    with workplace(home) as (con, scratch):
        run = Runner(con)
        raws = read(con, path, chosen, scratch)
        job = replace(job, source=source_of(job, run, raws[chosen.plans[0].explode]))
        relation = staged_of(job, run, stages_of(job, run, raws)[:1])[chosen.table]
        used = {name for plan in chosen.plans if plan.table == chosen.table for name in plan.fields}
        names = [field for field in TABLES[chosen.table].names if field in used | {"id"}]
        cells = ", ".join(f"CAST({quoted(field)} AS VARCHAR)" for field in names)
        found = run(f"SELECT {cells} FROM {quoted(relation)} ORDER BY rn LIMIT {int(rows)}")
    return Previewed(chosen.table, tuple(names), tuple(tuple(row) for row in found))
