"""What the environment says about this installation: the workspace folder, its secret, its database, its hosts."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SECRET_FILE = "secret-key"
PREPARE_AFTER = 5       # runs of a hot statement on one connection


def secret_key(folder: Path) -> str:
    """Return the installation's secret, written once to ``folder/secret-key`` and readable by its owner alone."""
    given = os.environ.get("BIHUAN_SECRET_KEY")
    if given:
        return given
    file = folder / SECRET_FILE
    try:
        # O_EXCL: of two processes that start together only one writes, the other reads what it wrote.
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return _wait_for(file)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48))
    return file.read_text(encoding="ascii")


def _wait_for(file: Path) -> str:
    for _ in range(100):
        text = file.read_text(encoding="ascii")
        if text:
            return text
    raise ImproperlyConfigured(f"{file} is empty: delete it and start again; everyone will have to log in anew.")


def database(url: str | None, folder: Path) -> dict[str, Any]:
    """Return Django's database settings for a ``postgres://`` address, else SQLite in the workspace folder."""
    if url:
        return postgres(url)
    return sqlite(folder / "product.sqlite3")


def sqlite(file: Path) -> dict[str, Any]:
    """SQLite as it stands several processes: WAL, write lock taken at the beginning, patience before giving up."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": 60,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
                # What is deleted is overwritten wherever that costs no page more.
                "PRAGMA secure_delete=FAST;"),
        },
    }


def postgres(url: str) -> dict[str, Any]:
    """Read ``postgres://user:password@host:port/name?sslmode=require``; further options go to the driver."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "BIHUAN_DATABASE_URL must look like postgres://user:password@host:5432/name; leave it out to use SQLite."
        )
    options = dict(parse_qsl(parts.query))
    # A pooler may hand the next statement to a server that never saw this one prepared.
    threshold = None if options.pop("prepare", "") == "no" else PREPARE_AFTER
    return {
        "ENGINE": "bihuan.config.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"prepare_threshold": threshold, **options},
    }


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def days(name: str, default: tuple[int, ...], *, exactly: int = 0) -> tuple[int, ...]:
    """Return a comma-separated variable as numbers of days. Raises ValueError for others, or not ``exactly`` many.

    Numbers after which more people are told have to rise: two of them are given from the sooner to the later.
    """
    told = words(name)
    found = tuple(int(one) for one in told) if told else default
    if min(found) < 0 or (exactly and (len(found) != exactly or list(found) != sorted(found))):
        raise ValueError(f"{name}: {','.join(told)}")
    return found


def switch(name: str) -> bool:
    """Return whether a variable says yes."""
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")
