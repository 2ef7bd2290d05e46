"""What may be uploaded, and whether a file is what it says: sizes, kinds, archives that unpack to too much."""

from __future__ import annotations

import gzip
import shutil
import zipfile
import zlib
from pathlib import Path

from django.utils.translation import gettext as _

from bihuan.core import workspace
from bihuan.ui.formats import size as in_words

from .errors import Refused

PART_BYTES = 8 * 1024 * 1024
MAX_BYTES = 4 * 1024**3
# A worksheet is XML and shrinks 10 to 30 times; what shrinks 200 times holds nothing but repetition.
MAX_RATIO = 200
RATIO_FROM_BYTES = 64 * 1024**2
MAX_UNPACKED_BYTES = 12 * 1024**3
MAX_ARCHIVE_ENTRIES = 5000
LOOK_BYTES = 64 * 1024

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".parquet", ".json", ".jsonl", ".ndjson", ".xes")
PACKED = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xes")


def suffix_of(name: str) -> str:
    """Return the suffix from our list that a file's name ends with, ``.gz`` included; refuses others."""
    lower = name.lower()
    packed = lower.endswith(".gz")
    stem = lower[:-3] if packed else lower
    for suffix in PACKED if packed else SUFFIXES:
        if stem.endswith(suffix):
            return suffix + (".gz" if packed else "")
    raise Refused("kind", name=shown_name(name), kinds="CSV、XLSX、Parquet、JSON、XES（可用 .gz 压缩）")


def shown_name(name: str) -> str:
    """Return a sender's file name fit for showing: its last part, without control characters, at most 255 long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable())[-255:] or "—"


def check_announced(name: str, size: int) -> str:
    """Refuse a file before its first byte is sent where its name or size already tell; returns its suffix."""
    suffix = suffix_of(name)
    if size <= 0:
        raise Refused("empty", name=shown_name(name))
    if size > MAX_BYTES:
        raise Refused("too_big", size=in_words(size), limit=in_words(MAX_BYTES))
    free = shutil.disk_usage(workspace.home().path).free
    # The file itself, its transcoded copy, and its rows in the lake.
    if free < 3 * size:
        raise Refused("no_space", free=in_words(free))
    return suffix


def write_part(path: Path, offset: int, data: bytes) -> int:
    """Write one part where it belongs and cut off what a broken attempt left behind it; returns the new length."""
    mode = "r+b" if path.exists() else "w+b"
    with open(path, mode) as file:
        file.seek(offset)
        file.write(data)
        file.truncate()
        return file.tell()


def check_content(path: Path, suffix: str) -> None:
    """Refuse a file whose bytes are not of the kind that its name says, or that unpacks to too much."""
    if suffix.endswith(".gz"):
        _check_gzip(path)
    elif suffix == ".xlsx":
        _check_workbook(path)
    elif suffix == ".parquet":
        _check_parquet(path)
    else:
        with open(path, "rb") as file:
            _check_text(file.read(LOOK_BYTES), suffix)


def _check_text(head: bytes, suffix: str) -> None:
    if head.startswith((b"PK\x03\x04", b"%PDF", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"PAR1")):
        raise Refused("content", kind=suffix, reason=_("它是另一种文件，只是改了扩展名"))
    # UTF-16 has a zero in every second byte of plain letters, and says so by a byte order mark.
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("content", kind=suffix, reason=_("其中有不可显示的字节"))


def _check_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise Refused("content", kind="XLSX", reason=_("打不开，可能没有传完或已损坏")) from error
    if "xl/workbook.xml" not in {entry.filename for entry in entries}:
        raise Refused("content", kind="XLSX", reason=_("里面没有工作簿"))
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ARCHIVE_ENTRIES or _too_much(path.stat().st_size, unpacked):
        raise Refused("bomb", size=in_words(unpacked))


def _check_parquet(path: Path) -> None:
    with open(path, "rb") as file:
        head = file.read(4)
        file.seek(-4, 2)
        tail = file.read(4)
    if head != b"PAR1" or tail != b"PAR1":
        raise Refused("content", kind="Parquet", reason=_("打不开，可能没有传完或已损坏"))


def _check_gzip(path: Path) -> None:
    """Unpack the whole stream, keeping nothing, until it ends or has become too much."""
    unpacked, packed, first = 0, path.stat().st_size, b""
    try:
        with gzip.open(path) as stream:
            while block := stream.read(4 * 1024 * 1024):
                first = first or block[:LOOK_BYTES]
                unpacked += len(block)
                if _too_much(packed, unpacked):
                    raise Refused("bomb", size=in_words(unpacked))
    except (EOFError, OSError, zlib.error) as error:
        raise Refused("content", kind="GZIP", reason=_("打不开，可能没有传完或已损坏")) from error
    _check_text(first, path.name)


def _too_much(packed: int, unpacked: int) -> bool:
    too_dense = unpacked > RATIO_FROM_BYTES and unpacked > MAX_RATIO * packed
    return unpacked > MAX_UNPACKED_BYTES or too_dense
