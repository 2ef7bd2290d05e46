"""Which reader a file needs, by what it is rather than what it is called."""

from __future__ import annotations

import codecs
import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from ..errors import FactsError
from ..guarding import unguarded, unguarded_sql
from ..mapping import Mapping
from ..sniffing import is_binary, open_bytes
from . import json as json_reader
from . import ocel, parquet, rowwise, text, transcript, xes, xlsx
from .base import ERROR_COLUMNS, Raw

FORMATS = ("csv", "xlsx", "parquet", "json", "jsonl", "xes", "ocel", "transcript")


def format_of(path: Path) -> str:
    """One of FORMATS; text that is nothing else is csv.

    Raises "folder", "no_file", "empty_file", "web_page" and "binary_file".
    """
    if path.is_dir():
        raise FactsError("folder", file=str(path))
    if not path.is_file():
        raise FactsError("no_file", file=str(path))
    if path.stat().st_size == 0:
        raise FactsError("empty_file", file=str(path))
    with open_bytes(path) as file:
        head = file.read(4096)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return "xlsx"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", errors="ignore").encode("utf-8", errors="ignore")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:14].lower().startswith((b"<html", b"<table", b"<!doctype html", b"<meta", b"<style")):
        raise FactsError("web_page", file=path.name)
    if start.startswith(b"<"):
        return "xes"
    if start.startswith(b"{") or (start.startswith(b"[") and not transcript.is_transcript(path)):
        return json_reader.kind_of(path)
    if is_binary(head):
        raise FactsError("binary_file", file=path.name)
    return "transcript" if transcript.is_transcript(path) else "csv"


@contextmanager
def readable(file: str) -> Iterator[None]:
    """Whatever a damaged file makes a reader say, it is a refusal with a code. Wishes to stop go through."""
    try:
        yield
    except duckdb.InterruptException:
        raise
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FactsError("broken_packing", file=file, problem=str(error)) from error
    except (duckdb.Error, pa.ArrowException, UnicodeError, RecursionError, csv.Error, MemoryError) as error:
        # The folder a file lies in is nobody's business.
        told = re.sub(r"/[^\s\"']*/", "", (str(error).splitlines() or [type(error).__name__])[0])[:300]
        raise FactsError("unreadable", file=file, problem=told) from error
    except BaseException as error:
        # What a reader written in Rust raises where it gives up is no Exception, and would end the process.
        if type(error).__name__ != "PanicException":
            raise
        raise FactsError("unreadable", file=file, problem="panic") from None


def read(con: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping, scratch: Path) -> dict[str, Raw]:
    """{explode path: raw relation}; "" is the file's own records. Only JSON has more."""
    with readable(path.name):
        return _read(con, path, mapping, scratch)


def _read(con: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping, scratch: Path) -> dict[str, Raw]:
    kind = format_of(path)
    if kind == "xes":
        return {"": xes.read(con, path)}
    if kind == "ocel":
        return {"": ocel.read(con, path, mapping.case_type)}
    if kind in ("json", "jsonl", "transcript"):
        return json_reader.read(con, path, mapping, kind=kind)
    table = _table(con, path, mapping, scratch, kind)
    return {"": rowwise.read(con, table, mapping) if mapping.reader else table}


def _table(con: duckdb.DuckDBPyConnection, path: Path, mapping: Mapping, scratch: Path, kind: str) -> Raw:
    if kind == "parquet":
        return parquet.read(con, path)
    if kind == "xlsx":
        return xlsx.read(con, path, mapping)
    return _as_it_was(text.read(con, path, mapping, scratch))


def _as_it_was(raw: Raw) -> Raw:
    """A file of rejected rows with the marks taken off that keep spreadsheets from running its texts."""
    if not set(ERROR_COLUMNS) <= set(raw.columns):
        return raw
    patient = raw.patient

    def bare(relation: str) -> str:
        columns = ", ".join(unguarded_sql(name) for name in raw.columns)
        return f"(SELECT {columns} FROM {relation})" if relation else ""

    return replace(raw, relation=bare(raw.relation), reread=bare(raw.reread), plain=None,
                   columns=[unguarded(name) for name in raw.columns],
                   patient=(lambda: _as_it_was(patient())) if patient else None)
