"""A scan of files for personal data that should not be in them: logs, exports, and what a deletion left behind."""

from __future__ import annotations

import gzip
import re
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .masking import find
from .rules import DEFAULT, Rules

BLOCK = 1 << 20
# Sums and keys of rows in base 16, whose digits now and then look like a number of somebody.
DIGEST = re.compile(r"\b(?:[0-9a-f]{32,128}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")


@dataclass(frozen=True)
class Leak:
    """A value found in ``file`` (``archive!member`` inside archives); ``line`` 0 where the file has none."""

    file: str
    line: int
    kind: str
    value: str


def scan_text(text: str, *, name: str = "", rules: Rules = DEFAULT) -> list[Leak]:
    """Return the personal data that a text still shows, by line; digests and keys of rows are none.

    >>> [leak.value for leak in scan_text("13800138000 " + "e13244104379a" + "0" * 51)]
    ['13800138000']
    """
    return [Leak(name, number, span.kind, span.value) for number, line in enumerate(text.splitlines(), 1)
            for span in find(DIGEST.sub("·", line), rules)]


def scan_files(paths: Iterable[Path], *, rules: Rules = DEFAULT) -> list[Leak]:
    """Return the personal data in text files and in the texts inside Office documents and archives."""
    return [leak for path in paths for name, content in contents(path)
            for leak in scan_text(_as_text(content), name=name, rules=rules)]


def files_with(folder: Path, value: str) -> list[str]:
    """Return the files below a folder, archives opened, that hold a value as UTF-8, UTF-16 or GB18030."""
    needles = {value.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")}
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [name for path in paths for name, content in contents(path) if any(each in content for each in needles)]


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of a file; of an archive, its members."""
    if tarfile.is_tarfile(path):
        with tarfile.open(path) as tar:
            for member in tar:
                stream = tar.extractfile(member)
                if stream is not None:
                    yield f"{path}!{member.name}", stream.read()
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for inner in archive.namelist():
                yield f"{path}!{inner}", archive.read(inner)
    elif path.suffix == ".gz":
        yield str(path), gzip.decompress(path.read_bytes())
    else:
        yield str(path), path.read_bytes()


def _as_text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")
