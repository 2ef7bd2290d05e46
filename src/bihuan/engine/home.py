"""The workspace folder: one place on disk that holds a company's facts and definitions."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

MARK = "bihuan-home.json"


@dataclass(frozen=True)
class Home:
    """Paths inside one workspace folder.

    ``lake/<table>`` are Delta tables of source rows, ``facts/<grain>`` Delta tables derived from them,
    ``batches`` the import journal (one JSON file a batch, and the rejected rows beside it),
    ``definitions`` immutable content-hashed files that ``current.json`` points to, and ``history.jsonl``, what it
    pointed to and since when. With ``known_at`` definitions are read as they were in force then.
    """

    path: Path
    known_at: datetime | None = None

    def then(self, known_at: datetime | None) -> Home:
        """Return the same workspace with the definitions of a moment, None for those of now."""
        return self if known_at == self.known_at else replace(self, known_at=known_at)

    @property
    def lake(self) -> Path:
        return self.path / "lake"

    @property
    def facts(self) -> Path:
        return self.path / "facts"

    @property
    def batches(self) -> Path:
        return self.path / "batches"

    @property
    def definitions(self) -> Path:
        return self.path / "definitions"

    @property
    def uploads(self) -> Path:
        return self.path / "uploads"

    @property
    def locks(self) -> Path:
        return self.path / "locks"

    @property
    def is_there(self) -> bool:
        """Whether the folder is a workspace, and no place that somebody mistyped."""
        return (self.path / MARK).is_file()

    def create(self) -> Home:
        """Make the folders that are missing and return self; safe to call again."""
        for folder in (self.lake, self.facts, self.batches, self.definitions, self.uploads, self.locks):
            folder.mkdir(parents=True, exist_ok=True)
        mark = self.path / MARK
        if not mark.exists():
            write_atomically(mark, json.dumps({"format": 1}))
        return self


def home_at(path: str | os.PathLike[str] | None = None) -> Home:
    """Return the workspace at ``path``, else ``$BIHUAN_HOME``, else ``./bihuan-home``; makes nothing."""
    chosen = path or os.environ.get("BIHUAN_HOME") or "bihuan-home"
    return Home(Path(chosen).expanduser().resolve())


def open_home(path: str | os.PathLike[str] | None = None) -> Home:
    """Return the same workspace; creates it when absent."""
    return home_at(path).create()


def write_atomically(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` in one step, so that a reader sees the old or the new file, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(name, path)


def publish(home: Home, **parts: Any) -> dict[str, str]:
    """Publish definitions: each part becomes ``definitions/<name>-<hash>.json`` and ``current.json`` names it.

    A part is JSON-able (``calendars``, ``passports``, ``units``, ``workspace`` ...). Files are never changed
    once written; parts that are not given keep their present version. Returns the new ``current`` mapping.
    """
    with _alone(home, "publish"):
        current = current_definitions(home.then(None))
        before = dict(current)
        for name, content in parts.items():
            current[name] = _keep(home, name, content)
        if current != before:
            _note_history(home, before, current)
        write_atomically(home.definitions / "current.json", json.dumps(current, sort_keys=True, indent=1))
        return current


@contextmanager
def _alone(home: Home, name: str) -> Iterator[None]:
    """Wait until no other process publishes: of two that read ``current.json`` at once, one would lose its part."""
    home.locks.mkdir(parents=True, exist_ok=True)
    with (home.locks / f"{name}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _keep(home: Home, name: str, content: Any) -> str:
    """Write one part if it is new and return the name of its file."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)
    file = home.definitions / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"
    if not file.exists():
        write_atomically(file, text)
    return file.name


def _note_history(home: Home, before: dict[str, str], current: dict[str, str]) -> None:
    """Add a line to the history; what a workspace had before it kept one is dated by its ``current.json``."""
    file, told = home.definitions / "history.jsonl", home.definitions / "current.json"
    lines = [(datetime.now(UTC), current)]
    if before and not file.exists():
        lines.insert(0, (datetime.fromtimestamp(told.stat().st_mtime, UTC), before))
    with file.open("a", encoding="utf-8") as target:
        for moment, names in lines:
            target.write(json.dumps({"at": moment.isoformat(), "current": names}, sort_keys=True) + "\n")


def current_definitions(home: Home) -> dict[str, str]:
    """Return {part: file name} as published now, or at the home's ``known_at``; empty when nothing was published."""
    history = home.definitions / "history.jsonl"
    if home.known_at is not None and history.exists():
        lines = (json.loads(line) for line in history.read_text(encoding="utf-8").splitlines())
        found = [line["current"] for line in lines if datetime.fromisoformat(line["at"]) <= home.known_at]
        return found[-1] if found else {}
    file = home.definitions / "current.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def read_definition(home: Home, name: str) -> Any | None:
    """Return the published content of one part, None when the workspace keeps the shipped one."""
    file = current_definitions(home).get(name)
    return json.loads((home.definitions / file).read_text(encoding="utf-8")) if file else None
