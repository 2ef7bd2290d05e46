"""Systems whose exports we read, a folder each: mappings, README, sample files and what they must become.

A folder holds one TOML file a kind of export (its name is the preset's), ``README.md``, ``samples/`` and
``expected.json``; ``reader.py`` only where a mapping cannot say it. A folder is known by being there.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

Document = Any
Record = dict[str, Any]
Reader = Callable[[Iterable[Document]], Iterator[Record]]
HERE = Path(__file__).parent


def folders() -> list[Path]:
    """The folders of all sources, by name."""
    return sorted(file.parent for file in HERE.glob("*/README.md"))


def mapping_files() -> list[Path]:
    """The mappings of all sources, by name."""
    return sorted(HERE.glob("*/*.toml"), key=lambda file: file.stem)


def readers() -> list[str]:
    """The names a mapping may give as its ``reader``."""
    return sorted(file.parent.name for file in HERE.glob("*/reader.py"))


@lru_cache
def reader_of(name: str) -> Reader:
    """The function that turns the JSON documents of a file into records; KeyError for a name not in ``readers``."""
    if name not in readers():
        raise KeyError(name)
    records: Reader = importlib.import_module(f"{__name__}.{name}.reader").records
    return records
