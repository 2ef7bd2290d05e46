"""The vault: what identifies a person, kept apart from the facts, under a key of that person that can be destroyed.

Values lie in ``vault/values.sqlite3``, which backups contain; the subjects' keys in ``keys/subjects.sqlite3``, which
they do not. When a subject's key is destroyed, every copy of the values, old backups included, is noise.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bihuan.engine.home import Home

from .errors import PrivacyError
from .folding import fold
from .keys import MasterKeys, add_master_key, keep_master_keys, key_folder, master_keys

NONCE = 12
KEYS_SCHEMA = """
CREATE TABLE IF NOT EXISTS subject_keys (subject TEXT PRIMARY KEY, master TEXT NOT NULL, wrapped BLOB NOT NULL,
    made_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lookups (digest BLOB NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (digest, subject))
    WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS lookups_subject ON lookups (subject);
CREATE TABLE IF NOT EXISTS destroyed (digest BLOB PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS own_keys (name TEXT PRIMARY KEY, master TEXT NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID;
"""
VALUES_SCHEMA = """
CREATE TABLE IF NOT EXISTS sealed (subject TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, kept_until TEXT,
    PRIMARY KEY (subject, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sealed_until ON sealed (kept_until) WHERE kept_until IS NOT NULL;
"""
# Fields by which a person is looked for; others, such as texts, are only sealed.
SOUGHT = frozenset(("name", "phone", "email", "id_card"))


@dataclass(frozen=True)
class Destroyed:
    """What a destruction found: ``values`` sealed values; ``had_key`` False when there was nothing to destroy."""

    subject: str
    values: int
    had_key: bool
    at: datetime


class Vault:
    """Open with ``open_vault``, for one thread; safe to use from several processes at once."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._masters: MasterKeys | None = None
        self.keys_file = key_folder(home) / "subjects.sqlite3"
        self.values_file = home.path / "vault" / "values.sqlite3"
        self.values_file.parent.mkdir(mode=0o700, exist_ok=True)

    def put(self, subject: str, values: Mapping[str, str | None], *, kept_until: datetime | None = None) -> None:
        """Seal values of a subject under their names; None or empty takes a value away.

        PrivacyError ``subject_destroyed`` when the subject's data was deleted before.
        """
        if self.put_many([(subject, values)], kept_until=kept_until):
            raise PrivacyError("subject_destroyed", subject=subject)

    def put_many(self, rows: Iterable[tuple[str, Mapping[str, str | None]]], *,
                 kept_until: datetime | None = None) -> set[str]:
        """Seal values of many subjects and return those left out because their data was deleted before."""
        refused: set[str] = set()
        until = kept_until.astimezone(UTC).isoformat() if kept_until else None
        with self._open(self.keys_file, KEYS_SCHEMA) as keys, self._open(self.values_file, VALUES_SCHEMA) as sealed:
            index = self._own_key(keys, "index")
            for subject, values in rows:
                if self._is_destroyed(keys, index, subject):
                    refused.add(subject)
                    continue
                self._seal(keys, sealed, index, subject, values, until)
        return refused

    def get(self, subject: str) -> dict[str, str]:
        """Return the values of a subject by name; empty when there are none or they were destroyed."""
        return self.get_many([subject]).get(subject, {})

    def get_many(self, subjects: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return {subject: values} for those that have any."""
        found: dict[str, dict[str, str]] = {}
        with self._open(self.keys_file, KEYS_SCHEMA) as keys, self._open(self.values_file, VALUES_SCHEMA) as sealed:
            for subject in subjects:
                key = self._subject_key(keys, subject)
                if key is None:
                    continue
                rows = sealed.execute("SELECT name, value FROM sealed WHERE subject = ?", (subject,)).fetchall()
                if rows:
                    found[subject] = {name: self._opened(key, subject, name, value) for name, value in rows}
        return found

    def find(self, name: str, value: str) -> list[str]:
        """Return the subjects with this value of ``name`` (one of SOUGHT), however it is written."""
        with self._open(self.keys_file, KEYS_SCHEMA) as keys:
            digest = _digest(self._own_key(keys, "index"), name, plain_form(name, value))
            rows = keys.execute("SELECT subject FROM lookups WHERE digest = ? ORDER BY subject", (digest,))
            return [subject for (subject,) in rows]

    def destroy(self, subject: str) -> Destroyed:
        """Destroy a subject's key, its look-ups and its values; nobody can write values for it afterwards.

        The key goes first: a crash in between leaves noise, which ``sweep`` removes.
        """
        now = datetime.now(UTC)
        with self._open(self.keys_file, KEYS_SCHEMA) as keys:
            had_key = bool(keys.execute("DELETE FROM subject_keys WHERE subject = ?", (subject,)).rowcount)
            keys.execute("DELETE FROM lookups WHERE subject = ?", (subject,))
            digest = _digest(self._own_key(keys, "index"), "subject", subject)
            keys.execute("INSERT OR IGNORE INTO destroyed VALUES (?, ?)", (digest, now.isoformat()))
        with self._open(self.values_file, VALUES_SCHEMA) as sealed:
            values = sealed.execute("DELETE FROM sealed WHERE subject = ?", (subject,)).rowcount
        return Destroyed(subject, values, had_key, now)

    def forget_many(self, subjects: Iterable[str]) -> None:
        """Destroy keys, look-ups and values as ``destroy`` does; but a subject that comes again is kept again."""
        listed = [(subject,) for subject in subjects]
        with self._open(self.keys_file, KEYS_SCHEMA) as keys:
            keys.executemany("DELETE FROM subject_keys WHERE subject = ?", listed)
            keys.executemany("DELETE FROM lookups WHERE subject = ?", listed)
        with self._open(self.values_file, VALUES_SCHEMA) as sealed:
            sealed.executemany("DELETE FROM sealed WHERE subject = ?", listed)

    def is_destroyed(self, subject: str) -> bool:
        """Return whether a subject's data was deleted."""
        with self._open(self.keys_file, KEYS_SCHEMA) as keys:
            return self._is_destroyed(keys, self._own_key(keys, "index"), subject)

    def destroyed_among(self, subjects: Callable[[], Iterable[str]]) -> set[str]:
        """Return those whose data was deleted; ``subjects`` is called only where anybody's was."""
        if not self.keys_file.exists():
            return set()
        with self._open(self.keys_file, KEYS_SCHEMA) as keys:
            gone = {digest for (digest,) in keys.execute("SELECT digest FROM destroyed")}
            index = self._own_key(keys, "index") if gone else b""
        return {one for one in subjects() if _digest(index, "subject", one) in gone} if gone else set()

    def sweep(self, *, now: datetime | None = None) -> int:
        """Remove values whose time is over and values without a key; returns how many."""
        moment = (now or datetime.now(UTC)).astimezone(UTC).isoformat()
        with self._open(self.keys_file, KEYS_SCHEMA) as keys, self._open(self.values_file, VALUES_SCHEMA) as sealed:
            gone = sealed.execute("DELETE FROM sealed WHERE kept_until IS NOT NULL AND kept_until < ?", (moment,)).rowcount
            for (subject,) in sealed.execute("SELECT DISTINCT subject FROM sealed").fetchall():
                if self._subject_key(keys, subject) is None:
                    gone += sealed.execute("DELETE FROM sealed WHERE subject = ?", (subject,)).rowcount
        return gone

    def rotate(self) -> int:
        """Wrap every key under a fresh master key and forget the old ones; returns how many. Values stay as they are."""
        old, name = master_keys(self.home), add_master_key(self.home)
        new = master_keys(self.home).get(name)
        with self._open(self.keys_file, KEYS_SCHEMA) as keys:
            changed = 0
            for table, column in (("subject_keys", "subject"), ("own_keys", "name")):
                rows = keys.execute(f"SELECT {column}, master, wrapped FROM {table} WHERE master != ?", (name,)).fetchall()
                for owner, master, wrapped in rows:
                    key = self._opened_key(old.get(master), owner, wrapped)
                    keys.execute(f"UPDATE {table} SET master = ?, wrapped = ? WHERE {column} = ?",
                                 (name, _sealed(new, key, owner.encode()), owner))
                changed += len(rows)
        keep_master_keys(self.home, {name})
        return changed

    def count(self) -> tuple[int, int]:
        """Return (subjects with a key, sealed values)."""
        with self._open(self.keys_file, KEYS_SCHEMA) as keys, self._open(self.values_file, VALUES_SCHEMA) as sealed:
            return (keys.execute("SELECT count(*) FROM subject_keys").fetchone()[0],
                    sealed.execute("SELECT count(*) FROM sealed").fetchone()[0])

    def _seal(self, keys: sqlite3.Connection, sealed: sqlite3.Connection, index: bytes, subject: str,
              values: Mapping[str, str | None], until: str | None) -> None:
        key = self._subject_key(keys, subject) or self._new_subject_key(keys, subject)
        for name, value in values.items():
            if not value:
                sealed.execute("DELETE FROM sealed WHERE subject = ? AND name = ?", (subject, name))
                continue
            blob = _sealed(key, value.encode(), f"{subject}\0{name}".encode())
            sealed.execute("INSERT OR REPLACE INTO sealed VALUES (?, ?, ?, ?)", (subject, name, blob, until))
            if name in SOUGHT:
                digest = _digest(index, name, plain_form(name, value))
                keys.execute("INSERT OR IGNORE INTO lookups VALUES (?, ?)", (digest, subject))

    def _subject_key(self, keys: sqlite3.Connection, subject: str) -> bytes | None:
        row = keys.execute("SELECT master, wrapped FROM subject_keys WHERE subject = ?", (subject,)).fetchone()
        return self._opened_key(self._master().get(row[0]), subject, row[1]) if row else None

    def _new_subject_key(self, keys: sqlite3.Connection, subject: str) -> bytes:
        master, key = self._master(), secrets.token_bytes(32)
        keys.execute("INSERT INTO subject_keys VALUES (?, ?, ?, ?)", (
            subject, master.current, _sealed(master.get(master.current), key, subject.encode()),
            datetime.now(UTC).isoformat()))
        return key

    def _own_key(self, keys: sqlite3.Connection, name: str) -> bytes:
        """A key of the vault itself, made at the first use; ``index`` keys the look-ups."""
        master = self._master()
        fresh = _sealed(master.get(master.current), secrets.token_bytes(32), name.encode())
        keys.execute("INSERT OR IGNORE INTO own_keys VALUES (?, ?, ?)", (name, master.current, fresh))
        used, wrapped = keys.execute("SELECT master, wrapped FROM own_keys WHERE name = ?", (name,)).fetchone()
        return self._opened_key(master.get(used), name, wrapped)

    def _master(self) -> MasterKeys:
        """The master keys, read once a transaction: another process may have changed them since."""
        if self._masters is None:
            self._masters = master_keys(self.home)
        return self._masters

    def _is_destroyed(self, keys: sqlite3.Connection, index: bytes, subject: str) -> bool:
        digest = _digest(index, "subject", subject)
        return keys.execute("SELECT 1 FROM destroyed WHERE digest = ?", (digest,)).fetchone() is not None

    def _opened_key(self, master: bytes, owner: str, wrapped: bytes) -> bytes:
        try:
            return _opened(master, wrapped, owner.encode())
        except InvalidTag:
            raise PrivacyError("vault_damaged", subject=owner, file=str(self.keys_file)) from None

    def _opened(self, key: bytes, subject: str, name: str, value: bytes) -> str:
        try:
            return _opened(key, value, f"{subject}\0{name}".encode()).decode()
        except InvalidTag:
            raise PrivacyError("vault_damaged", subject=subject, file=str(self.values_file)) from None

    @contextmanager
    def _open(self, file: Path, schema: str) -> Iterator[sqlite3.Connection]:
        """One transaction; deleted content is overwritten, and no log of old pages is left beside the file."""
        is_new, self._masters = not file.exists(), None
        connection = sqlite3.connect(file, timeout=30, isolation_level=None)
        try:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA journal_mode = DELETE")
            if is_new:
                os.chmod(file, 0o600)
                connection.executescript(schema)
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        finally:
            connection.close()


def open_vault(home: Home) -> Vault:
    """Return the vault of a workspace; its files come into being with the first value."""
    return Vault(home)


def plain_form(name: str, value: str) -> str:
    """Return the form in which values are compared: digits of telephones without the country's code, mail in small
    letters.

    >>> plain_form("phone", "+86 138-0013-8000") == plain_form("phone", "１３８００１３８０００")
    True
    """
    folded = fold(value).strip().lower()
    if name == "phone":
        digits = "".join(each for each in folded if each.isdigit())
        return digits[2:] if digits.startswith("86") and len(digits) == 13 else digits
    return "".join(folded.split())


def _digest(key: bytes, name: str, value: str) -> bytes:
    return hmac.new(key, f"{name}\0{value}".encode(), hashlib.sha256).digest()


def _sealed(key: bytes, value: bytes, about: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, value, about)


def _opened(key: bytes, blob: bytes, about: bytes) -> bytes:
    return AESGCM(key).decrypt(blob[:NONCE], blob[NONCE:], about)
