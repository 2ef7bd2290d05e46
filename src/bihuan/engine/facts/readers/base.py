"""What every reader hands over: a relation of raw cells on a connection, and how its rows are numbered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import duckdb
import numpy as np
import pyarrow as pa

from ..lake import Run, quoted
from .plain import Plain

CHUNK = 50_000
WHITE = " \t\r\n\u3000\u00a0\ufeff\u200b"     # may stand around what a cell says
SAMPLED = 5000      # records at the head of a file that tell how it is written
# Numbers of records of several sheets: those of the second sheet begin here; a sheet has a million rows at most.
NUMBERS_PER_SHEET = 1 << 21
# Stands before what a cell says that has no usable value: a formula without its result, an error of a formula.
UNREAD = "\ufffd"
# What a spreadsheet writes into a text file where a formula failed. "#N/A" is also how many say that there is nothing.
FORMULA_ERRORS = ("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
# What a file of rejected rows says of each beside its own columns.
ERROR_COLUMNS = ("_row", "_column", "_value", "_code", "_message", "_source")


@dataclass(frozen=True)
class Reject:
    """A record that could not even be split into cells: its number in the file, what was read, why."""

    row: int
    cells: tuple[str, ...]
    code: str


@dataclass
class Raw:
    """The records of one file, or of one nested list in it.

    ``relation`` is the SQL to select from (columns named as the header, text unless ``types`` says otherwise);
    ``reread`` the same with every cell as it stands in the file. ``header_row`` is the number a person gives the
    header (0: there is none), so that the first record is ``header_row + 1``; ``numbering`` gives the numbers where
    records are not consecutive. ``trim``: cells may have blanks around them. ``blanks`` are already NULL.
    ``doubtful``: characters were lost in decoding, or cells have no usable value. ``patient`` reads the file anew when
    ``relation`` breaks off. ``sheets``: names of the sheets where records of several are read.
    ``tabular``: made for people to look at, so that lines of totals may be among the records. ``plain``: the same cells
    as ``relation`` by a quicker reader, which breaks off at what it does not understand.
    """

    relation: str
    columns: list[str]
    reread: str = ""
    types: dict[str, str] = field(default_factory=dict)
    header_row: int = 0
    numbering: Callable[[], np.ndarray] | None = None
    trim: bool = True
    blanks: bool = False
    doubtful: bool = False
    rejects: list[Reject] = field(default_factory=list)
    patient: Callable[[], Raw] | None = None
    sheets: tuple[str, ...] = ()
    tabular: bool = False
    plain: Plain | None = None
    _numbers: np.ndarray | None = None
    _head: str = ""

    def head(self, run: Run) -> str:
        """The relation of the first records: read once, because DuckDB reads 32 MB of a file however few are asked."""
        if not self._head:
            self._head = quoted(f"head_{id(self)}")
            run(f"CREATE OR REPLACE TEMP TABLE {self._head} AS SELECT * FROM {self.relation} LIMIT {SAMPLED}")
        return self._head

    def take_head(self, con: duckdb.DuckDBPyConnection) -> None:
        """Have the quicker reader find the first records, which reads no more of the file than they are."""
        name = f"head_{id(self)}"
        if self.plain is not None and not self._head and (first := self.plain.head(SAMPLED)) is not None:
            con.register(name, first)
            self._head = quoted(name)

    def number(self, index: np.ndarray) -> np.ndarray:
        """The numbers in the file of the records at these positions (from 0)."""
        if self.numbering is None:
            return self.header_row + 1 + index
        if self._numbers is None:
            self._numbers = self.numbering()
        return self._numbers[index]

    def without_first(self, count: int) -> Raw:
        """The same without the first ``count`` records: they say more about the columns and are no records."""
        return replace(
            self, _head="", plain=None, relation=f"(SELECT * FROM {self.relation} OFFSET {count})",
            header_row=self.header_row + count,
            reread=f"(SELECT * FROM {self.reread} OFFSET {count})" if self.reread else "",
            numbering=(lambda: self.numbering()[count:]) if self.numbering else None)  # type: ignore[misc]

    def place(self, number: int) -> tuple[str | None, int]:
        """(Sheet, row) of a record's number; the sheet is None where only one is read."""
        if not self.sheets:
            return None, number
        return self.sheets[number // NUMBERS_PER_SHEET], number % NUMBERS_PER_SHEET

    @property
    def texts(self) -> str:
        return self.reread or self.relation


def load_texts(con: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str],
               rows: Iterable[Sequence[str | None]]) -> int:
    """Make the table ``name`` of text columns from rows, a chunk at a time; returns how many rows it got."""
    schema = pa.schema([(column, pa.string()) for column in columns])
    described = ", ".join(f"{quoted(column)} VARCHAR" for column in columns)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {quoted(name)} ({described})")
    total = 0
    for chunk in chunks(rows):
        table = pa.table([pa.array(cells, pa.string()) for cells in zip(*chunk)], schema=schema)
        con.register("chunk", table)
        con.execute(f"INSERT INTO {quoted(name)} SELECT * FROM chunk")
        con.unregister("chunk")
        total += len(chunk)
    return total


def chunks(rows: Iterable[Sequence[str | None]]) -> Iterator[list[Sequence[str | None]]]:
    chunk: list[Sequence[str | None]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
