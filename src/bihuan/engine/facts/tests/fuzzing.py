"""Import damaged files and say what went wrong: a crash, or records that were lost without a word."""

from __future__ import annotations

import csv
import io
import json
import zlib
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pyarrow.parquet as pq

from bihuan.engine.facts.decisions import decisions
from bihuan.engine.facts.errors import SENTENCES, FactsError
from bihuan.engine.facts.importing import import_file, sniff
from bihuan.engine.facts.mapping import parse
from bihuan.engine.home import Home

from .damage import damaged

BLANKS = " \t\r\n\u3000\xa0\ufeff"
TICKETS = parse("""
table = "cases"
source = "s"
[fields]
external_id = "工单编号"
opened = "创建时间"
channel = {column = "渠道", vocabulary = "channel"}
resolved = "是否解决"
resolved_at = "解决时间"
subject = "备注"
""")


def faults_of(home: Home, folder: Path, seeds: range) -> tuple[list[str], dict[str, int]]:
    """(What should not have happened, file by file; how often which outcome) for the files of these seeds."""
    faults: list[str] = []
    outcomes: dict[str, int] = {}
    for seed in seeds:
        suffix, damage, content = damaged(seed)
        path = folder / f"f.{suffix}"
        path.write_bytes(content)
        outcome, fault = _tried(home, path, suffix, damage)
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        if fault:
            faults.append(f"seed {seed} ({suffix}, {damage}): {fault}")
    return faults, outcomes


def _tried(home: Home, path: Path, suffix: str, damage: str) -> tuple[str, str]:
    choice = {"xes": "xes", "ocel.json": "ocel"}.get(suffix)
    try:
        if zlib.crc32(path.read_bytes()) % 3 == 0:
            decisions(home, path, preset=choice, mapping=None if choice else TICKETS)
        result = import_file(home, path, preset=choice, mapping=None if choice else TICKETS, dry_run=True)
    except FactsError as error:
        advised = error.code in SENTENCES and error.text("zh") and error.text("en")
        private = str(path.parent) in str(error)
        return error.code, "" if advised and not private else f"{error.code} without advice or with a path"
    except Exception as error:  # anything else is what is looked for here
        return "crash", f"{type(error).__name__}: {str(error)[:200]}"
    counts = (result.accepted, result.updated, result.unchanged, result.quarantined)
    if result.read != sum(counts) or min(counts) < 0:
        return "sum", f"{result.read} read, but {counts}"
    expected = counted(home, path, suffix, damage)
    if expected is not None and expected != result.read:
        return "lost", f"{expected} records in the file, {result.read} read"
    return "read", ""


def counted(home: Home, path: Path, suffix: str, damage: str) -> int | None:
    """The records of a file as another reader counts them; None where the file is too broken to be counted."""
    try:
        if suffix == "parquet":
            return pq.read_metadata(path).num_rows
        if suffix == "xes":
            return sum(element.tag.rpartition("}")[2] == "event" for element in ElementTree.parse(path).iter())
        if suffix == "json":
            document = json.loads(path.read_text("utf-8"))
            return sum(isinstance(one, dict) for one in document) if isinstance(document, list) else None
        if suffix == "jsonl":
            text = path.read_text("utf-8")
            return sum(bool(line.strip("\ufeff \t\r\n")) for line in io.StringIO(text, newline=""))
        if suffix == "xlsx" and damage == "kept":
            with closing(openpyxl.load_workbook(path, read_only=True)) as book:
                rows = list(book.active.iter_rows(values_only=True))
            return sum(any(cell not in (None, "") for cell in row) for row in rows[1:])
        return _counted_lines(home, path) if suffix == "csv" else None
    except (ValueError, ElementTree.ParseError, OSError, LookupError, RecursionError):
        return None


def _counted_lines(home: Home, path: Path) -> int | None:
    seen = sniff(home, path)
    text = path.read_bytes().decode(seen.encoding or "utf-8", errors="replace")
    if "\r\0" in text:  # one line end or two?
        return None
    text = text.replace("\0", "").lstrip("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=seen.delimiter or ",", strict=True)
    try:
        records = list(reader)
    except csv.Error:
        return None
    after = [record for record in records[seen.header_row:] if any(cell.strip(BLANKS) for cell in record)]
    # A quotation mark left open swallows lines: a record of another width that holds line ends is such a one.
    torn = any(len(record) != len(seen.columns) and any("\n" in cell or "\r" in cell for cell in record)
               for record in after)
    return None if torn else len(after)
