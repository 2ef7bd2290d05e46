"""One exported file: its name, columns and rows, and the dialect in which a system of that kind writes it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter


@dataclass(frozen=True)
class Sheet:
    """A table to be written: ``table`` is the source table it fills, ``mapping`` the file that says how.

    ``dialect``: ``gb`` (GB18030, commas), ``utf8`` (with a mark, commas), ``semicolon`` (UTF-8), ``tab`` (UTF-8),
    ``xlsx`` or ``jsonl`` (rows are objects then and ``header`` is empty).
    """

    file: str
    table: str
    mapping: str
    dialect: str
    header: Sequence[str]
    rows: Iterable[Any]


CSV_DIALECTS = {
    "gb": ("gb18030", ",", "\r\n"),
    "utf8": ("utf-8-sig", ",", "\r\n"),
    "semicolon": ("utf-8", ";", "\n"),
    "tab": ("utf-8", "\t", "\n"),
}


def write_sheet(folder: Path, sheet: Sheet) -> int:
    """Write one file and return its number of rows; None is an empty cell."""
    path = folder / sheet.file
    if sheet.dialect == "xlsx":
        return _write_xlsx(path, sheet)
    if sheet.dialect == "jsonl":
        return _write_json_lines(path, sheet)
    encoding, delimiter, line_end = CSV_DIALECTS[sheet.dialect]
    count = 0
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=line_end)
        writer.writerow(sheet.header)
        for count, row in enumerate(sheet.rows, 1):  # noqa: B007 - the last number is the count
            writer.writerow(row)
    return count


def _write_json_lines(path: Path, sheet: Sheet) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in sheet.rows:
            file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
            count += 1
    return count


def _write_xlsx(path: Path, sheet: Sheet) -> int:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
    page = book.add_worksheet("导出")
    page.freeze_panes(1, 0)
    page.write_row(0, 0, sheet.header)
    count = 0
    for row in sheet.rows:
        count += 1
        for column, value in enumerate(row):
            if value is not None:
                page.write(count, column, value)
    book.close()
    return count
