"""Compiled SQL on disk, so that the next process need not compile (or load ibis) to ask the same shape of question.

A file's name is the hash of the definitions, the view, the dialect and the code that compiles; nothing is ever
changed in place, and a file that cannot be read or written is as good as none.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ..home import Home, write_atomically

MOST = 2000
_folder: Path | None = None


def keep_in(home: Home) -> None:
    """Keep what is compiled from now on in this workspace, or in ``$BIHUAN_SQL_CACHE`` when that is set."""
    global _folder
    given = os.environ.get("BIHUAN_SQL_CACHE")
    _folder = Path(given) if given else home.path / "cache" / "sql"


def read(key: tuple[Any, ...]) -> str | None:
    """Return the SQL kept under a key, None when there is none."""
    if _folder is None:
        return None
    try:
        return _file(_folder, key).read_text(encoding="utf-8")
    except OSError:
        return None


def write(key: tuple[Any, ...], sql: str) -> None:
    """Keep the SQL; when there are too many, the half that was written first goes."""
    if _folder is None:
        return
    try:
        write_atomically(_file(_folder, key), sql)
        kept = list(_folder.iterdir())
        if len(kept) > MOST:
            for old in sorted(kept, key=lambda file: file.stat().st_mtime)[: MOST // 2]:
                old.unlink(missing_ok=True)
    except OSError:  # a read-only or full disk costs time, not numbers
        return


def _file(folder: Path, key: tuple[Any, ...]) -> Path:
    digest = hashlib.sha256(f"{_code()}\n{_told(key)}".encode()).hexdigest()
    return folder / f"{digest}.sql"


def _told(value: Any) -> str:
    """The value in words that do not depend on the process: sets have no order of their own."""
    if isinstance(value, frozenset | set):
        return "{" + ",".join(sorted(map(_told, value))) + "}"
    if isinstance(value, tuple | list):
        return "(" + ",".join(map(_told, value)) + ")"
    if hasattr(value, "__dataclass_fields__"):
        return type(value).__name__ + _told([(name, getattr(value, name)) for name in value.__dataclass_fields__])
    return repr(value)


@lru_cache(maxsize=1)
def _code() -> str:
    """Hash the code that compiles, with what it stands on."""
    told = hashlib.sha256(version("ibis-framework").encode())
    here = Path(__file__).parent
    for file in sorted([*here.glob("*.py"), *here.glob("*.toml"), *(here.parent / "facts").glob("[gs]*.py")]):
        told.update(file.name.encode() + file.read_bytes())
    return told.hexdigest()
