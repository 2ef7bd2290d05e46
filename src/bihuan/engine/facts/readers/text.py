"""Delimited text. DuckDB reads it; where a record is torn, a patient reader takes over and names the record."""

from __future__ import annotations

import csv
import mmap
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np

from ..lake import literal
from ..mapping.model import MISSING, Mapping
from ..sniffing import TextShape, is_packed, open_bytes, open_text, shape_of
from .base import Raw, Reject, load_texts

WINDOW = 1 << 24
NEAR = 1 << 18         # bytes looked at together: they stay in the processor's cache


def read(con: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping, scratch: Path) -> Raw:
    """A CSV file (also .gz) as DuckDB reads it. It stops at a torn record: then ``patient`` reads the file anew."""
    shape = shape_of(path, encoding=mapping.encoding, delimiter=mapping.delimiter, header_row=mapping.header_row)
    plain = _as_utf8(path, shape, scratch)
    columns = list(shape.columns)
    missing = [*MISSING, *mapping.missing]
    raw = Raw(_scan(plain, shape, missing), columns, reread=_scan(plain, shape, None),
              header_row=shape.header_index + 1, blanks=True, patient=lambda: _read_patiently(con, path, shape))
    raw.trim, empty_lines = _look_for_blanks(plain, shape.delimiter)
    if empty_lines:
        raw.numbering = lambda: _numbers(path, shape)
    return raw


def _scan(path: Path, shape: TextShape, nulls: list[str] | None) -> str:
    """Everything is told to DuckDB: what it sniffs, it may sniff wrongly."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in shape.columns)
    blank = ", ".join(literal(code) for code in nulls) if nulls else ""
    nullstr = f", nullstr=[{blank}]" if nulls else ""
    return (f"read_csv({literal(str(path))}, auto_detect=false, header=false, skip={shape.skip_lines}, "
            f"delim={literal(shape.delimiter)}, quote='\"', escape='\"', strict_mode=true, "
            f"max_line_size=16777216, columns={{{columns}}}{nullstr})")


def _as_utf8(path: Path, shape: TextShape, scratch: Path) -> Path:
    """The file itself when it is plain UTF-8, else an unpacked copy: that is read several times, and in parts."""
    plain = shape.encoding in ("utf-8", "utf-8-sig")
    copy = scratch / "utf8.csv"
    if plain and not is_packed(path):
        return path
    if plain:
        with open_bytes(path) as packed, open(copy, "wb") as unpacked:
            shutil.copyfileobj(packed, unpacked, WINDOW)
        return copy
    with open_text(path, shape.encoding) as file, open(copy, "w", encoding="utf-8", newline="") as out:
        while block := file.read(WINDOW):
            out.write(block)
    return copy


def _read_patiently(con: duckdb.DuckDBPyConnection, path: Path, shape: TextShape) -> Raw:
    """Record by record: the good ones into a table, those with too many or too few cells into ``rejects``."""
    numbers: list[int] = []
    rejects: list[Reject] = []
    width = len(shape.columns)

    def good() -> Iterator[list[str]]:
        for number, cells in _records(path, shape):
            if len(cells) == width:
                numbers.append(number)
                yield cells
            elif any(cell.strip() for cell in cells):
                code = "too_many_columns" if len(cells) > width else "too_few_columns"
                rejects.append(Reject(number, tuple(cells), code))

    load_texts(con, "raw_text", shape.columns, good())
    return Raw("raw_text", list(shape.columns), numbering=lambda: np.asarray(numbers, dtype=np.int64),
               rejects=rejects, doubtful=True)


def _records(path: Path, shape: TextShape) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of every record after the header."""
    csv.field_size_limit(1 << 27)
    with open_text(path, shape.encoding) as file:
        for index, cells in enumerate(csv.reader((line.replace("\0", "") for line in file),
                                                 delimiter=shape.delimiter)):
            if index > shape.header_index:
                yield index + 1, [cell.lstrip("\ufeff") for cell in cells]


def _numbers(path: Path, shape: TextShape) -> np.ndarray:
    """The numbers of the records that are not empty lines: a person counts those too."""
    return np.fromiter((number for number, cells in _records(path, shape) if cells), dtype=np.int64)


def _look_for_blanks(path: Path, delimiter: str) -> tuple[bool, bool]:
    """(Is there a blank beside a delimiter, quote or line end? Is there an empty line?) by looking at every byte.

    Trimming every cell costs more than parsing the file; hardly any export needs it.
    """
    edges = np.zeros(256, dtype=bool)
    edges[[ord(delimiter), 10, 13, 34]] = True
    blanks = (32,) if delimiter == "\t" else (32, 9)
    trim = empty = False
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        returns = text.find(b"\r") >= 0
        for start in range(0, len(text), NEAR):
            # Some bytes more on either side, so that nothing is cut; the file's two ends count as line ends.
            piece = (text[start - 1:start] or b"\n") + (text[start:start + NEAR + 2] or b"") + b"\n"
            trim = trim or _has_wide_blank(piece) or _has_blank_at_edge(piece, blanks, edges, NEAR)
            empty = empty or _has_empty_line(piece, returns)
    return trim, empty


def _has_empty_line(piece: bytes, returns: bool) -> bool:
    """Whether a line end follows a line end, the piece's first and last byte left out."""
    if returns and any(piece.find(ends, 1, -1) >= 0 for ends in (b"\n\r\n", b"\r\r")):
        return True
    inner = np.frombuffer(piece, np.uint8)[1:-1]
    # Looking at what follows each line end is twice as fast as searching for two in a row.
    return bool((inner[np.flatnonzero(inner[:-1] == 10) + 1] == 10).any())


def _has_wide_blank(piece: bytes) -> bool:
    """The ideographic space or the one that does not break: rare, so their place does not matter."""
    return not piece.isascii() and (b"\xe3\x80\x80" in piece or b"\xc2\xa0" in piece)


def _has_blank_at_edge(piece: bytes, blanks: tuple[int, ...], edges: np.ndarray, width: int) -> bool:
    """Whether one of the first ``width`` bytes after the first is a blank beside an edge."""
    numbers = np.frombuffer(piece, np.uint8)
    for blank in blanks:
        if bytes((blank,)) not in piece:
            continue
        found = np.flatnonzero(numbers[1:width + 1] == blank) + 1
        found = found[found < len(numbers) - 1]
        if edges[numbers[found - 1]].any() or edges[numbers[found + 1]].any():
            return True
    return False


def sample(path: Path, shape: TextShape, rows: int) -> list[list[str]]:
    """The first records after the header, as they stand."""
    return [cells for (_, cells), _ in zip(_records(path, shape), range(rows))]
