"""A table as a file that loses nothing: CSV, XLSX and Parquet, ids as text, times in the workspace's zone."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter
from django.utils.translation import gettext as _

from bihuan.core.privacy.contracts import Watermark
from bihuan.core.privacy.services import csv_mark, mark_sheet, mark_workbook
from bihuan.engine.facts.guarding import guarded

FORMATS = ("csv", "xlsx", "parquet")
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
CHUNK = 5_000
SHEET_ROWS = 1_048_575                   # of Excel's 1,048,576 one is the heading
CELL_LENGTH = 32_767                     # what one cell of Excel holds


class ExportError(ValueError):
    """A table that a format cannot hold whole; nothing is cut in silence."""


def csv_parts(table: pa.Table, headings: list[str], zone: ZoneInfo, *, bom: bool,
              watermark: Watermark | None = None) -> Iterator[bytes]:
    """Yield a table as CSV, chunk by chunk; with ``bom`` Excel reads it as UTF-8 at a double click.

    A file for people carries the ``watermark`` in a first line; one for programs, without ``bom``, has none.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([guarded(heading) for heading in headings])
    if bom:
        yield b"\xef\xbb\xbf"
        if watermark is not None:
            yield csv_mark(watermark).encode()
    for row in _rows(table, zone):
        writer.writerow([guarded(value) for value in row])
        if buffer.tell() > 1 << 16:
            yield _taken(buffer)
    yield _taken(buffer)


def xlsx_file(
    table: pa.Table, headings: list[str], zone: ZoneInfo, about: list[tuple[str, str]],
    watermark: Watermark | None = None,
) -> IO[bytes]:
    """Return a table as an Excel file in a temporary file; more rows than a sheet holds go on in further sheets.

    ``about`` is a first sheet of (name, value) lines that says what the rows are. A ``watermark`` is printed on every
    page, and its cells are locked.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 the response that sends it closes it
    try:
        _write_book(file, table, headings, zone, about, watermark)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def parquet_file(table: pa.Table, zone: ZoneInfo, watermark: Watermark | None = None) -> IO[bytes]:
    """Return a table as Parquet in a temporary file; times carry the workspace's zone, the file's metadata the mark."""
    columns = [_in_zone(column, zone) for column in table.columns]
    file = tempfile.TemporaryFile()  # noqa: SIM115 the response that sends it closes it
    made = pa.table(columns, names=table.column_names)
    pq.write_table(made.replace_schema_metadata({"watermark": watermark.line()}) if watermark else made, file)
    file.seek(0)
    return file


def _write_book(
    file: IO[bytes], table: pa.Table, headings: list[str], zone: ZoneInfo, about: list[tuple[str, str]],
    watermark: Watermark | None,
) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        mark = [(_("水印"), watermark.line())] if watermark else []
        _write_notes(book.add_worksheet(_("说明")), [*about, *mark], bold)
        sheet, line = _sheet(book, 1, headings, bold), 1
        for row in _rows(table, zone):
            if line > SHEET_ROWS:
                sheet, line = _sheet(book, len(book.worksheets()), headings, bold), 1
            for column, value in enumerate(row):
                _write_cell(sheet, line, column, value)
            line += 1
        if watermark is not None:
            mark_workbook(book, watermark)
            for each in book.worksheets():
                mark_sheet(each, watermark)


def _write_notes(sheet: Any, about: list[tuple[str, str]], bold: Any) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 90)
    for line, (name, value) in enumerate(about):
        sheet.write_string(line, 0, name, bold)
        sheet.write_string(line, 1, value)


def _in_zone(column: pa.ChunkedArray, zone: ZoneInfo) -> pa.ChunkedArray:
    return column.cast(pa.timestamp("us", tz=zone.key)) if pa.types.is_timestamp(column.type) else column


def _rows(table: pa.Table, zone: ZoneInfo) -> Iterator[list[Any]]:
    for batch in table.to_batches(max_chunksize=CHUNK):
        columns = [_plain(column, zone) for column in batch.columns]
        yield from map(list, zip(*columns, strict=True))


def _plain(column: pa.Array, zone: ZoneInfo) -> list[Any]:
    """Return a column as Python values; times as text in the zone, to the second where nothing finer is there."""
    if not pa.types.is_timestamp(column.type):
        return column.to_pylist()
    local = pc.cast(column, pa.timestamp("us", tz=zone.key)).to_pylist()
    return [None if value is None else _time_text(value) for value in local]


def _time_text(value: datetime) -> str:
    return value.strftime("%Y-%m-%d %H:%M:%S") + (f".{value.microsecond:06d}" if value.microsecond else "")


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _sheet(book: Any, number: int, headings: list[str], bold: Any) -> Any:
    sheet = book.add_worksheet(_("明细") if number == 1 else _("明细 {n}").format(n=number))
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, bold)
    return sheet


def _write_cell(sheet: Any, line: int, column: int, value: Any) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(line, column, value)
        case int() | float():
            sheet.write_number(line, column, value)
        case _:
            text = str(value)
            if len(text) > CELL_LENGTH:
                refusal = _("第 {line} 行有超过 {n} 个字符的内容，Excel 单元格放不下：请导出 CSV 或 Parquet。")
                raise ExportError(refusal.format(line=line, n=CELL_LENGTH))
            sheet.write_string(line, column, text)
