"""A look into a packed spreadsheet before anybody unpacks it: is it whole, and does it unpack to a sensible size?"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ..errors import FactsError

MOST_MEMBERS, NAMED = 5000, 5
WORKBOOKS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}
# A worksheet is XML and shrinks 10 to 30 times; what shrinks 200 times holds nothing but repetition.
MOST_RATIO, RATIO_FROM_BYTES = 200, 64 << 20
MOST_BYTES = 12 << 30
BLOCK = 1 << 20
# A sheet is held as a full rectangle: two cells in opposite corners would be seventeen thousand million. As many are
# taken as a file of its size may hold, a cell being at least a few packed bits.
CELLS_FROM, CELLS_A_BYTE = 32 << 20, 50
WIDE = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"'][A-Za-z]{2,3}\d")
PLACE = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br\s*=\s*[\"']([A-Za-z]+)(\d+)")
# Nobody but an attacker writes the place of a cell in references.
HIDDEN_PLACE = re.compile(rb"<(?:\w+:)?(?:c|row)\s[^>]*&")
TAG = 256           # of the block before, so that no tag is torn


def check_archive(path: Path) -> None:
    """Raise "broken_sheet" for an archive that is not whole, "bomb" for one that unpacks to too much.

    "packed_files" is raised for one of files that are no workbook.

    Every member is unpacked and counted, because what an archive says of its sizes may be a lie.
    """
    try:
        with zipfile.ZipFile(path) as archive, open(path, "rb") as file:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise FactsError("bomb", file=path.name, size=f"{len(members)} files")
            names = [member.filename for member in members if not member.is_dir()]
            if names and not WORKBOOKS & set(names) and not any(name.startswith("xl/") for name in names):
                raise FactsError("packed_files", file=path.name, names=", ".join(names[:NAMED]))
            packed, total = path.stat().st_size, 0
            for member in members:
                wide, before = False, b""
                for block in _unpacked(file, member):
                    wide = wide or _is_wide(before + block, path)
                    before = block[-TAG:]
                    total += len(block)
                    if total > MOST_BYTES or (total > RATIO_FROM_BYTES and total > MOST_RATIO * packed):
                        raise FactsError("bomb", file=path.name, size=f"{total >> 20} MB")
                if wide:
                    _check_extent(_unpacked(file, member), path, max(CELLS_FROM, CELLS_A_BYTE * packed))
    except (zipfile.BadZipFile, zlib.error, OSError, struct.error, ValueError, NotImplementedError) as error:
        raise FactsError("broken_sheet", file=path.name, problem=str(error) or type(error).__name__) from None


def _is_wide(block: bytes, path: Path) -> bool:
    """Whether a cell beyond the 26th column begins here; without one a sheet is no larger than memory holds."""
    if HIDDEN_PLACE.search(block):
        raise FactsError("broken_sheet", file=path.name, problem="cell reference")
    return WIDE.search(block) is not None


def _check_extent(blocks: Iterator[bytes], path: Path, most: int) -> None:
    columns: set[bytes] = set()
    rows, before = 0, b""
    for block in blocks:
        for letters, digits in PLACE.findall(before + block):
            columns.add(letters)
            rows = max(rows, int(digits[:8]))
        before = block[-TAG:]
    width = max((_number(letters) for letters in columns), default=0)
    if rows * width > most:
        raise FactsError("bomb", file=path.name, size=f"{rows} x {width} cells")


def _number(letters: bytes) -> int:
    """The place of a column, from 1.

    >>> _number(b"A"), _number(b"AB"), _number(b"XFD")
    (1, 28, 16384)
    """
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + letter - 64
    return number


def _unpacked(file, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """A member's blocks as they come out; raises zlib.error or struct.error where it is torn."""
    file.seek(member.header_offset)
    name, extra = struct.unpack("<26xHH", file.read(30))
    file.seek(name + extra, 1)
    left = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        while left > 0 and (block := file.read(min(BLOCK, left))):
            left -= len(block)
            yield block
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError("compression")
    unpack = zlib.decompressobj(-15)
    while left > 0 and (block := file.read(min(BLOCK, left))):
        left -= len(block)
        while block:
            yield unpack.decompress(block, BLOCK)
            block = unpack.unconsumed_tail
    if left > 0 or not unpack.eof:
        raise zlib.error("truncated")
