"""Bodies that wait and secrets of webhooks at rest: sealed with a key derived from the installation's own secret."""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"bihuan.loop.collect.intake"
NONCE = 12


class Unreadable(Exception):
    """Sealed under another secret, or changed."""


def seal(content: bytes) -> bytes:
    """Return content as only this installation can read it."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, content, None)


def unseal(sealed: bytes) -> bytes:
    """Return what ``seal`` was given."""
    kept = bytes(sealed)
    try:
        return _cipher(settings.SECRET_KEY).decrypt(kept[:NONCE], kept[NONCE:], None)
    except InvalidTag as error:
        raise Unreadable from error


@lru_cache(maxsize=4)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode()))
