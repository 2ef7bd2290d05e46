"""Answers at rest: sealed with a key derived from the installation's own secret, so that a copy of the database tells
nobody what a customer wrote."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"bihuan.loop.collect.answering"
NONCE = 12


class Unreadable(Exception):
    """Sealed under another secret, or changed."""


def seal(content: dict[str, Any]) -> bytes:
    """Return answers as only this installation can read them."""
    nonce = os.urandom(NONCE)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, text, None)


def unseal(sealed: bytes) -> dict[str, Any]:
    """Return what ``seal`` was given."""
    kept = bytes(sealed)
    try:
        found: dict[str, Any] = json.loads(_cipher(settings.SECRET_KEY).decrypt(kept[:NONCE], kept[NONCE:], None))
    except InvalidTag as error:
        raise Unreadable from error
    return found


@lru_cache(maxsize=4)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode()))
