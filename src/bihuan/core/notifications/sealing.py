"""Secrets of channels at rest: sealed with a key that is derived from the installation's own secret."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"bihuan.core.notifications"


class Unreadable(Exception):
    """What was sealed under another secret, or was changed."""


def seal(config: dict[str, Any]) -> str:
    """Return settings as a text that only this installation can read."""
    return _fernet().encrypt(json.dumps(config, ensure_ascii=False).encode()).decode("ascii")


def unseal(text: str) -> dict[str, Any]:
    """Return what ``seal`` was given; Unreadable when the installation's secret has changed since."""
    try:
        found: dict[str, Any] = json.loads(_fernet().decrypt(text.encode("ascii")))
    except (InvalidToken, UnicodeEncodeError) as error:
        raise Unreadable from error
    return found


def masked(value: str) -> str:
    """Return a secret as pages show it: its last four characters, or none of a short one.

    >>> masked("693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"), masked("short"), masked("")
    ('••••5aaa', '••••', '')
    """
    if not value:
        return ""
    return "••••" + (value[-4:] if len(value) >= 12 else "")


def _fernet() -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(settings.SECRET_KEY.encode())
    return Fernet(base64.urlsafe_b64encode(key))
