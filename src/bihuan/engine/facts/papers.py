"""The two files an import with bad cells leaves beside the journal: every bad cell, and the records that stayed out."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bihuan.engine.home import Home

from .contracts import BadCell
from .guarding import guarded
from .readers.base import ERROR_COLUMNS, UNREAD

Place = tuple[str | None, int]
CELL_COLUMNS = ("row", "column", "value", "code", "field", "message", "message_en", "refused", "sheet")


class Papers:
    """Where the files lie; with ``keep`` false nothing is written but the cells, if ``cells_to`` names a file."""

    def __init__(self, home: Home, batch: str, *, keep: bool, cells_to: Path | None = None) -> None:
        self.cells = cells_to or (home.batches / f"{batch}.cells.csv" if keep else None)
        self.rejected = home.batches / f"{batch}.rejected.csv" if keep else None

    @property
    def cells_file(self) -> str | None:
        return str(self.cells) if self.cells is not None and self.cells.exists() else None

    @property
    def rejected_file(self) -> str | None:
        return str(self.rejected) if self.rejected is not None and self.rejected.exists() else None

    def remove(self) -> None:
        for file in (self.cells, self.rejected):
            if file is not None:
                file.unlink(missing_ok=True)

    @contextmanager
    def opened(self, columns: Sequence[str], *, source: str, main: bool) -> Iterator[Writer]:
        """A writer for the bad cells and, of the ``main`` records, the refused ones; files without a line vanish."""
        with ExitStack() as stack:
            cells = _Sheet(stack, self.cells, CELL_COLUMNS)
            kept = [place for place, name in enumerate(columns) if name not in ERROR_COLUMNS]
            header = [columns[place] for place in kept]
            rejected = _Sheet(stack, self.rejected if main else None, [*header, *ERROR_COLUMNS])
            yield Writer(cells, rejected, kept, source)


class Writer:
    """Takes bad cells and refused records block by block."""

    def __init__(self, cells: _Sheet, rejected: _Sheet, kept: list[int], source: str) -> None:
        self._cells, self._rejected, self._kept, self._source = cells, rejected, kept, source

    def write(self, found: Sequence[BadCell], records: Sequence[tuple[Any, ...]], places: Sequence[Place]) -> None:
        """``records`` are (anything, cells ...), ``places`` where they stand in the file; a torn one may be ragged."""
        wrong: dict[Place, list[BadCell]] = {}
        for cell in found:
            self._cells.write([getattr(cell, name) for name in CELL_COLUMNS])
            if cell.refused:
                wrong.setdefault((cell.sheet, cell.row), []).append(cell)
        for record, place in zip(records, places):
            cells = record[1:]
            said = [_mendable(cells[place]) if place < len(cells) else None for place in self._kept]
            self._rejected.write([*said, *_errors(place, wrong.get(place, []), self._source)])


class _Sheet:
    """A CSV file that spreadsheets open as what it is (UTF-8 with a mark); made when its first line is written."""

    def __init__(self, stack: ExitStack, file: Path | None, header: Sequence[str]) -> None:
        self._stack, self._file, self._header = stack, file, header
        self._writer: Any = None

    def write(self, line: Sequence[Any]) -> None:
        if self._file is None:
            return
        if self._writer is None:
            # A nested list of the same file adds its cells to those of the records.
            there = self._file.exists()
            encoding = "utf-8" if there else "utf-8-sig"
            out = self._stack.enter_context(self._file.open("a", encoding=encoding, newline=""))
            self._writer = csv.writer(out)
            if not there:
                self._writer.writerow([guarded(name) for name in self._header])
        self._writer.writerow([guarded(value) for value in line])


def _mendable(cell: Any) -> Any:
    """The cell as it stands; empty where a formula has no value, which is to be filled in."""
    return None if isinstance(cell, str) and cell.startswith((f"{UNREAD}=", f"{UNREAD}#")) else cell


def _errors(place: Place, cells: list[BadCell], source: str) -> list[object]:
    sheet, row = place
    told = [[cell.column, cell.value, cell.code, cell.message] for cell in cells]
    return [f"{sheet}!{row}" if sheet else row, *("; ".join(one or "" for one in part) for part in zip(*told)),
            *([""] * 4 if not told else []), source]
