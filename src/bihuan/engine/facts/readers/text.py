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
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        empty = any(text.find(ends) >= 0 for ends in (b"\n\n", b"\n\r\n", b"\r\r"))
        if text.find(b"\xe3\x80\x80") >= 0 or text.find(b"\xc2\xa0") >= 0:
            return True, empty
        for start in range(0, len(text), WINDOW):
            piece = np.frombuffer(text[start:start + WINDOW + 1], dtype=np.uint8)
            blank = (piece == 32) | ((piece == 9) if delimiter != "\t" else False)
            edge = (piece == ord(delimiter)) | (piece == 10) | (piece == 13) | (piece == 34)
            if bool(np.any(blank[1:] & edge[:-1])) or bool(np.any(blank[:-1] & edge[1:])):
                return True, empty
    return False, empty


def sample(path: Path, shape: TextShape, rows: int) -> list[list[str]]:
    """The first records after the header, as they stand."""
    return [cells for (_, cells), _ in zip(_records(path, shape), range(rows))]
