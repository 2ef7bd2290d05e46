"""Master keys: they wrap the key of each subject. The first one wraps anew, the others still open what they wrapped."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from bihuan.engine.home import Home, write_atomically

from .errors import PrivacyError

VARIABLE = "BIHUAN_VAULT_KEYS"
FOLDER = "keys"
FILE = "master"
LINE = re.compile(r"([A-Za-z0-9_.-]{1,32}):([0-9a-fA-F]{64})")


@dataclass(frozen=True)
class MasterKeys:
    """Keys by name, the one that wraps first; ``place`` is where they were read."""

    keys: dict[str, bytes]
    place: str

    @property
    def current(self) -> str:
        return next(iter(self.keys))

    def get(self, name: str) -> bytes:
        if name not in self.keys:
            raise PrivacyError("key_missing", key=name, file=self.place)
        return self.keys[name]


def key_folder(home: Home) -> Path:
    """The folder of the master key and the subjects' keys: never part of a backup, readable by its owner alone."""
    folder = home.path / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def master_keys(home: Home) -> MasterKeys:
    """Return the keys of $BIHUAN_VAULT_KEYS, else of ``keys/master``, which is written at the first use."""
    given = os.environ.get(VARIABLE)
    if given:
        return _read(given, VARIABLE)
    file = key_folder(home) / FILE
    if not file.exists():
        _create(file)
    return _read(file.read_text(encoding="ascii"), str(file))


def add_master_key(home: Home) -> str:
    """Put a fresh key before the ones in ``keys/master`` and return its name; keys of the environment stay there."""
    present = master_keys(home)
    if os.environ.get(VARIABLE):
        return present.current
    name = f"k{len(present.keys) + 1}-{secrets.token_hex(3)}"
    lines = [f"{name}:{secrets.token_hex(32)}", *(f"{key}:{value.hex()}" for key, value in present.keys.items())]
    _write(key_folder(home) / FILE, lines)
    return name


def keep_master_keys(home: Home, names: set[str]) -> None:
    """Remove the keys from ``keys/master`` that wrap nothing any more."""
    if os.environ.get(VARIABLE):
        return
    present = master_keys(home)
    lines = [f"{key}:{value.hex()}" for key, value in present.keys.items() if key in names or key == present.current]
    _write(key_folder(home) / FILE, lines)


def _create(file: Path) -> None:
    try:
        # O_EXCL: of two processes that start together only one writes, the other reads what it wrote.
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(f"k1:{secrets.token_hex(32)}\n")


def _write(file: Path, lines: list[str]) -> None:
    write_atomically(file, "\n".join(lines) + "\n")
    os.chmod(file, 0o600)


def _read(text: str, place: str) -> MasterKeys:
    lines = [line.strip() for line in re.split(r"[\n,]", text) if line.strip()]
    found = [LINE.fullmatch(line) for line in lines]
    if not lines or not all(found):
        raise PrivacyError("bad_master_key", place=place)
    return MasterKeys({each[1]: bytes.fromhex(each[2]) for each in found if each}, place)
