"""What became of each row of a batch, told from what the import left behind: the batch in the lake and its bad cells.

It is told from there and not from the import's answer, so that it is the same after a crash in between.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bihuan.engine.facts import store
from bihuan.engine.facts.guarding import unguarded
from bihuan.engine.facts.journal import Batch
from bihuan.engine.facts.lake import literal, quoted
from bihuan.engine.facts.mapping import Mapping
from bihuan.engine.facts.privacy.masking import mask_text
from bihuan.engine.facts.privacy.rules import load_rules
from bihuan.engine.facts.readers.cells import text_of
from bihuan.engine.facts.schema import TABLES
from bihuan.engine.facts.sniffing import folded
from bihuan.engine.facts.views import superseded_file
from bihuan.engine.home import Home

SHARED = ("customers", "agents", "units")     # their ids mean the same in every system
MOST_ERRORS = 100     # bad cells that a receipt lists; the file of the batch has all
COUNTS = ("accepted", "updated", "unchanged", "quarantined")


@dataclass
class Fate:
    """One receipt's share: counts (None: cannot be told apart from the batch's other receipts) and bad cells."""

    counts: dict[str, int] | None
    errors: list[dict[str, Any]] = field(default_factory=list)


def tell(home: Home, batch: Batch | None, cells_file: Path | None, groups: Sequence[list[dict[str, Any]]], *,
         table: str, mapping: Mapping | None, source: str, counts: dict[str, int]) -> list[Fate]:
    """Return the fate of each group of rows (one group a receipt), in the order in which they were imported.

    ``counts`` are those of the whole batch: where the parts do not add up to them nothing is claimed about the parts.
    """
    cells = _cells(cells_file)
    numbered = mapping is None or not mapping.plans[0].explode
    if len(groups) == 1:
        return [Fate(dict(counts), [_masked(home, cell, 0) for cell in cells[:MOST_ERRORS]])]
    refused = {int(cell["row"]) for cell in cells if cell["refused"] == "True"} if numbered else set()
    new, changed = _written(home, batch, table) if batch is not None else (set(), set())
    fates, first = [], 0
    keys = [_key(row, table, mapping, source) for group in groups for row in group]
    last = {key: place for place, key in enumerate(keys)}
    for group in groups:
        fate = Fate(dict.fromkeys(COUNTS, 0))
        for place in range(first, first + len(group)):
            _count(fate, place, keys[place], refused, last, new, changed)
        if numbered:
            mine = [cell for cell in cells if first < int(cell["row"]) <= first + len(group)]
            fate.errors = [_masked(home, cell, first) for cell in mine[:MOST_ERRORS]]
        fates.append(fate)
        first += len(group)
    sums = {name: sum(fate.counts[name] for fate in fates if fate.counts) for name in COUNTS}
    if not numbered or sums != {name: counts[name] for name in COUNTS}:
        for fate in fates:
            fate.counts = None
    return fates


def _count(fate: Fate, place: int, key: str | None, refused: set[int], last: dict[str | None, int], new: set[str],
           changed: set[str]) -> None:
    assert fate.counts is not None
    if place + 1 in refused:
        fate.counts["quarantined"] += 1
    elif key in changed and last[key] == place:
        fate.counts["updated"] += 1
    elif key in new and last[key] == place:
        fate.counts["accepted"] += 1
    else:
        # Also a row that a later one of the same batch replaced, as the import counts it.
        fate.counts["unchanged"] += 1


def _written(home: Home, batch: Batch, table: str) -> tuple[set[str], set[str]]:
    """Ids that the batch wrote anew, and ids whose rows it replaced."""
    if TABLES[table].key != ("id",):
        return set(), set()
    replaced = superseded_file(home, batch.id, table)
    with store.connect(home, known_at=batch.recorded_at) as con:
        written = {str(row[0]) for row in con.execute(
            f"SELECT id FROM {quoted(table)} WHERE batch = {literal(batch.id)}").fetchall()}
        changed = {str(row[0]) for row in con.execute(
            f"SELECT id FROM read_parquet({literal(str(replaced))})").fetchall()} if replaced.exists() else set()
    return written - changed, written & changed


def _key(row: dict[str, Any], table: str, mapping: Mapping | None, source: str) -> str | None:
    """The id that a row gets, None where it cannot be told from the row."""
    if mapping is None:
        names: tuple[str, ...] = ("external_id", "id") if table == "cases" else ("id",)
        start = text_of(row.get("source")) or source
    else:
        value = mapping.plans[0].fields.get("external_id" if table == "cases" else "id")
        if value is None or value.plus or value.how not in ("alias", "first"):
            return None
        names, start = tuple(name for column in value.columns for name in column.split("|")), source
        row = {folded(name): cell for name, cell in flat(row).items()}
        names = tuple(folded(name) for name in names)
    found = next((text for name in names if (text := text_of(row.get(name)))), None)
    if found is None:
        return None
    found = found.strip()
    return found if table in SHARED or found.startswith(f"{start}:") else f"{start}:{found}"


def flat(row: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested objects as dotted names, as a mapping sees them.

    >>> flat({"ticket": {"id": 7}, "x": 1})
    {'ticket.id': 7, 'x': 1}
    """
    found: dict[str, Any] = {}
    for name, value in row.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found


def _cells(file: Path | None) -> list[dict[str, str]]:
    if file is None or not file.exists():
        return []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [{name: unguarded(value) for name, value in row.items()} for row in csv.DictReader(lines)]


def _masked(home: Home, cell: dict[str, str], first: int) -> dict[str, Any]:
    """One bad cell for the receipt: its row counted within the request, its value without personal data."""
    return {"row": int(cell["row"]) - first, "column": cell["column"] or None,
            "value": mask_text(cell["value"], load_rules(home)) if cell["value"] else None, "code": cell["code"],
            "field": cell["field"], "message": cell["message"], "message_en": cell["message_en"],
            "refused": cell["refused"] == "True"}
