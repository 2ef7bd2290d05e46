"""A look into a packed spreadsheet before anybody unpacks it: is it whole, and does it unpack to a sensible size?"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ..errors import FactsError

MOST_MEMBERS = 5000
# A worksheet is XML and shrinks 10 to 30 times; what shrinks 200 times holds nothing but repetition.
MOST_RATIO, RATIO_FROM_BYTES = 200, 64 << 20
MOST_BYTES = 12 << 30
BLOCK = 1 << 20


def check_archive(path: Path) -> None:
    """Raise "broken_sheet" for an archive that is not whole, "bomb" for one that unpacks to too much.

    Every member is unpacked and counted, because what an archive says of its sizes may be a lie.
    """
    try:
        with zipfile.ZipFile(path) as archive, open(path, "rb") as file:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise FactsError("bomb", file=path.name, size=f"{len(members)} files")
            packed, total = path.stat().st_size, 0
            for member in members:
                for length in _unpacked(file, member):
                    total += length
                    if total > MOST_BYTES or (total > RATIO_FROM_BYTES and total > MOST_RATIO * packed):
                        raise FactsError("bomb", file=path.name, size=f"{total >> 20} MB")
    except (zipfile.BadZipFile, zlib.error, OSError, struct.error, ValueError, NotImplementedError) as error:
        raise FactsError("broken_sheet", file=path.name, problem=str(error) or type(error).__name__) from None


def _unpacked(file, member: zipfile.ZipInfo) -> Iterator[int]:
    """The lengths of a member's blocks as they come out; raises zlib.error or struct.error where it is torn."""
    file.seek(member.header_offset)
    name, extra = struct.unpack("<26xHH", file.read(30))
    file.seek(name + extra, 1)
    left = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        yield left
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise NotImplementedError("compression")
    unpack = zlib.decompressobj(-15)
    while left > 0 and (block := file.read(min(BLOCK, left))):
        left -= len(block)
        while block:
            yield len(unpack.decompress(block, BLOCK))
            block = unpack.unconsumed_tail
    if left > 0 or not unpack.eof:
        raise zlib.error("truncated")
