"""What imports hand back: frozen values for command, page and API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class BadCell:
    """One cell that could not be used: where it stands in the file, what it says, why, and what to do.

    ``row`` counts as a spreadsheet does (header = 1); ``column`` is None when the record as a whole is meant.
    ``refused``: the record stays out; else only this cell was left blank. ``sheet`` is told where several are read.
    ``field`` names what is made of the cell, with ", " between several.
    """

    row: int
    column: str | None
    value: str | None
    code: str
    field: str
    message: str
    message_en: str = ""
    refused: bool = True
    sheet: str | None = None


@dataclass(frozen=True)
class UnknownName:
    """A name that records have in an agent's place. ``reason``: who bears it: nobody | several | elsewhen (not then).

    ``cases``: how many cases are still called so; of an import, how many of its rows.
    """

    name: str
    cases: int
    reason: str
    bearers: tuple[str, ...] = ()


@dataclass(frozen=True)
class NamesSeen:
    """What an import says of names: how many mean somebody, and those that do not, the most frequent first."""

    known: int = 0
    unknown: tuple[UnknownName, ...] = ()
    total: int = 0


@dataclass(frozen=True)
class ImportResult:
    """What an import did. ``read`` = ``accepted`` + ``updated`` + ``unchanged`` + ``quarantined``, in records.

    ``tables`` counts rows per table filled; ``cells`` lists the first bad cells, ``cells_total`` all (every one is in
    ``cells_file``); ``costs`` says per "table.field" how many of the rows lack it ({"missing", "bad", "of"}).
    ``absent`` are columns the mapping wanted, ``unused`` columns of the file that it did not. ``people``: what names
    in place of agents' numbers mean.
    """

    batch: str | None
    read: int
    accepted: int
    updated: int
    unchanged: int
    quarantined: int
    rejected_file: str | None = None
    cells: tuple[BadCell, ...] = ()
    cells_total: int = 0
    cells_file: str | None = None
    tables: dict[str, dict[str, int]] = field(default_factory=dict)
    costs: dict[str, dict[str, int]] = field(default_factory=dict)
    mapping: str = ""
    source: str = ""
    absent: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    people: NamesSeen = NamesSeen()

    def summary(self) -> dict[str, Any]:
        """The command's answer: the seven fields of its contract."""
        return {"batch": self.batch, "read": self.read, "accepted": self.accepted, "updated": self.updated,
                "unchanged": self.unchanged, "quarantined": self.quarantined, "rejected_file": self.rejected_file}


@dataclass(frozen=True)
class UndoResult:
    """What an undo took out of sight: rows per table, and the number of cases whose facts were recomputed."""

    batch: str
    tables: dict[str, int]
    cases: int


@dataclass(frozen=True)
class Sniffed:
    """What a file looks like before it is imported. ``header_row`` counts from 1; ``presets`` are the likely ones."""

    format: str
    encoding: str | None
    delimiter: str | None
    sheets: tuple[str, ...]
    header_row: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    preset: str | None
    presets: tuple[tuple[str, float], ...] = ()
    sheet: str | None = None


@dataclass(frozen=True)
class Previewed:
    """The first rows of the main table as a mapping makes them, as text; ``columns`` are the table's fields."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
