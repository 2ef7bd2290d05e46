"""What customers and interviewers wrote, at rest: sealed with a key derived from the installation's own secret."""

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

PURPOSE = b"bihuan.loop.collect.voices"
NONCE = 12


def seal(content: dict[str, Any]) -> bytes:
    """Return content as only this installation can read it."""
    nonce = os.urandom(NONCE)
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return nonce + _cipher(settings.SECRET_KEY).encrypt(nonce, text, None)


def unseal(sealed: bytes | memoryview | None) -> dict[str, Any]:
    """Return what ``seal`` was given; nothing when it was erased or sealed under another secret."""
    kept = bytes(sealed or b"")
    if not kept:
        return {}
    try:
        found: dict[str, Any] = json.loads(_cipher(settings.SECRET_KEY).decrypt(kept[:NONCE], kept[NONCE:], None))
    except InvalidTag:
        return {}
    return found


@lru_cache(maxsize=4)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode()))
