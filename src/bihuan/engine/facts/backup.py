"""A workspace in one file and back: every file with its checksum, nothing overwritten, everything verified."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bihuan.engine.home import MARK, Home

from . import journal
from .errors import FactsError
from .locks import locked
from .people import NAMES
from .privacy.erasing import erase_again

MANIFEST = "bihuan-backup.json"
FORMAT = 1
# ``keys`` opens the vault: a backup without it cannot bring back what a deletion destroyed. ``exports`` wait for
# their takers for hours only.
LEFT_OUT = {"scratch", "locks", "keys", "exports"}
# Results that workers of the server share, of this place and moment alone and gone at any time; and whom names mean,
# which is found again from the rows.
FOUND_AGAIN = (("cache", "answers"), NAMES.parts)
BLOCK = 1 << 20
DATABASES = (".sqlite3", ".db")


def write_backup(home: Home, file: Path) -> dict[str, Any]:
    """Write the whole workspace into ``file`` (tar, gzip); returns {"file", "files", "bytes", "head"}.

    No import can commit meanwhile. An SQLite database is copied through its own backup, so that a running product
    does not tear it. The file appears under its name only when it is complete.
    """
    if file.exists():
        raise FactsError("backup_exists", file=str(file))
    file.parent.mkdir(parents=True, exist_ok=True)
    if not os.access(file.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))
    with locked(home, "commit"), locked(home, "facts"), tempfile.TemporaryDirectory(dir=file.parent) as folder:
        part = Path(folder) / "part.tar.gz"
        manifest: dict[str, Any] = {"format": FORMAT, "made_at": datetime.now(UTC).isoformat(), "files": {},
                                    "head": list(journal.head(home))}
        with tarfile.open(part, "w:gz", compresslevel=3) as tar:
            for path in _files(home, Path(folder)):
                source = _still(path, Path(folder))
                name = str(path.relative_to(home.path))
                manifest["files"][name] = {"sha256": _digest(source), "bytes": source.stat().st_size}
                tar.add(source, arcname=name, recursive=False)
            text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode()
            about = tarfile.TarInfo(MANIFEST)
            about.size = len(text)
            tar.addfile(about, io.BytesIO(text))
        os.replace(part, file)
    files = manifest["files"].values()
    return {"file": str(file), "files": len(files), "bytes": sum(told["bytes"] for told in files),
            "head": manifest["head"][1]}


def restore_backup(home: Home, file: Path) -> dict[str, Any]:
    """Unpack a backup into an empty workspace; returns {"files", "bytes", "head", "emptied", "remaining"}.

    ``emptied`` are the customers deleted since the backup was made, as the workspace's own ``keys`` know them: what
    identifies them leaves the records again. ``remaining`` are the files that still hold a contact of theirs.

    Refuses a workspace that holds anything, and a backup whose files are missing, added or changed: then the
    workspace stays as empty as it was.
    """
    if not file.is_file():
        raise FactsError("no_file", file=str(file))
    if _holds_anything(home):
        raise FactsError("home_not_empty", home=str(home.path))
    home.path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.path.parent, prefix=".restore-") as folder:
        place = Path(folder) / "home"
        try:
            with tarfile.open(file, "r:gz") as tar:
                tar.extractall(place, filter="data")
        except PermissionError:
            raise
        except (tarfile.TarError, OSError, EOFError) as error:
            raise FactsError("backup_broken", file=str(file), problem=str(error)) from None
        manifest = _verified(place, file)
        journal.verify(Home(place), manifest["head"][1])
        if (home.path / "keys").is_dir():
            os.replace(home.path / "keys", place / "keys")
        shutil.rmtree(home.path, ignore_errors=True)
        os.replace(place, home.path)
    home.create()
    files = manifest["files"].values()
    emptied, remaining = erase_again(home)
    return {"files": len(files), "bytes": sum(told["bytes"] for told in files), "head": manifest["head"][1],
            "emptied": emptied, "remaining": [os.path.relpath(one, home.path) for one in remaining]}


def _files(home: Home, out: Path) -> list[Path]:
    """Every file of the workspace but locks, temporary ones, what lies in ``out``, and databases' tails."""
    return [path for path in sorted(home.path.rglob("*"))
            if path.is_file() and path.relative_to(home.path).parts[0] not in LEFT_OUT
            and path.relative_to(home.path).parts[:2] not in FOUND_AGAIN
            and out not in (path, *path.parents) and not path.name.endswith(("-wal", "-shm"))]


def _still(path: Path, folder: Path) -> Path:
    """The file, or a consistent copy of a database that may be in use."""
    if path.suffix not in DATABASES:
        return path
    copy = folder / f"still{path.suffix}"
    copy.unlink(missing_ok=True)
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    return copy


def _verified(place: Path, file: Path) -> dict[str, Any]:
    """The manifest, after every file was found as it says and no other file besides."""
    if not (place / MANIFEST).is_file():
        raise FactsError("backup_broken", file=str(file), problem=f"no {MANIFEST}")
    manifest: dict[str, Any] = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    (place / MANIFEST).unlink()
    there = {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()}
    for name, told in manifest["files"].items():
        if name not in there or _digest(place / name) != told["sha256"]:
            raise FactsError("backup_broken", file=str(file), problem=name)
    if strange := there - set(manifest["files"]):
        raise FactsError("backup_broken", file=str(file), problem=sorted(strange)[0])
    return manifest


def _holds_anything(home: Home) -> bool:
    return home.path.exists() and any(
        path.is_file() and path.name != MARK and path.relative_to(home.path).parts[0] not in LEFT_OUT
        for path in home.path.rglob("*"))


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
