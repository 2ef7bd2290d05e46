"""Delimited text without quotation marks is only to be split: Arrow does that in half the time of a reader of CSV."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from ..lake import quoted


@dataclass(frozen=True)
class Plain:
    """A file in UTF-8 in which every delimiter parts two cells and every line end two records.

    ``columns`` name the cells, ``skip`` lines stand before the first record, one of ``missing`` is NULL.
    """

    path: Path
    delimiter: str
    skip: int
    columns: tuple[str, ...]
    missing: tuple[str, ...]

    def split(self, times: Collection[str] = ()) -> csv.CSVStreamingReader:
        """The records, once: the columns ``times`` as moments, written year first, the others as text, named c0 ...

        Raises pa.ArrowInvalid, here or while it is read, at a record of another width, at what is no UTF-8 and at a
        time written otherwise.
        """
        # By position, as a header may name two columns alike.
        types = {f"c{place}": pa.timestamp("us") if name in times else pa.string()
                 for place, name in enumerate(self.columns)}
        return csv.open_csv(
            self.path, read_options=csv.ReadOptions(skip_rows=self.skip, column_names=list(types)),
            parse_options=csv.ParseOptions(delimiter=self.delimiter, quote_char=False, ignore_empty_lines=False),
            convert_options=csv.ConvertOptions(column_types=types, null_values=self.missing, strings_can_be_null=True))

    def head(self, rows: int) -> pa.Table | None:
        """The first records; None where they have to be read otherwise."""
        taken: list[pa.RecordBatch] = []
        try:
            with self.split() as records:
                for batch in records:
                    taken.append(batch)
                    if sum(one.num_rows for one in taken) >= rows:
                        break
                schema = records.schema
        except pa.ArrowInvalid:
            return None
        return pa.Table.from_batches(taken, schema).slice(0, rows).rename_columns(list(self.columns))

    def named(self, relation: str) -> str:
        """SQL of what ``split`` gives, with the columns named as in the file."""
        columns = ", ".join(f"c{place} AS {quoted(name)}" for place, name in enumerate(self.columns))
        return f"(SELECT {columns} FROM {relation})"
