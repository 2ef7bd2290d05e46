"""Rows that all bear one day because their file tells no times: it is said, so that nobody takes it for the truth."""

from __future__ import annotations

from collections.abc import Mapping as Counts
from dataclasses import dataclass

from bihuan.engine.facts.mapping import Mapping
from bihuan.engine.facts.schema import TABLES

from . import reading

BROUGHT = ("accepted", "updated", "unchanged")
# What puts a row of these into a period of the board.
DATED = ("cases", "answers")


@dataclass(frozen=True)
class Timeless:
    """``rows`` of a table bear ``day`` (as the mapping writes it), and no time of their own."""

    table: str
    rows: int
    day: str


def timeless(mapping: Mapping, tables: Counts[str, Counts[str, int]]) -> list[Timeless]:
    """Return the tables of an import whose time the mapping gives as one fixed day, for every row of them."""
    found = []
    for table in DATED:
        column = TABLES[table].time
        plans = [plan for plan in mapping.plans if plan.table == table]
        days = {value.constant for plan in plans if (value := plan.fields.get(str(column))) and value.constant}
        rows = sum(int(tables.get(table, {}).get(name) or 0) for name in BROUGHT)
        fixed = all((value := plan.fields.get(str(column))) and value.constant for plan in plans)
        if rows and fixed and len(days) == 1:
            found.append(Timeless(table, rows, days.pop()))
    return found


def of_batch(name: str, tables: Counts[str, Counts[str, int]]) -> list[Timeless]:
    """Return the same of a batch by the ``name`` of its mapping; nothing where that is no longer kept."""
    mapping = next((one for one in reading.known_mappings() if one.name == name), None)
    return timeless(mapping, tables) if mapping else []
