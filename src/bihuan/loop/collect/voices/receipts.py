"""Receipts of feedback, and what a form that was shown vouches for: no cookie, no address, nothing that follows."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time

from django.conf import settings
from django.core import signing

# No letters that are mistaken for one another when a receipt is read out.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
SECRET, SALT = 8, "bihuan.loop.collect.voices.form"
FORM_HOURS, QUICKEST_S = 24, 3
RECEIPT = re.compile(r"FB0*(\d{1,12})-?([A-Z0-9]{4})-?([A-Z0-9]{4})")


def new_secret() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(SECRET))


def receipt(number: str, secret: str) -> str:
    """Return what the customer is given."""
    return f"{number}-{secret[:4]}-{secret[4:]}"


def read_receipt(text: str) -> tuple[int, str] | None:
    """Return (key, secret) of a receipt as somebody typed it, None for what is none."""
    found = RECEIPT.fullmatch("".join(text.upper().split()))
    return (int(found[1]), found[2] + found[3]) if found else None


def hash_of(secret: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"voices.receipt" + secret.encode(), hashlib.sha256).hexdigest()


def mark_of(contact: str) -> str:
    """Return what tells senders apart without saying who they are; nothing for no contact."""
    plain = "".join(letter for letter in contact.lower() if letter.isalnum() or letter in "@.")
    return hmac.new(settings.SECRET_KEY.encode(), b"voices.contact" + plain.encode(),
                    hashlib.sha256).hexdigest()[:40] if plain else ""


def new_field(token: str) -> str:
    """Return the signed field of a form newly shown: it says for which page and since when, and is used once."""
    return signing.dumps([token, secrets.token_hex(8), int(time.time())], salt=SALT)


def read_field(token: str, field: str) -> tuple[str, float] | None:
    """Return (what makes the sending once, seconds since the form was shown); None for a field of no meaning."""
    try:
        whose, nonce, issued = signing.loads(field, salt=SALT, max_age=FORM_HOURS * 3600)
    except (signing.BadSignature, ValueError):
        return None
    return (nonce, time.time() - issued) if whose == token else None
