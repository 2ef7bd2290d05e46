"""Delimited text. DuckDB reads it; where a record is torn, a patient reader takes over and names the record."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb
import numpy as np

from ..lake import literal
from ..mapping.model import MISSING, Mapping
from ..sniffing import TextShape, is_packed, open_text, shape_of
from .base import FORMULA_ERRORS, Raw, Reject, load_texts
from .patient import records_of
from .plain import Plain

WINDOW = 1 << 24
FAILED = re.compile(b"|".join(re.escape(word.encode()) for word in FORMULA_ERRORS))
NEAR = 1 << 18         # bytes looked at together: they stay in the processor's cache
LONGEST_FAILED = max(map(len, FORMULA_ERRORS))


def read(con: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping, scratch: Path) -> Raw:
    """A CSV file (also .gz) as DuckDB reads it. It stops at a torn record: then ``patient`` reads the file anew."""
    shape = shape_of(path, encoding=mapping.encoding, delimiter=mapping.delimiter, header_row=mapping.header_row,
                     header_lines=mapping.header_lines)
    plain, skip = _as_utf8(path, shape, scratch)
    columns = list(shape.columns)
    # A word that is a value in one column cannot be blanked while reading: the stage does it in the others.
    present = {word for told in mapping.columns.values() for word in told.get("present", ())}
    missing = [word for word in (*MISSING, *mapping.missing) if word not in present]
    look = _look_for_blanks(plain, shape.delimiter)
    if look.open_quote:
        return _read_patiently(con, path, shape)
    raw = Raw(_scan(plain, shape, skip, missing), columns, reread=_scan(plain, shape, skip, None),
              header_row=shape.header_index + 1, blanks=not present, tabular=True, doubtful=look.failed,
              patient=lambda: _read_patiently(con, path, shape))
    raw.trim = look.trim
    if look.plain and not look.empty_lines:
        raw.plain = Plain(plain, shape.delimiter, skip, shape.columns, tuple(missing))
    if look.empty_lines:
        raw.numbering = lambda: _numbers(path, shape)
    return raw


def _scan(path: Path, shape: TextShape, skip: int, nulls: list[str] | None) -> str:
    """Everything is told to DuckDB: what it sniffs, it may sniff wrongly."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in shape.columns)
    blank = ", ".join(literal(code) for code in nulls) if nulls else ""
    nullstr = f", nullstr=[{blank}]" if nulls else ""
    return (f"read_csv({literal(str(path))}, auto_detect=false, header=false, skip={skip}, "
            f"delim={literal(shape.delimiter)}, quote='\"', escape='\"', strict_mode=true, "
            f"max_line_size=16777216, columns={{{columns}}}{nullstr})")


def _as_utf8(path: Path, shape: TextShape, scratch: Path) -> tuple[Path, int]:
    """(File in UTF-8, lines to skip): the file itself when it is that, else a copy: it is read several times.

    The copy of a file with lines above its header begins behind the header: DuckDB loses records when it skips lines
    that do not end as the others do.
    """
    plain = shape.encoding in ("utf-8", "utf-8-sig")
    if plain and shape.skip_lines <= 1 and not is_packed(path):
        return path, shape.skip_lines
    copy = scratch / "utf8.csv"
    with open_text(path, shape.encoding, errors="surrogateescape" if plain else "replace") as file, \
            open(copy, "w", encoding="utf-8", errors="surrogateescape", newline="") as out:
        for _ in range(shape.skip_lines):
            file.readline()
        while block := file.read(WINDOW):
            out.write(block)
    return copy, 0


def _read_patiently(con: duckdb.DuckDBPyConnection, path: Path, shape: TextShape) -> Raw:
    """Record by record: the good ones into a table, the torn and those with too many or too few cells rejected."""
    numbers: list[int] = []
    rejects: list[Reject] = []
    width = len(shape.columns)

    def good() -> Iterator[list[str]]:
        for record in records_of(path, shape, width=width):
            cells = record.cells
            if len(cells) == width and not record.torn:
                numbers.append(record.number)
                yield cells
            elif any(cell.strip() for cell in cells):
                code = record.torn or ("too_many_columns" if len(cells) > width else "too_few_columns")
                rejects.append(Reject(record.number, tuple(cells), code))

    load_texts(con, "raw_text", shape.columns, good())
    return Raw("raw_text", list(shape.columns), numbering=lambda: np.asarray(numbers, dtype=np.int64),
               rejects=rejects, doubtful=True, tabular=True)


def _numbers(path: Path, shape: TextShape) -> np.ndarray:
    """The numbers of the records that are not empty lines: a person counts those too."""
    return np.fromiter((record.number for record in records_of(path, shape) if record.cells), dtype=np.int64)


@dataclass(frozen=True)
class Look:
    """What a look at every byte tells: blanks at the edges of cells, empty lines, a quotation mark that stays open.

    ``failed``: some cell holds what a spreadsheet writes where a formula failed. ``plain``: there are no quotation
    marks at all, and every line ends alike.
    """

    trim: bool
    empty_lines: bool
    open_quote: bool
    failed: bool = False
    plain: bool = False


def _look_for_blanks(path: Path, delimiter: str) -> Look:
    """Look at every byte for a blank beside a delimiter, quote or line end, and for an empty line; count the quotes.

    Trimming every cell costs more than parsing the file; hardly any export needs it.
    """
    blanks, edges = (32,) if delimiter == "\t" else (32, 9), (ord(delimiter), 10, 13, 34)
    trim = empty = failed = False
    quotes = 0
    if not path.stat().st_size:
        return Look(False, False, False)
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        returns = text.find(b"\r") >= 0
        plain = text[-1:] != b"\r"
        for start in range(0, len(text), NEAR):
            # Some bytes more on either side, so that nothing is cut; the file's two ends count as line ends.
            piece = (text[start - 1:start] or b"\n") + (text[start:start + NEAR + LONGEST_FAILED] or b"") + b"\n"
            trim = trim or _has_wide_blank(piece) or _has_blank_at_edge(piece, blanks, edges, NEAR)
            empty = empty or _has_empty_line(piece, returns)
            failed = failed or (b"#" in piece and FAILED.search(piece) is not None)
            quotes += piece.count(b'"', 1, NEAR + 1)
            plain = plain and b"\0" not in piece and (not returns or _ends_alike(piece[1:-1]))
    return Look(trim, empty, quotes % 2 == 1, failed, plain and not quotes)


def _ends_alike(piece: bytes) -> bool:
    """Whether every line ends in both signs; one of a pair may stand at the piece's edge."""
    pairs = piece.count(b"\r\n")
    return piece.count(b"\r") - piece.endswith(b"\r") == pairs == piece.count(b"\n") - piece.startswith(b"\n")


def _has_empty_line(piece: bytes, returns: bool) -> bool:
    """Whether a line end follows a line end, the piece's first and last byte left out."""
    if returns and any(piece.find(ends, 1, -1) >= 0 for ends in (b"\n\r\n", b"\r\r")):
        return True
    ends = np.frombuffer(piece, np.uint8)[1:-1] == 10
    # Comparing whole pieces is several times faster than searching for two in a row.
    return bool((ends[1:] & ends[:-1]).any())


def _has_wide_blank(piece: bytes) -> bool:
    """The ideographic space or the one that does not break: rare, so their place does not matter."""
    return not piece.isascii() and (b"\xe3\x80\x80" in piece or b"\xc2\xa0" in piece)


def _has_blank_at_edge(piece: bytes, blanks: tuple[int, ...], edges: tuple[int, ...], width: int) -> bool:
    """Whether one of the first ``width`` bytes after the first is a blank beside an edge."""
    blanks = tuple(blank for blank in blanks if bytes((blank,)) in piece)
    if not blanks:
        return False
    numbers = np.frombuffer(piece, np.uint8)
    width = min(width, len(numbers) - 2)
    edge = numbers == edges[0]
    for other in edges[1:]:
        if bytes((other,)) in piece:
            edge |= numbers == other
    beside = edge[:width] | edge[2:width + 2]
    return any(bool(((numbers[1:width + 1] == blank) & beside).any()) for blank in blanks)


def sample(path: Path, shape: TextShape, rows: int) -> list[list[str]]:
    """The first records after the header, as they stand."""
    return [record.cells for record in islice(records_of(path, shape), rows)]
