"""How a file will be read, decision by decision, the undecided first; and a mapping with one of them changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from bihuan.engine.home import Home

from .. import presets
from ..choosing import choose
from ..glance import glance
from ..mapping import Mapping
from ..opening import job_for, stage_of, workplace
from ..readers.open import read, readable
from ..runner import Runner
from .columns import Columns
from .model import LIKELY, OPEN, SURE, Decision, Evidence, Option, change
from .whole import of_file

__all__ = ["LIKELY", "OPEN", "SURE", "Decision", "Evidence", "Option", "change", "decisions"]
ORDER = {OPEN: 0, LIKELY: 1, SURE: 2}


def decisions(
    home: Home,
    path: str | Path,
    *,
    preset: str | None = None,
    mapping: Mapping | str | Path | None = None,
    beginning: Path | None = None,
) -> list[Decision]:
    """Every decision about a file under a mapping: the open ones, which nobody can take, first.

    Columns are judged by their first hundred thousand cells; of a very big text file by ``beginning``, a copy in
    UTF-8 of its first lines. Raises FactsError or MappingError as an import does.
    """
    path = Path(path)
    chosen = choose(home, path, table=None, preset=preset, mapping=mapping)
    with readable(path.name):
        found = [
            *of_file(path, chosen),
            *_of_columns(home, beginning or path, replace(chosen, encoding="utf-8") if beginning else chosen),
            *_preset(home, path, chosen),
        ]
    return sorted(found, key=lambda decision: ORDER[decision.state])


def _of_columns(home: Home, path: Path, mapping: Mapping) -> list[Decision]:
    job = job_for(home, mapping, path.name, dry_run=True)
    with workplace(home) as (con, scratch):
        run = Runner(con)
        explode = mapping.plans[0].explode
        raw = read(con, path, mapping, scratch).get(explode)
        if raw is None:
            return []
        try:
            return list(Columns(run, stage_of(job, run, raw, explode)).decisions())
        except duckdb.InvalidInputException:
            # A torn record: DuckDB names it but stops there.
            if raw.patient is None:
                raise
            return list(Columns(run, stage_of(job, run, raw.patient(), explode)).decisions())


def _preset(home: Home, path: Path, mapping: Mapping) -> list[Decision]:
    """Which kept mapping reads the file; the choice itself is the importer's, not the mapping's."""
    seen = glance(path, encoding=mapping.encoding, delimiter=mapping.delimiter, header_row=mapping.header_row)
    fitting = dict(presets.likely(home, seen.format, seen.columns))
    if mapping.name not in {kept.name for kept in presets.all(home)}:
        return []
    others = [name for name, _ in sorted(fitting.items(), key=lambda one: -one[1]) if name != mapping.name][:4]
    sure = fitting.get(mapping.name) == 1
    return [
        Decision(
            "preset",
            None,
            mapping.name,
            SURE if sure else LIKELY,
            ("映射", "Mapping"),
            ("表头与它完全相符" if sure else "表头与它最接近", "the header is its own" if sure else "the nearest"),
            tuple(Option(name, name, name) for name in (mapping.name, *others)),
        )
    ]
