"""Reading a torn text file record by record: what is torn is named with its line, what follows is read again."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..sniffing import TextShape, open_text

# A quoted cell of more lines, or a record of more letters, was not closed where it should have been.
LONGEST_LINES, LONGEST_LETTERS = 2000, 1 << 24


@dataclass(frozen=True)
class Record:
    """One record: its number as a spreadsheet counts, its cells, and why it is torn ("" when it is not)."""

    number: int
    cells: list[str]
    torn: str = ""


class _TooLong(Exception):
    """A record does not end."""


def records_of(path: Path, shape: TextShape, *, width: int | None = None) -> Iterator[Record]:
    """The records after the header.

    With ``width`` a record of several lines that does not have that many cells is not believed: a quotation mark was
    left open. Its first line is torn ("unclosed_quote"), the lines after it are read as records of their own.
    """
    csv.field_size_limit(LONGEST_LETTERS * 8)
    with open_text(path, shape.encoding) as file:
        lines = _Lines(line.replace("\0", "") for line in file)
        number = 0
        while (record := _next(lines, shape.delimiter, width if number > shape.header_index else None)) is not None:
            number += 1
            if number > shape.header_index + 1:
                yield Record(number, [cell.lstrip("\ufeff") for cell in record.cells], record.torn)


def _next(lines: _Lines, delimiter: str, width: int | None) -> Record | None:
    """Read one record and take its lines; None at the end of the file."""
    reader = csv.reader(lines, delimiter=delimiter, strict=width is not None)
    try:
        cells = next(reader)
    except StopIteration:
        return None
    except (_TooLong, csv.Error):
        return _first_line(lines, delimiter)
    if width is not None and len(lines.taken) > 1 and len(cells) != width:
        return _first_line(lines, delimiter)
    lines.taken.clear()
    return Record(0, cells)


def _first_line(lines: _Lines, delimiter: str) -> Record:
    """The first of the lines taken as a record of its own; the others are given back."""
    first, torn = lines.taken[0], "unclosed_quote" if len(lines.taken) > 1 else ""
    lines.give_back()
    if len(first) > LONGEST_LETTERS:
        return Record(0, [first[:200]], "line_too_long")
    if torn or first.count('"') % 2:
        return Record(0, first.rstrip("\r\n").split(delimiter), "unclosed_quote")
    return Record(0, next(csv.reader([first], delimiter=delimiter)))


class _Lines:
    """Physical lines, of which those of a record that proves torn can be given back."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._again = lines, deque[str]()
        self.taken: list[str] = []
        self._letters = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if not self.taken:
            self._letters = 0
        if len(self.taken) >= LONGEST_LINES or self._letters > LONGEST_LETTERS:
            raise _TooLong
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._letters += len(line)
        return line

    def give_back(self) -> None:
        """Put back all lines taken but the first."""
        self._again.extendleft(reversed(self.taken[1:]))
        self.taken.clear()
