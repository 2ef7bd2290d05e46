"""What opens a questionnaire, what a form vouches for, and codes of rewards.

The first letter of a link's token says what kind it is, so that one question to the database finds it:
``p`` a customer's own link, ``o`` a one-time token of an anonymous wave, ``s`` a link that many use.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PERSONAL, ONCE, SHARED = "p", "o", "s"
FORM_DAYS = 30          # an answer kept on a telephone without a network may come that much later
# No letters that are mistaken for one another when a code is read out.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_RANDOM, CODE_SIGN = 8, 4


def personal_token(invitation: UUID) -> str:
    """Return the token of a customer's own link. It is made anew for a reminder; the database holds its hash alone."""
    return PERSONAL + _text(_mac("link", invitation.bytes)[:16])


def once_token() -> str:
    """Return a token that nobody can make again: it is tied to no person, not even by a computation."""
    return ONCE + _text(secrets.token_bytes(16))


def shared_token() -> str:
    """Return the short token of a link that many use: it has to fit into a small QR code."""
    return SHARED + _text(secrets.token_bytes(8))


def hash_of(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Form:
    """What a page that was shown vouches for: ``nonce`` makes its answers once, ``issued`` says since when."""

    nonce: str
    issued: int

    def seconds(self, now: float | None = None) -> float:
        """Return how long ago the first page was shown."""
        return max(0.0, (time.time() if now is None else now) - self.issued)


def new_form(token: str, *, now: float | None = None) -> str:
    """Return the signed field of a page newly shown at ``token``: needs no session and no cookie."""
    told = f"{_text(secrets.token_bytes(9))}.{int(time.time() if now is None else now)}"
    return f"{told}.{_form_sign(token, told)}"


def read_form(token: str, field: str, *, now: float | None = None) -> Form | None:
    """Return what the field of a page says; None when this installation did not make it for ``token``, or long ago."""
    told, _, sign = field.rpartition(".")
    nonce, _, issued = told.partition(".")
    if not hmac.compare_digest(sign.encode("utf-8", "replace"), _form_sign(token, told).encode()):
        return None
    form = Form(nonce, int(issued))
    return form if form.seconds(now) <= FORM_DAYS * 86400 else None


def reward_code(wave: int, *, invitation: UUID | None = None) -> str:
    """Return a code that entitles to a reward of a wave: of one invitation, or of nobody that could be told.

    It is stored nowhere before it is redeemed, so that no order of codes can be laid beside the order of answers.
    """
    drawn = _mac("reward", f"{wave}.{invitation}".encode()) if invitation else secrets.token_bytes(CODE_RANDOM)
    body = "".join(LETTERS[byte % len(LETTERS)] for byte in drawn[:CODE_RANDOM])
    return f"{body[:4]}-{body[4:]}-{_code_sign(wave, body)}"


def is_reward_code(wave: int, code: str) -> bool:
    """Return whether this installation gave the code for this wave."""
    plain = plain_code(code)
    body, sign = plain[:CODE_RANDOM], plain[CODE_RANDOM:]
    return len(plain) == CODE_RANDOM + CODE_SIGN and hmac.compare_digest(sign, _code_sign(wave, body))


def plain_code(code: str) -> str:
    """Return a code as it is compared: capitals and figures alone."""
    return "".join(letter for letter in code.upper() if letter in LETTERS)


def device_of(wave: int, cookie: str) -> str:
    """Return what tells devices of one wave apart; of two waves they cannot be laid side by side."""
    return _mac("device", f"{wave}.{cookie}".encode()).hex()[:24] if cookie else ""


def new_device(form: Form) -> str:
    """Return the mark that a device without one is given: of one form the same, however often it is sent."""
    return _text(_mac("new device", form.nonce.encode()))[:22]


def stamp(*parts: object) -> str:
    """Return a keyed hash of what makes a response the same."""
    return _mac("stamp", "\0".join(map(str, parts)).encode()).hex()[:40]


def _form_sign(token: str, told: str) -> str:
    return _text(_mac("form", token.encode("utf-8", "replace"), b"\0", told.encode("utf-8", "replace"))[:15])


def _code_sign(wave: int, body: str) -> str:
    told = _mac("code", f"{wave}.{body}".encode("utf-8", "replace"))
    return "".join(LETTERS[byte % len(LETTERS)] for byte in told[:CODE_SIGN])


def _mac(purpose: str, *parts: bytes) -> bytes:
    return hmac.new(_key(settings.SECRET_KEY, purpose), b"".join(parts), hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@lru_cache(maxsize=16)
def _key(secret: str, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"bihuan.answering.{purpose}".encode()).derive(
        secret.encode())
